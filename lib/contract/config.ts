/** The declarative nouns: what `PUT` takes and what `GET` answers. */
import { z } from 'zod';
import { METRIC_KINDS } from '../domain/analysis/metric-kinds.ts';
import { GATES, STRATEGIES } from '../domain/release/types.ts';
import { idSchema, pageOf, slugSchema, timeSchema, versionNameSchema } from './primitives.ts';

const nameSchema = z.string().trim().min(1).max(120);

export const metricSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,59}$/, 'use lower-case letters, digits, - and _, starting with a letter'),
  kind: z.enum(METRIC_KINDS),
  direction: z.enum(['lower-is-better', 'higher-is-better']).optional(),
  unit: z.string().max(20).optional(),
  /** `mean` only: amounts above it count as this much. */
  bound: z.number().positive().max(1e12).optional(),
});

export const servicePutSchema = z.strictObject({
  name: nameSchema,
  owners: z.array(z.string().min(1).max(120)).max(50).default([]),
  repository: z.url({ protocol: /^https?$/ }).optional(),
  tier: z.string().max(20).optional(),
  metrics: z.array(metricSchema).min(1).max(30),
});
export const serviceSchema = servicePutSchema.extend({
  slug: slugSchema,
  /** The version in charge, per environment. */
  versions: z.array(
    z.object({ environment: slugSchema, version: z.string().nullable(), activeRelease: idSchema.nullable() }),
  ),
  targets: z.number().int(),
  updatedAt: timeSchema,
});
export type ServiceView = z.infer<typeof serviceSchema>;

export const protectionSchema = z.strictObject({
  /** How many people must approve before a release may start; 0 = none. */
  approvals: z.number().int().min(0).max(10).default(0),
  /** At least one approval from each of these groups of the identity provider. */
  groups: z.array(z.string().trim().min(1).max(120)).max(10).default([]),
  /** May who started a release approve it, too? Asked only where approvals are needed. */
  selfApproval: z.boolean().default(false),
  /** A version that was rolled back here needs a reason and a second person before it may start again. */
  quarantine: z.boolean().default(false),
  /** After this long without a start an approval no longer counts. */
  expiresAfterSeconds: z.number().int().min(60).max(31_536_000).optional(),
  /** The same version must have succeeded in this environment and have been there this long. */
  requires: z
    .strictObject({
      environment: slugSchema,
      soakSeconds: z.number().int().min(0).max(31_536_000).default(0),
    })
    .optional(),
});

export const environmentPutSchema = z.strictObject({
  name: nameSchema,
  tier: z.enum(['development', 'testing', 'staging', 'production']),
  rank: z.number().int().min(0).max(10_000),
  undoSeconds: z.number().int().min(0).max(600).default(0),
  protection: protectionSchema.prefault({}),
});
/** What a migration reports when it is done. */
export const environmentSchemaPutSchema = z.strictObject({
  version: z.number().int().min(0).max(1_000_000_000),
});
export const environmentSchema = environmentPutSchema.extend({
  slug: slugSchema,
  clusters: z.array(slugSchema),
  /** The schema of its databases, as last reported; null = nobody did. */
  schema: z.object({ version: z.number().int(), reportedAt: timeSchema, reportedBy: z.string() }).nullable(),
  updatedAt: timeSchema,
});
export type EnvironmentView = z.infer<typeof environmentSchema>;

export const clusterPutSchema = z.strictObject({ name: nameSchema, environment: slugSchema });
export const clusterSchema = clusterPutSchema.extend({
  slug: slugSchema,
  agent: z
    .object({
      id: idSchema,
      connected: z.boolean(),
      since: timeSchema.nullable(),
      version: z.string().nullable(),
    })
    .nullable(),
  updatedAt: timeSchema,
});
export type ClusterView = z.infer<typeof clusterSchema>;

const driverDocument = z.looseObject({ driver: z.string().min(1).max(40) });
export const targetPutSchema = z.strictObject({
  router: driverDocument,
  source: driverDocument,
  workload: driverDocument.default({ driver: 'none' }),
});
export const targetSchema = targetPutSchema.extend({
  id: idSchema,
  service: slugSchema,
  cluster: slugSchema,
  generation: z.number(),
  updatedAt: timeSchema,
  /** The answer of the agent that tried router and source; null when no agent was connected to ask. */
  checked: z.object({ ok: z.boolean(), detail: z.string() }).nullable(),
});
export type TargetView = z.infer<typeof targetSchema>;

