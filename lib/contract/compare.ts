/** Two releases side by side. */
import { z } from 'zod';
import { idSchema, shareSchema, timeSchema } from './primitives.ts';
import { outcomeSchema, releaseStateSchema, verdictSchema } from './release.ts';

export const releaseCompareQuerySchema = z.strictObject({ a: idSchema, b: idSchema });

const stageSchema = z.object({
  name: z.string(),
  share: shareSchema,
  gate: z.string(),
  startedAt: timeSchema.nullable(),
  /** From the wish to the moment that every cluster had confirmed it; null while it is not. */
  confirmedAfterSeconds: z.number().nullable(),
  /** Null for a stage that was not reached, or is not over. */
  durationSeconds: z.number().nullable(),
});

const personSchema = z.object({
  name: z.string(),
  /** What they did, in order, each kind once. */
  did: z.array(z.string()),
});

export const comparedReleaseSchema = z.object({
  id: idSchema,
  service: z.string(),
  serviceName: z.string(),
  environment: z.string(),
  environmentName: z.string(),
  version: z.string(),
  digest: z.string(),
  commit: z.string().nullable(),
  configVersion: z.string().nullable(),
  baselineVersion: z.string().nullable(),
  plan: z.object({ name: z.string(), revision: z.number().int() }),
  state: releaseStateSchema,
  outcome: outcomeSchema.nullable(),
  headline: z.string(),
  reason: z.string().nullable(),
  startedAt: timeSchema,
  finishedAt: timeSchema.nullable(),
  durationSeconds: z.number().nullable(),
  /** When the canary was given its first share; charts of two releases are laid over each other here. */
  canaryStartedAt: timeSchema.nullable(),
  requests: z.number().nullable(),
  badRequests: z.number().nullable(),
  people: z.array(personSchema),
  stages: z.array(stageSchema),
  verdict: verdictSchema.nullable(),
});
export type ComparedRelease = z.infer<typeof comparedReleaseSchema>;

export const releaseCompareSchema = z.object({
  a: comparedReleaseSchema,
  b: comparedReleaseSchema,
  /** What is written differently in the two plans; a side is null where it does not have the place at all. */
  planChanges: z.array(z.object({ path: z.string(), a: z.string().nullable(), b: z.string().nullable() })),
});
export type ReleaseComparison = z.infer<typeof releaseCompareSchema>;
