/** Releases as the API speaks of them. Requests and answers are different types. */
import { z } from 'zod';
import { METRIC_KINDS } from '../domain/analysis/metric-kinds.ts';
import { GATES, STRATEGIES } from '../domain/release/types.ts';
import { analysisPolicySchema } from './analysis.ts';
import {
  idSchema,
  pageOf,
  reasonSchema,
  shareSchema,
  slugSchema,
  textSchema,
  timeSchema,
  versionNameSchema,
} from './primitives.ts';

export const releaseStartSchema = z.strictObject({
  service: slugSchema,
  environment: slugSchema,
  version: versionNameSchema,
  plan: slugSchema,
  reason: reasonSchema.optional(),
  /** Start although a freeze window holds. Needs a role that every such window lets through, and a reason. */
  override: z.strictObject({ freeze: z.literal(true) }).optional(),
  /** Skips approvals, freezes and promotion rules. Needs the permission to approve, and a reason. */
  emergency: z.literal(true).optional(),
});
export type ReleaseStart = z.infer<typeof releaseStartSchema>;

export const releaseActionSchema = z.strictObject({
  expectedVersion: z.number().int().min(1).optional(),
  reason: reasonSchema.optional(),
  /** Roll back past a point of no return. Needs a reason. */
  force: z.literal(true).optional(),
});
export type ReleaseAction = z.infer<typeof releaseActionSchema>;

export const releaseActions = [
  'approve',
  'reject',
  'advance',
  'pause',
  'resume',
  'rollback',
  'cancel',
  'retry',
  'undo',
] as const;

export const releaseStateSchema = z.enum(['pending', 'running', 'paused', 'rolling-back', 'finished']);
export const outcomeSchema = z.enum(['released', 'rolled-back', 'cancelled']);
const decisionSchema = z.enum(['advance', 'hold', 'rollback']);
const armSchema = z.object({ n: z.number(), bad: z.number(), value: z.number().nullable() });
const quantilesSchema = z.object({
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});

const partSchema = z.object({
  kind: z.enum(['route', 'fingerprint']),
  name: z.string(),
  canary: z.object({ n: z.number(), bad: z.number() }),
  baseline: z.object({ n: z.number(), bad: z.number() }),
  /** Canary over baseline; null where the baseline shows none. */
  ratio: z.number().nullable(),
  evidence: z.number(),
  sentence: z.string(),
});
const guardSchema = z.object({
  key: z.string(),
  limit: z.number(),
  state: z.enum(['kept', 'beyond', 'broken', 'unknown']),
  sentence: z.string(),
});

export const verdictSchema = z.object({
  decision: decisionSchema,
  holdReason: z.string().nullable(),
  sentence: z.string(),
  at: timeSchema.nullable(),
  evidence: z.number(),
  threshold: z.number(),
  metrics: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(METRIC_KINDS),
      decision: decisionSchema,
      canary: armSchema,
      baseline: armSchema,
      ratio: z.object({
        estimate: z.number().nullable(),
        low: z.number().nullable(),
        high: z.number().nullable(),
      }),
      evidence: z.number(),
      threshold: z.number(),
      advanceEvidence: z.number(),
      advanceThreshold: z.number(),
      badExcess: z.number(),
      /** Latency of late, in seconds; null = beyond the last bucket or nothing counted. */
      quantiles: z.object({ canary: quantilesSchema, baseline: quantilesSchema }).optional(),
      /** The following are absent in verdicts that were stored before they were kept. `method` is in a few words. */
      method: z.string().optional(),
      windowSeconds: z.number().nullable().optional(),
      evidenceMax: z.number().optional(),
      parts: z.array(partSchema).optional(),
      guards: z.array(guardSchema).optional(),
      sentence: z.string(),
      query: z.string().nullable(),
    }),
  ),
  forecastSeconds: z.number().nullable(),
});
export type VerdictView = z.infer<typeof verdictSchema>;

export const actionAnswerSchema = z.discriminatedUnion('allowed', [
  z.object({ allowed: z.literal(true), effect: z.string(), undoableSeconds: z.number() }),
  z.object({ allowed: z.literal(false), reason: z.string(), text: z.string() }),
]);