/** What the database's own whole numbers hold. */
const schemaNumber = z.number().int().min(0).max(2_147_483_647);
export const versionPutSchema = z.strictObject({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'use sha256: and 64 lower-case hexadecimal digits'),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/, 'use the hexadecimal commit id')
    .optional(),
  configVersion: z.string().max(200).optional(),
  builtAt: timeSchema.refine((time) => /^(19|20|21)/.test(time), 'use a time from 1900 to 2199').optional(),
  schema: z
    .strictObject({ oldest: schemaNumber, newest: schemaNumber })
    .refine((s) => s.oldest <= s.newest, { message: 'oldest must not be above newest', path: ['oldest'] })
    .optional(),
});
export const versionSchema = versionPutSchema.extend({
  service: slugSchema,
  version: versionNameSchema,
  registeredAt: timeSchema,
  registeredBy: z.string(),
});
export type VersionView = z.infer<typeof versionSchema>;

/** One stage as the picture of a plan shows it. */
export const planStageViewSchema = z.object({
  name: z.string(),
  share: z.number(),
  gate: z.enum(GATES),
  wave: z.object({ name: z.string(), clusters: z.array(z.string()) }).nullable(),
  checks: z.array(z.string()),
  parity: z.enum(['required', 'reported', 'off']),
  drainSeconds: z.number(),
  schema: z.number().int().nullable(),
  bakeSecondsMin: z.number(),
  bakeSecondsMax: z.number().nullable(),
  watchSeconds: z.number(),
});
export const planSchema = z.object({
  name: slugSchema,
  service: slugSchema.nullable(),
  revision: z.number().int(),
  digest: z.string(),
  strategy: z.enum(STRATEGIES),
  stages: z.array(planStageViewSchema),
  /** The plan in one sentence a line. */
  sentences: z.array(z.string()),
  document: z.record(z.string(), z.unknown()),
  source: z.string(),
  createdBy: z.string(),
  updatedAt: timeSchema,
});
export type PlanView = z.infer<typeof planSchema>;
export const planCheckSchema = z.object({
  valid: z.boolean(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })),
  stages: z.array(planStageViewSchema),
  sentences: z.array(z.string()),
});
export type PlanCheck = z.infer<typeof planCheckSchema>;

export const enrolmentSchema = z.object({ token: z.string(), expiresAt: timeSchema, command: z.string() });

export const agentSchema = z.object({
  id: idSchema,
  cluster: slugSchema,
  environment: slugSchema,
  connected: z.boolean(),
  since: timeSchema.nullable(),
  lastSeenAt: timeSchema.nullable(),
  version: z.string().nullable(),
  capabilities: z.array(z.string()),
  clockSkewMs: z.number().nullable(),
  revoked: z.boolean(),
  enrolledAt: timeSchema,
  targets: z.array(
    z.object({
      service: slugSchema,
      wanted: z.number().nullable(),
      seen: z.number().nullable(),
      confirmed: z.enum(['yes', 'no', 'unknown']),
      problem: z.string().nullable(),
      sourceProblem: z.string().nullable(),
    }),
  ),
});
export type AgentView = z.infer<typeof agentSchema>;

export const tokenCreateSchema = z.strictObject({
  name: z.string().trim().min(1).max(80),
  scopes: z
    .array(
      z.enum(['release:read', 'release:write', 'release:approve', 'config:write', 'review:write', 'admin']),
    )
    .min(1),
  expiresInDays: z.number().int().min(1).max(3_650).optional(),
  /** Outside this service, and outside this environment, the token only reads. */
  service: slugSchema.optional(),
  environment: slugSchema.optional(),
});

export const servicesSchema = pageOf(serviceSchema);
export const environmentsSchema = pageOf(environmentSchema);
export const clustersSchema = pageOf(clusterSchema);
export const targetsSchema = pageOf(targetSchema);
export const versionsSchema = pageOf(versionSchema);
export const plansSchema = pageOf(planSchema);
export const agentsSchema = pageOf(agentSchema);
