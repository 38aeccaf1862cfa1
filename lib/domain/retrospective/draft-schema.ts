/**
 * The shape of a drafted retrospective. It is stored once, at drafting, and never changes under its readers. Times are
 * milliseconds, shares basis points, durations seconds. Texts may hold places for people, see `people.ts`.
 */
import { z } from 'zod';

const count = z.number();

/** A number with the way it was found; null = cannot tell, and `how` says why. */
export const figureSchema = z.object({ value: z.number().nullable(), how: z.string() });
export type Figure = z.infer<typeof figureSchema>;

const armSchema = z.object({ n: count, bad: count, value: count.nullable() });

/** What one metric said at one verdict. */
export const metricNumbersSchema = z.object({
  name: z.string(),
  kind: z.string().default(''),
  decision: z.enum(['advance', 'hold', 'rollback']),
  canary: armSchema,
  baseline: armSchema,
  ratio: z.object({ estimate: count.nullable(), low: count.nullable(), high: count.nullable() }),
});

/** `person` is the key of one of the draft's people; null for engine, agents and tokens. */
export const whoSchema = z.object({
  kind: z.enum(['person', 'token', 'engine', 'agent']),
  person: z.string().nullable(),
  label: z.string(),
});
export type Who = z.infer<typeof whoSchema>;

export const TIMELINE_KINDS = [
  'start',
  'approval',
  'stage',
  'verdict',
  'act',
  'contact',
  'target',
  'recovery',
  'incident',
  'commit',
] as const;

/** Where an item was taken from: an event of the release's record, an incident, or a commit. */
export const evidenceSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), sequence: z.number().int() }),
  z.object({ type: z.literal('incident'), id: z.string(), url: z.string().nullable() }),
  z.object({ type: z.literal('commit'), hash: z.string(), url: z.string().nullable() }),
]);

export const timelineItemSchema = z.object({
  at: z.number(),
  kind: z.enum(TIMELINE_KINDS),
  who: whoSchema,
  text: z.string(),
  /** What the person wrote when acting; null when nothing was written. */
  reason: z.string().nullable(),
  /** How long the release had waited for this approval, seconds; null for everything else. */
  waitedSeconds: z.number().nullable(),
  /** Numbers of the verdict behind it; empty where none was recorded. */
  metrics: z.array(metricNumbersSchema),
  evidence: evidenceSchema,
});
export type TimelineItem = z.infer<typeof timelineItemSchema>;

/** One decision: what was known then, what was concluded, what was done. */
export const decisionSchema = z.object({
  at: z.number(),
  sequence: z.number().int(),
  who: whoSchema,
  known: z.string(),
  concluded: z.string(),
  done: z.string(),
});

export const stageRecordSchema = z.object({
  index: z.number().int(),
  name: z.string(),
  shareBasisPoints: z.number(),
  gate: z.string(),
  startedAt: z.number(),
  confirmedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
});

export const impactSchema = z.object({
  people: figureSchema,
  requests: figureSchema,
  failedRequests: figureSchema,
  /** Failures beyond what the baseline's rate would have given on the canary's requests. */
  failedBeyondBaseline: figureSchema,
  exposureSeconds: figureSchema,
  largestShareBasisPoints: figureSchema,
  harmAvoidedRequests: figureSchema,
  secondsToDetect: figureSchema,
  secondsToRecover: figureSchema,
});
export type Impact = z.infer<typeof impactSchema>;

export const headerSchema = z.object({
  releaseId: z.string(),
  service: z.string(),
  serviceName: z.string(),
  environment: z.string(),
  environmentName: z.string(),
  version: z.string(),
  baselineVersion: z.string().nullable(),
  plan: z.string(),
  planRevision: z.number().int(),
  outcome: z.enum(['released', 'rolled-back', 'cancelled']),
  /** The stage it was stopped at; null when it never had traffic or was released. */
  stoppedAt: z
    .object({ index: z.number().int(), name: z.string(), shareBasisPoints: z.number(), of: z.number().int() })
    .nullable(),
  startedAt: z.number(),
  finishedAt: z.number(),
  startedBy: whoSchema,
  reason: z.string().nullable(),
});

export const personSchema = z.object({ key: z.string(), name: z.string(), label: z.string() });
export type KnownPerson = z.infer<typeof personSchema>;

export const draftSchema = z.object({
  header: headerSchema,
  summary: z.string(),
  impact: impactSchema,
  stages: z.array(stageRecordSchema),
  timeline: z.array(timelineItemSchema),
  decisions: z.array(decisionSchema),
  wentWell: z.array(z.string()),
  lucky: z.array(z.string()),
  /** Everybody named in the record, for switching between roles and names. */
  people: z.array(personSchema),
});
export type RetrospectiveDraft = z.infer<typeof draftSchema>;
