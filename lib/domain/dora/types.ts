/**
 * The words of delivery metrics, definitions version 1. All times are milliseconds since the epoch, all exposures
 * percent. The rules work the same on Slipway's own releases and on history that was imported.
 */

export const DEFINITIONS_VERSION = 1;

export const DEPLOYMENT_STATUSES = ['success', 'failed', 'aborted', 'canceled', 'in_progress'] as const;
export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number];

export const DEPLOYMENT_KINDS = ['change', 'hotfix', 'rollback'] as const;
export type DeploymentKind = (typeof DEPLOYMENT_KINDS)[number];

/** One deployment of one service to one target, as it was recorded. */
export type DeploymentRow = {
  id: string;
  service: string;
  environment: string;
  /** `production` counts, nothing else does. */
  tier: string;
  /** Rows of one service and tier with the same group are targets of one deployment. */
  groupId: string | null;
  commitSha: string | null;
  version: string | null;
  /** null = to be inferred. */
  kind: DeploymentKind | null;
  startedAt: number;
  /** null = still running. */
  finishedAt: number | null;
  status: DeploymentStatus;
  /** Percent of users or resources that it ever reached; null = 100 for a success, 0 otherwise. */
  maxExposure: number | null;
  /** Deployment or group ids. */
  rollbackOf: string | null;
  remediates: string | null;
  /** null = unplanned when it is a hotfix or a rollback. */
  unplanned: boolean | null;
  drill: boolean;
};

export type CommitRow = {
  sha: string;
  parents: readonly string[];
  authoredAt: number;
  /** null = every service that deploys from its history. */
  services: readonly string[] | null;
  pr: string | null;
};

export type IncidentRow = {
  id: string;
  services: readonly string[];
  /** 1 (worst) to 4. */
  severity: number;
  /** When the impact began. */
  startedAt: number;
  detectedAt: number | null;
  /** null = open. */
  resolvedAt: number | null;
  /** Deployment or group ids; when given, nothing else is asked. */
  causedBy: readonly string[];
  cause: 'external' | null;
  duplicateOf: string | null;
  drill: boolean;
};

/** What a person said about a link; of several about one incident the later win. */
export type LinkDecision = {
  incidentId: string;
  decision: 'confirm' | 'change' | 'reject';
  /** The deployment that is confirmed, rejected or replaced. */
  deploymentId: string;
  /** Of a change: the deployment that caused the incident instead. */
  insteadId: string | null;
};

/** What an organisation chooses; the defaults are those of `doraSettingsDefault`. */
export type DoraSettings = {
  /** IANA name. */
  timezone: string;
  linkWindowHours: number;
  /** Incidents of other severities are skipped. */
  severities: readonly number[];
  firstDeploymentIsBaseline: boolean;
};

export const doraSettingsDefault: DoraSettings = {
  timezone: 'UTC',
  linkWindowHours: 24,
  severities: [1, 2, 3],
  firstDeploymentIsBaseline: true,
};

/** Everything that the rules read. The order of rows means nothing, except of `decisions`: oldest first. */
export type History = {
  deployments: readonly DeploymentRow[];
  commits: readonly CommitRow[];
  incidents: readonly IncidentRow[];
  decisions: readonly LinkDecision[];
};

export const FAILURE_REASONS = ['aborted', 'incident', 'rolled_back', 'remediated'] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

export type SkipReason = 'drill' | 'duplicate' | 'severity' | 'external';

/** From the failure of a change to the end of its effect. */
export type Recovery = {
  start: number;
  /** null = open. */
  end: number | null;
};

/** A production deployment with its targets put together, and what the rules say of it. */
export type DeploymentFact = {
  /** The group's id, or the row's own when it has no group. */
  id: string;
  members: readonly string[];
  service: string;
  environment: string;
  commitSha: string | null;
  version: string | null;
  startedAt: number;
  finishedAt: number | null;
  status: DeploymentStatus;
  maxExposure: number;
  kind: DeploymentKind;
  /** The change that it took back, by id of its fact; null = none, or unknown. */
  rollbackOf: string | null;
  remediates: string | null;
  unplanned: boolean;
  /** It counts in the denominator of the change failure rate. */
  isChange: boolean;
  failedBecause: readonly FailureReason[];
  /** Incidents that are linked to it. */
  incidents: readonly string[];
  /** Of a failed change. */
  recovery: Recovery | null;
};

/** A commit of a service and the deployment that delivered it first; both null while it is undeployed. */
export type DeliveryFact = {
  service: string;
  sha: string;
  authoredAt: number;
  deliveredAt: number | null;
  deploymentId: string | null;
};

/** What the rules say of an incident: skipped for a reason, or the deployments that it is linked to. */
export type IncidentFact = {
  id: string;
  services: readonly string[];
  skipped: SkipReason | null;
  /** Ids of facts, in order; empty when it is skipped or nothing fits. */
  deployments: readonly string[];
};

/** What follows from a history; windows and sums are made from this alone. */
export type Facts = {
  deployments: readonly DeploymentFact[];
  deliveries: readonly DeliveryFact[];
  incidents: readonly IncidentFact[];
};
