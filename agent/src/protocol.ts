/**
 * The wire between an agent and the control plane, version 1: one schema per message, shared by both ends.
 * State travels, commands do not: `desired` is absolute and carries a generation, so that a late, doubled
 * or reordered copy changes nothing. The socket is only a wire; an ack frees a credit and proves nothing.
 */
import { z } from 'zod';
import { METRIC_KINDS } from './domain.ts';
import { sampleDetailsSchema } from './sample-details.ts';

export { detailsProblem, type SampleDetails, sampleDetailsSchema } from './sample-details.ts';

export const PROTOCOL_VERSION = 1;
export const AGENT_SOCKET_PATH = '/agent/socket';
export const CONSOLE_SOCKET_PATH = '/console/socket';

const id = z.uuid();
const basisPoints = z.number().int().min(0).max(10_000);
const generation = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const epochMs = z.number().int().min(0).max(8_640_000_000_000_000);
const base64url = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/)
  .max(400);

/** Agent to plane messages refuse unknown keys; plane to agent messages tolerate them. */
const fromAgent = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.strictObject({ v: z.literal(PROTOCOL_VERSION), epoch: z.number().int().min(1), ...shape });

export const artifactSchema = z.object({ version: z.string().max(200), digest: z.string().max(200) });

/** Requests to the side under trial, past the router; see `Check` of the plan. */
const checkSchema = z.object({
  name: z.string().max(40),
  method: z.string().max(10),
  path: z.string().max(500),
  status: z.number().int(),
  bodyIncludes: z.string().max(500).nullable(),
  latencySecondsMax: z.number().positive().nullable(),
  repetitions: z.number().int().min(1).max(100),
});

/** What a target should look like. `basisPoints` is the canary's part of the traffic, 10,000 = all. */
export const desiredSchema = z.object({
  v: z.literal(PROTOCOL_VERSION),
  target: id,
  generation,
  release: id.nullable(),
  stage: z.string().max(100).nullable(),
  intent: z.enum(['start', 'advance', 'roll-back', 'settle', 'repeat']),
  basisPoints,
  baseline: artifactSchema.nullable(),
  canary: artifactSchema.nullable(),
  contactLoss: z.object({
    afterSeconds: z.number().int().min(1),
    then: z.enum(['hold', 'guard', 'baseline']),
    neverAfterSeconds: z.number().int().min(1).nullable(),
  }),
  /** Names of fields the agent must understand; an agent that does not know one refuses the message. */
  critical: z.array(z.string().max(60)).max(20).default([]),
  /** What to find out about the side under trial once it is up; answered with `checked`. */
  proof: z
    .object({ checks: z.array(checkSchema).max(20), parity: z.boolean() })
    .nullable()
    .default(null),
  /** How long open sessions of a side that loses its traffic are served on. */
  drainSeconds: z.number().int().min(0).max(86_400).default(0),
});
export type Desired = z.infer<typeof desiredSchema>;

/** How a target is driven and measured; comes from the target document, checked again by the agent's own allow list. */
export const targetConfigSchema = z.object({
  id,
  service: z.string(),
  router: z.record(z.string(), z.unknown()),
  source: z.record(z.string(), z.unknown()),
  workload: z.record(z.string(), z.unknown()),
  metrics: z.array(
    z.object({ name: z.string(), kind: z.enum(METRIC_KINDS), bound: z.number().positive().optional() }),
  ),
});
export type TargetConfig = z.infer<typeof targetConfigSchema>;

