/** The parts of a plan document that waves, blue-green and checks add. */
import { z } from 'zod';
import { durationSchema } from './duration-schema.ts';

/** Names in a plan: stages, waves, checks. */
export const planNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use lower-case letters, digits and dashes');

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const;

/** A request against the side under trial. */
export const checkSchema = z.strictObject({
  name: planNameSchema,
  method: z.enum(METHODS, { error: `use one of ${METHODS.join(', ')}` }).default('GET'),
  path: z
    .string()
    .max(500)
    .regex(/^\/(?!\/)\S*$/, 'write a path on the side itself such as /healthz, not an address'),
  status: z.number().int().min(100).max(599).default(200),
  bodyIncludes: z.string().min(1).max(500).optional(),
  latencyMax: durationSchema
    .refine((seconds) => seconds > 0 && seconds <= 30, { error: 'use a time above 0 and at most 30s' })
    .optional(),
  repetitions: z.number().int().min(1).max(100).default(1),
});

export const checksSchema = z.array(checkSchema).min(1, 'name at least one check').max(20);
export const paritySchema = z.enum(['required', 'reported', 'off']);

/** What is asked between one group of clusters and the next. */
export const waveSchema = z.strictObject({
  name: planNameSchema,
  clusters: z.array(z.string().min(1).max(100)).min(1, 'a wave needs at least one cluster').max(200),
  soak: durationSchema.default(0),
  gate: z.enum(['evidence', 'bake', 'manual', 'approval', 'check']).default('evidence'),
});

/** Two sides, one in charge: bring the idle one up, prove it, switch at once, keep the other warm. */
export const blueGreenSchema = z.strictObject({
  gate: z.enum(['check', 'manual', 'approval']).default('check'),
  parity: paritySchema.default('required'),
  checks: checksSchema.optional(),
  soak: durationSchema.default(0),
  drain: durationSchema.default(30),
  warm: durationSchema.default(900),
  schema: z.number().int().min(0).optional(),
});
