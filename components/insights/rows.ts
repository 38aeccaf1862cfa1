import type { Metric } from './filters.ts';
import { rateWords, spanWords } from './words.ts';

/** A production deployment as its row shows it. Times are RFC 3339. */
export type DeploymentRow = {
  id: string;
  service: string;
  environment: string;
  version: string | null;
  commitSha: string | null;
  kind: 'change' | 'hotfix' | 'rollback';
  status: string;
  startedAt: string;
  finishedAt: string | null;
  /** Percent. */
  maxExposure: number;
  rollbackOf: string | null;
  unplanned: boolean;
  isChange: boolean;
  failedBecause: readonly string[];
  incidents: readonly string[];
  recovery: { start: string; end: string | null } | null;
};

/** A commit of a service; `deliveredAt` is null while it waits. */
export type CommitRow = {
  sha: string;
  service: string;
  authoredAt: string;
  deliveredAt: string | null;
  deploymentId: string | null;
};

export const leadSeconds = ({ authoredAt, deliveredAt }: CommitRow): number | null =>
  deliveredAt === null ? null : (Date.parse(deliveredAt) - Date.parse(authoredAt)) / 1_000;

export const recoverySeconds = ({ recovery }: DeploymentRow): number | null =>
  recovery?.end ? (Date.parse(recovery.end) - Date.parse(recovery.start)) / 1_000 : null;

/** Whether a deployment counts for a metric, and why or why not. */
export const whyOf = (metric: Metric, row: DeploymentRow): string => WHY[metric]?.(row) ?? '';

const frequency = ({ status, kind }: DeploymentRow): string => {
  if (status !== 'success') return `not counted: ${status.replaceAll('_', ' ')}`;
  return kind === 'change' ? 'counted' : `counted, a ${kind}`;
};

const failures = (row: DeploymentRow): string => {
  if (row.kind === 'rollback') return 'no change: a rollback';
  if (!row.isChange)
    return row.maxExposure === 0
      ? 'no change: it reached nobody'
      : `no change: ${row.status.replaceAll('_', ' ')}`;
  if (row.failedBecause.length === 0) return 'a change';
  const reasons = row.failedBecause.map((reason) => REASONS[reason] ?? reason).join(', ');
  const contained = row.maxExposure < 100 ? `; contained at ${rateWords(row.maxExposure / 100)}` : '';
  return `failed: ${reasons}${contained}`;
};

const recovery = (row: DeploymentRow): string => {
  if (row.recovery === null) return 'not counted: it did not fail';
  const seconds = recoverySeconds(row);
  return seconds === null ? 'counted as open, not in the median' : `recovered in ${spanWords(seconds)}`;
};

const rework = (row: DeploymentRow): string => {
  if (row.status !== 'success') return `not counted: ${row.status.replaceAll('_', ' ')}`;
  if (!row.unplanned) return 'planned';
  return row.kind === 'change' ? 'rework: said to be unplanned' : `rework: a ${row.kind}`;
};

const WHY: Partial<Record<Metric, (row: DeploymentRow) => string>> = {
  frequency,
  failures,
  recovery,
  rework,
};

const REASONS: Record<string, string> = {
  aborted: 'aborted',
  incident: 'an incident is linked to it',
  rolled_back: 'rolled back',
  remediated: 'a hotfix names it',
};

/** Why a commit is in the lead time or not. */
export const commitWhy = (row: CommitRow): string => {
  const seconds = leadSeconds(row);
  if (seconds === null) return 'waits for its deployment';
  return seconds < 0 ? 'left out: written after its deployment' : `took ${spanWords(seconds)}`;
};