/** How far a wish has come: written, on its way, read back from the router, visible in what the router counts. */
export const progressSchema = z.enum(['queued', 'sent', 'confirmed', 'seen']);

export const releaseTargetSchema = z.object({
  id: idSchema,
  cluster: slugSchema,
  /** `waiting`: its wave has not come; `held-back`: it went back alone with its wave. */
  part: z.enum(['moved', 'waiting', 'held-back']),
  /** What the agent found on the side under trial; null = nothing was asked or found yet. */
  checked: z.object({ problems: z.array(z.string()), differences: z.array(z.string()) }).nullable(),
  generation: z.number(),
  share: z.object({
    wanted: shareSchema,
    set: shareSchema.nullable(),
    seen: shareSchema.nullable(),
    seenRequests: z.number(),
    confirmed: z.enum(['yes', 'no', 'unknown']),
    seenAt: timeSchema.nullable(),
  }),
  progress: progressSchema,
  agent: z.object({ connected: z.boolean(), since: timeSchema.nullable() }),
  problem: z.string().nullable(),
  sourceProblem: z.string().nullable(),
});

export const releaseStageSchema = z.object({
  index: z.number().int(),
  name: z.string(),
  share: shareSchema,
  gate: z.enum(GATES),
  /** The clusters that this step moves, by the name of their wave; null = all at once. */
  wave: z.object({ name: z.string(), clusters: z.array(slugSchema) }).nullable(),
  checks: z.array(z.string()),
  /** From here on the baseline does not know the database schema. */
  pointOfNoReturn: z.boolean(),
  bakeSecondsMin: z.number(),
  bakeSecondsMax: z.number().nullable(),
  watchSeconds: z.number(),
  status: z.enum(['done', 'current', 'next', 'skipped']),
  startedAt: timeSchema.nullable(),
  confirmedAt: timeSchema.nullable(),
  endedAt: timeSchema.nullable(),
});

/** A requirement of the present gate, ticked or not, in words. */
export const requirementSchema = z.object({ met: z.boolean(), text: z.string() });

const neighbourSchema = z.object({ id: idSchema, version: z.string() });

export const releaseQuerySchema = z.strictObject({
  /** Shows the release as it was at this time, with what was allowed then. */
  at: timeSchema.optional(),
});

export const releaseSchema = z.object({
  id: idSchema,
  service: slugSchema,
  serviceName: z.string(),
  environment: slugSchema,
  environmentName: z.string(),
  version: z.string(),
  versionDigest: z.string(),
  baselineVersion: z.string().nullable(),
  plan: z.object({ name: z.string(), revision: z.number().int(), digest: z.string() }),
  /** How the plan judges. */
  analysisPolicy: analysisPolicySchema,
  strategy: z.enum(STRATEGIES),
  state: releaseStateSchema,
  outcome: outcomeSchema.nullable(),
  headline: z.string(),
  stage: z
    .object({
      index: z.number().int(),
      name: z.string(),
      share: shareSchema,
      startedAt: timeSchema.nullable(),
    })
    .nullable(),
  stages: z.array(releaseStageSchema),
  stateVersion: z.number().int(),
  startedAt: timeSchema,
  startedBy: z.string(),
  reason: z.string().nullable(),
  /** Started past the rules; somebody looks at it afterwards. */
  emergency: z.boolean(),
  /** The freeze window that keeps it from rising, and its next open moment. */
  frozen: z.object({ name: z.string(), until: timeSchema.nullable() }).nullable(),
  finishedAt: timeSchema.nullable(),
  pausedBy: z.object({ name: z.string(), reason: z.string() }).nullable(),
  queued: z.object({ action: z.string(), by: z.string(), dueAt: timeSchema }).nullable(),
  /** The next moment at which something happens by itself; null when it waits for a person or for evidence. */
  nextAt: timeSchema.nullable(),
  nextText: z.string(),
  requirements: z.array(requirementSchema),
  exposure: z.object({
    share: shareSchema,
    shareAfterAdvance: shareSchema.nullable(),
    requestsPerMinute: z.number().nullable(),
    badRequests: z.number().nullable(),
    clusters: z.number().int(),
  }),
  targets: z.array(releaseTargetSchema),
  verdict: verdictSchema.nullable(),
  actions: z.record(z.enum(releaseActions), actionAnswerSchema),
  retryOf: idSchema.nullable(),
  /** The releases of the same service in the same environment that started just before and just after. */
  neighbours: z.object({ before: neighbourSchema.nullable(), after: neighbourSchema.nullable() }),
  /** The past moment that all of this is told of; null = it is so now. */
  asOf: timeSchema.nullable(),
});
export type ReleaseView = z.infer<typeof releaseSchema>;
export type ReleaseTargetView = z.infer<typeof releaseTargetSchema>;
export type ReleaseStageView = z.infer<typeof releaseStageSchema>;