export const messages = {
  /** Plane, first word on a new socket. */
  challenge: z.object({
    nonce: base64url,
    protocol: z.object({ min: z.number().int(), max: z.number().int() }),
    origin: z.string(),
  }),
  /** Agent's only answer that is read before it is known. The signature covers `proofText`. */
  prove: z.strictObject({
    agentId: id,
    instanceId: id,
    bootId: id,
    signature: base64url,
    protocol: z.strictObject({ min: z.number().int(), max: z.number().int() }),
    version: z.string().max(50),
    capabilities: z.array(z.string().max(60)).max(50),
  }),
  welcome: z.object({
    epoch: z.number().int().min(1),
    term: z.number().int().min(1),
    leaseSeconds: z.number().int().min(1),
    serverTime: epochMs,
    limits: z.object({
      frameBytesMax: z.number().int(),
      batchRowsMax: z.number().int(),
      credits: z.number().int(),
    }),
    cluster: z.string(),
    targets: z.array(targetConfigSchema),
    /** What this server reads beyond the oldest agent's messages; an agent sends nothing of it unasked. */
    accepts: z.array(z.string().max(60)).max(50).default([]),
  }),
  /** The target documents changed while connected. */
  targets: z.object({ targets: z.array(targetConfigSchema) }),
  hello: fromAgent({
    targets: z
      .array(z.strictObject({ target: id, generation, basisPoints: basisPoints.nullable() }))
      .max(2_000),
    journalId: id,
    seq: count,
  }),
  desired: desiredSchema,
  applied: fromAgent({
    target: id,
    generation,
    outcome: z.enum(['applied', 'refused', 'superseded', 'failed']),
    reason: z.string().max(500).nullable(),
    seenBasisPoints: basisPoints.nullable(),
    seq: count,
    at: epochMs,
  }),
  /** What the agent found on the side under trial, for one generation. */
  checked: fromAgent({
    target: id,
    generation,
    results: z
      .array(z.strictObject({ name: z.string().max(40), problem: z.string().max(300).nullable() }))
      .max(20),
    differences: z.array(z.string().max(300)).max(50),
    at: epochMs,
  }),
  observed: fromAgent({
    targets: z
      .array(
        z.strictObject({
          target: id,
          generation,
          /** The share the router is set to, read back from it. */
          setBasisPoints: basisPoints.nullable(),
          /** The canary's part of the requests the router counted since the last change; null = cannot tell. */
          seenBasisPoints: basisPoints.nullable(),
          seenRequests: count,
          confirmed: z.enum(['yes', 'no', 'unknown']),
          router: z.string().max(200).nullable(),
          problem: z.string().max(500).nullable(),
          sourceProblem: z.string().max(500).nullable(),
          workloads: z
            .array(
              z.strictObject({
                track: z.enum(['canary', 'baseline']),
                version: z.string().max(200),
                healthy: z.boolean(),
              }),
            )
            .max(2),
        }),
      )
      .max(500),
    clock: epochMs,
  }),
  /** Counts in columns; one row per target, track and interval. Times are milliseconds after `from`. */
  samples: fromAgent({
    journalId: id,
    seq: count,
    target: id,
    from: epochMs,
    layout: z.strictObject({
      /** Upper edges in seconds of the latency buckets, without the last, open one. */
      edges: z.array(z.number().positive()).max(200),
      /** Names of the business counts, in the order of `counts`. */
      names: z.array(z.string().max(60)).max(30),
      /** The resolved query or selector of every metric, for "what was asked". */
      queries: z.record(z.string().max(60), z.string().max(2_000)),
    }),
    rows: z.strictObject({
      at: z.array(z.number().int().min(0).max(86_400_000)).max(500),
      seconds: z.array(z.number().positive().max(3_600)).max(500),
      track: z.array(z.union([z.literal(0), z.literal(1)])).max(500),
      requests: z.array(count).max(500),
      errors: z.array(count).max(500),
      latency: z.array(z.array(count).max(201)).max(500),
      counts: z.array(z.array(count).max(30)).max(500),
      /** The share the router was confirmed to be set to over the whole interval; null = unknown or changed within. */
      assigned: z.array(basisPoints.nullable()).max(500).optional(),
      details: z.array(sampleDetailsSchema.nullable()).max(500).optional(),
    }),
  }),
  lease: z.object({ leaseTick: count, leaseSeconds: z.number().int().min(1) }),
  drain: z.object({ reconnectWithinMs: z.number().int().min(0) }),
  revoked: z.object({ reason: z.string() }),
  superseded: z.object({ epoch: z.number().int() }),
  ask: z.object({
    kind: z.enum(['observeNow', 'checkTarget']),
    requestId: id,
    target: id,
    config: targetConfigSchema.optional(),
  }),
  answer: fromAgent({ requestId: id, ok: z.boolean(), detail: z.string().max(2_000) }),
} as const;

export type Messages = { [K in keyof typeof messages]: z.infer<(typeof messages)[K]> };

/** In `welcome.accepts`: the server takes `rows.assigned` and `rows.details`, which an older one would refuse. */
export const SAMPLE_DETAILS = 'sample-details';

/** Track codes of `samples.rows.track`. */
export const TRACKS = ['canary', 'baseline'] as const;
export type Track = (typeof TRACKS)[number];

/** What an agent signs to prove who it is: no clock in it, and the origin inside, so it cannot be relayed. */
export const proofText = (p: {
  origin: string;
  agentId: string;
  instanceId: string;
  bootId: string;
  nonce: string;
}): string => ['slipway/1', p.origin, p.agentId, p.instanceId, p.bootId, p.nonce].join('\n');

/** What a new agent signs when it enrols: proves it holds the key, binds it to the token and the server. */
export const enrolmentText = (p: { origin: string; tokenHash: string; publicKey: string }): string =>
  ['slipway-enrol/1', p.origin, p.tokenHash, p.publicKey].join('\n');

/** Body and answer of `POST /api/v1/agents/enrol`. `publicKey` is the raw Ed25519 key, base64url. */
export const enrolRequestSchema = z.strictObject({
  token: z
    .string()
    .regex(
      /^enr_[A-Za-z0-9_-]{43}$/,
      'an enrolment token starts with enr_ and is printed once by "connect a cluster"',
    ),
  cluster: z.string().max(100),
  publicKey: base64url,
  instanceId: id,
  origin: z.string().max(300),
  signature: base64url,
});
export const enrolResponseSchema = z.object({
  agentId: id,
  cluster: z.string(),
  origins: z.array(z.string()),
});
