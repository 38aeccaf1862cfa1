/**
 * The words of the release engine as closed unions. A release is a state machine: `decide` takes a state and
 * an event and answers with the next state and effects, or with a refusal. All times are milliseconds since
 * the epoch, all shares basis points (10,000 = all traffic).
 */
import type { AnalysisPolicy, Verdict } from '../analysis/contract.ts';
import type { Bounds, Grant } from '../policy/grants.ts';

export const STRATEGIES = ['canary', 'blue-green', 'subset'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export const GATES = ['evidence', 'manual', 'approval', 'bake', 'check'] as const;
export type Gate = (typeof GATES)[number];

/** A group of clusters that moves together; groups of a stage move one after the other. */
export type Wave = { name: string; clusters: string[] };

/** A request that the agents send to the side under trial itself, past the router. */
export type Check = {
  name: string;
  method: string;
  /** Path and query on that side, such as `/healthz?deep=1`. */
  path: string;
  status: number;
  /** Text that the body must contain; null = any body. */
  bodyIncludes: string | null;
  latencySecondsMax: number | null;
  repetitions: number;
};

/** What differs between the two sides of a target: named and refused, or only named. */
export type Parity = 'required' | 'reported' | 'off';

/** One step of a plan. A stage that runs over several waves is as many of these, all with its name. */
export type Stage = {
  name: string;
  shareBasisPoints: number;
  gate: Gate;
  bakeSecondsMin: number;
  /** After this long without a passing gate the release asks for a person; it never passes by time. */
  bakeSecondsMax: number | null;
  /** Only the last stage: how long the analysis goes on at full share before the release is finished. */
  watchSeconds: number;
  /** The clusters that this step moves, the others stay where they are; null = all. */
  wave: Wave | null;
  /** All must pass on every cluster of the step before it can be left, whoever asks. */
  checks: Check[];
  parity: Parity;
  /** How long open sessions of the side that is left are served on. */
  drainSeconds: number;
  /** The schema that the database has from this step on; null = as before. */
  schema: number | null;
};

export type ContactLoss = {
  afterSeconds: number;
  then: 'hold' | 'guard' | 'baseline';
  neverAfterSeconds: number | null;
};

/** A plan after parsing: every default filled in, durations in seconds, shares in basis points. */
export type Plan = {
  name: string;
  service: string | null;
  strategy: Strategy;
  stages: Stage[];
  analysis: AnalysisPolicy;
  rollback: {
    automatic: boolean;
    onAgentLost: 'hold' | 'pause' | 'rollback';
    /** What harm in one cluster does: all goes back, its wave goes back and a person decides, or a person decides. */
    onBadCluster: 'all' | 'wave' | 'pause';
  };
  whenContactIsLost: ContactLoss;
};

export type Phase = 'pending' | 'running' | 'paused' | 'rolling-back' | 'finished';
export type Outcome = 'released' | 'rolled-back' | 'cancelled';
export type Role = 'viewer' | 'operator' | 'approver' | 'administrator';

/** Who did it. Engine and agent are actors too, so "who" is never empty. */
export type Actor =
  | {
      kind: 'person';
      id: string;
      name: string;
      role: Role;
      grants?: readonly Grant[];
      groups?: readonly string[];
    }
  | {
      kind: 'token';
      id: string;
      name: string;
      scopes: readonly string[];
      bounds?: Bounds;
      createdBy?: string;
    }
  | { kind: 'engine'; id: 'engine'; name: 'engine' }
  | { kind: 'agent'; id: string; name: string };

export type TargetState = {
  id: string;
  cluster: string;
  /** Grows with every new wish for this target, over all releases; late and repeated answers are fenced by it. */
  generation: number;
  wantedBasisPoints: number;
  /** Did the agent confirm this generation by reading the router back? */
  confirmed: 'yes' | 'unknown';
  failure: string | null;
  connected: boolean;
  /** True when Slipway brings versions up and down here, so that a finished release moves back to the baseline track. */
  managed: boolean;
  /** Its wave has not come yet: this release has asked nothing of it. */
  waiting?: true;
  /** It went back alone with its wave and takes no further part in this release. */
  heldBack?: true;
  /** What the agent found on the side under trial, for one generation. */
  checked?: { generation: number; problems: string[]; differences: string[] };
};

/** The database schemas that a version works with, both ends included. */
export type SchemaRange = { oldest: number; newest: number };

/** What is known of database schemas at the start; null = nobody said. */
export type SchemaFacts = {
  environment: number | null;
  canary: SchemaRange | null;
  baseline: SchemaRange | null;
};

/** A person's command that waits for the undo window to close; visible to everyone until then. */
export type Queued = { action: 'advance' | 'approve'; by: string; dueAt: number };

/** When a stage that is over began, was confirmed by every target, and ended. */
export type StageMoment = { startedAt: number; confirmedAt: number | null; endedAt: number };

/** A freeze window that keeps exposure from rising; `until`: the next open moment, null when none is near. */
export type FrozenFact = { window: string; name: string; until: number | null };

/** What holds for the approvals and freezes of one release, fixed when it starts. */
export type Governance = {
  /** The ids that count as the one who started: the actor, and the creator of the token. Empty = anyone may approve. */
  startedBy: string[];
  /** At least one approval must come from each of these groups. */
  groups: string[];
  /** After this long an approval no longer counts; null = never. */
  expiresAfterSeconds: number | null;
  /** The freeze windows that somebody with the right to do so set aside for this release. */
  freezeExempt: string[];
  /** Started as an emergency: freezes, approvals and promotion rules were skipped. */
  emergency?: true;
};

/** One approval that counts: whose, when, and the groups it stands for. */
export type Approval = { by: string; at: number; groups: string[] };

/** What was approved, so that the record says what the approver had before them. */
export type ApprovedThing = {
  versionDigest: string;
  planDigest: string;
  stateVersion: number;
  decision: Verdict['decision'] | null;
};

export type ReleaseState = {
  phase: Phase;
  outcome: Outcome | null;
  /** Index into `plan.stages`; -1 before the first stage was commanded. */
  stageIndex: number;
  stageStartedAt: number | null;
  /** When every target had confirmed the stage's share; bake and watch count from here. */
  stageConfirmedAt: number | null;
  /** The stages that are over, by stage index; the present one is in the two fields above. */
  passed: StageMoment[];
  targets: TargetState[];
  /** Approvals needed before the first stage, and the ids of those who gave one. */
  approvalsNeeded: number;
  approvedBy: string[];
  /** The approval gate of the present stage. */
  stageApproved: boolean;
  undoSeconds: number;
  queued: Queued | null;
  pausedBy: { kind: Actor['kind']; name: string; reason: string } | null;
  /** What `rolling-back` ends as. */
  ending: 'rolled-back' | 'cancelled' | null;
  /** Set once per stage when `bakeSecondsMax` passed without a passing gate. */
  bakeOverdue: boolean;
  lastDecision: Verdict['decision'] | null;
  schemas?: SchemaFacts;
  governance?: Governance;
  /** The approvals behind `approvedBy`; absent in releases without governance. */
  approvals?: Approval[];
  frozen?: FrozenFact;
  /** Why the start that is being approved is no longer the newest, in words. */
  superseded?: string;
};

export type CreatedTarget = Pick<TargetState, 'id' | 'cluster' | 'generation' | 'connected' | 'managed'>;

/** What happened, or what somebody wants to happen. Accepted events are recorded as they are and replay to the same state. */
export type ReleaseEvent =
  | {
      type: 'created';
      actor: Actor;
      targets: CreatedTarget[];
      approvalsNeeded: number;
      undoSeconds: number;
      reason: string | null;
      schemas?: SchemaFacts;
      governance?: Governance;
    }
  | { type: 'approve'; actor: Actor; reason: string | null; approved?: ApprovedThing }
  | { type: 'reject'; actor: Actor; reason: string | null }
  | { type: 'advance'; actor: Actor; reason: string | null }
  | { type: 'pause'; actor: Actor; reason: string | null }
  | { type: 'resume'; actor: Actor; reason: string | null }
  | { type: 'rollback'; actor: Actor; reason: string | null; force?: true }
  | { type: 'cancel'; actor: Actor; reason: string | null }
  | { type: 'retry'; actor: Actor; reason: string | null }
  | { type: 'undo'; actor: Actor; reason: string | null }
  | { type: 'undo-window-closed'; actor: Actor }
  | { type: 'gate-passed'; actor: Actor; gate: Gate; verdict: Verdict | null }
  | { type: 'verdict'; actor: Actor; verdict: Verdict }
  | { type: 'bake-overdue'; actor: Actor; verdict: Verdict | null }
  | { type: 'watch-finished'; actor: Actor; verdict: Verdict | null }
  | {
      type: 'target-applied';
      actor: Actor;
      targetId: string;
      generation: number;
      seenBasisPoints: number | null;
    }
  | { type: 'target-failed'; actor: Actor; targetId: string; generation: number; reason: string }
  | {
      type: 'target-checked';
      actor: Actor;
      targetId: string;
      generation: number;
      /** By name of a check of the present step; `problem` is null when it passed. */
      results: { name: string; problem: string | null }[];
      /** What differs between the two sides, in words. */
      differences: string[];
    }
  | { type: 'cluster-verdict'; actor: Actor; clusters: string[]; verdict: Verdict }
  | { type: 'agent-lost'; actor: Actor; targetIds: string[] }
  | { type: 'agent-back'; actor: Actor; targetIds: string[] }
  | { type: 'freeze-began'; actor: Actor; frozen: FrozenFact }
  | { type: 'freeze-ended'; actor: Actor }
  | { type: 'approval-expired'; actor: Actor }
  | { type: 'superseded'; actor: Actor; by: string };

export type Action =
  | 'approve'
  | 'reject'
  | 'advance'
  | 'pause'
  | 'resume'
  | 'rollback'
  | 'cancel'
  | 'retry'
  | 'undo';

export type Intent = 'start' | 'advance' | 'roll-back' | 'settle' | 'repeat';

/** What the engine must make happen. Data only; performed through the outbox, at least once. */
export type Effect = {
  type: 'set-desired';
  targetId: string;
  generation: number;
  basisPoints: number;
  intent: Intent;
  /** Which artifact each track carries: `old` is the baseline version, `new` the one being released. */
  baseline: 'old' | 'new';
  canary: 'new' | null;
};

export type RefusalReason =
  | 'not-allowed'
  | 'finished'
  | 'not-pending'
  | 'not-running'
  | 'already-paused'
  | 'not-paused'
  | 'already-rolling-back'
  | 'no-exposure'
  | 'has-exposure'
  | 'last-stage'
  | 'stage-not-confirmed'
  | 'agent-lost'
  | 'verdict-rollback'
  | 'waiting-for-approval'
  | 'no-approval-needed'
  | 'already-approved'
  | 'command-queued'
  | 'nothing-to-undo'
  | 'nothing-to-retry'
  | 'not-due'
  | 'checks-not-passed'
  | 'point-of-no-return'
  | 'stale-generation'
  | 'unknown-target'
  | 'frozen'
  | 'own-release'
  | 'superseded'
  | 'promotion'
  | 'quarantined'
  | 'no-change';

export type Refusal = { reason: RefusalReason; text: string };
export type Decided = { state: ReleaseState; effects: Effect[] } | { refused: Refusal };

/** One entry of `actions` in every answer about a release; the same text on button, API, CLI and chat. */
export type ActionAnswer =
  | { allowed: true; effect: string; undoableSeconds: number }
  | { allowed: false; reason: RefusalReason; text: string };