export const releaseRowSchema = releaseSchema
  .pick({
    id: true,
    service: true,
    serviceName: true,
    environment: true,
    version: true,
    baselineVersion: true,
    state: true,
    outcome: true,
    headline: true,
    stateVersion: true,
    startedAt: true,
    startedBy: true,
    reason: true,
    emergency: true,
    finishedAt: true,
  })
  .extend({
    planName: z.string(),
    stageIndex: z.number().int(),
    stageCount: z.number().int(),
    stageName: z.string().nullable(),
    share: shareSchema,
    /** What a person has to do; null when nothing waits for one. */
    needs: z.string().nullable(),
  });
export type ReleaseRow = z.infer<typeof releaseRowSchema>;
export const releaseListSchema = pageOf(releaseRowSchema).extend({
  /** How many releases fit in all; an estimate where `exact` is false. */
  total: z.object({ count: z.number().int(), exact: z.boolean() }),
});

/** A day counts as a whole: `from` its first moment, `to` its last, in UTC. */
const dayOrTimeSchema = timeSchema.or(z.iso.date());

/** What releases are looked for by; every filter is optional and all of them hold together. */
export const releaseFilterSchema = z.strictObject({
  service: slugSchema.optional(),
  environment: slugSchema.optional(),
  state: releaseStateSchema.or(z.literal('active')).optional(),
  outcome: outcomeSchema.optional(),
  /** The name of somebody who started the release or acted on it. */
  person: textSchema.trim().min(1).max(200).optional(),
  version: versionNameSchema.optional(),
  plan: slugSchema.optional(),
  /** Started at this time or later. */
  from: dayOrTimeSchema.optional(),
  /** Started before this time. */
  to: dayOrTimeSchema.optional(),
  /** Words that all occur in names, versions, reasons or sentences; or the beginning of an id. */
  q: textSchema.max(200).optional(),
});

export const releaseListQuerySchema = releaseFilterSchema.extend({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const releaseExportQuerySchema = releaseFilterSchema.extend({
  format: z.enum(['csv', 'jsonl'], { error: 'use csv or jsonl' }),
});

export const releaseEventSchema = z.object({
  sequence: z.number().int(),
  at: timeSchema,
  type: z.string(),
  actor: z.object({ kind: z.enum(['person', 'token', 'engine', 'agent']), name: z.string() }),
  /** One sentence for the timeline, made from the event by the domain. */
  text: z.string(),
  data: z.record(z.string(), z.unknown()),
  hash: z.string(),
  previousHash: z.string(),
});
export type ReleaseEventView = z.infer<typeof releaseEventSchema>;
export const releaseEventsSchema = pageOf(releaseEventSchema);

export const samplesQuerySchema = z.strictObject({
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  step: z.coerce.number().int().min(1).max(3_600).optional(),
});

export const samplePointSchema = z.object({
  at: timeSchema,
  requests: z.number(),
  errors: z.number(),
  /** Counts per bucket of `edges`, the last one open-ended. */
  latency: z.array(z.number()),
  counts: z.record(z.string(), z.number()),
});
export const samplesSchema = z.object({
  step: z.number(),
  from: timeSchema,
  to: timeSchema,
  edges: z.array(z.number()),
  series: z.array(
    z.object({
      cluster: slugSchema,
      track: z.enum(['canary', 'baseline']),
      points: z.array(samplePointSchema),
    }),
  ),
});
export type SamplesView = z.infer<typeof samplesSchema>;
