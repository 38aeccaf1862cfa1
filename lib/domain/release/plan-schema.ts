/** The plan document as people write it: durations `90s 5m 2h`, percents `5` or `5%`. */
import { z } from 'zod';
import { durationSchema } from './duration-schema.ts';
import {
  blueGreenSchema,
  checksSchema,
  paritySchema,
  planNameSchema,
  waveSchema,
} from './strategy-schema.ts';
import { GATES, STRATEGIES } from './types.ts';

/** A percentage as a number of percent, from `5` or `5%`, with at most two decimals. */
export const percentSchema = z
  .union([z.number(), z.string()], { error: 'write a percentage such as 5 or 5%' })
  .transform((value, context) => {
    const match =
      typeof value === 'number'
        ? [String(value), String(value)]
        : /^(\d+(?:\.\d+)?)\s*%?$/.exec(value.trim());
    const percent = Number(match?.[1] ?? Number.NaN);
    const twoDecimals = Math.abs(percent * 100 - Math.round(percent * 100)) < 1e-6;
    if (Number.isFinite(percent) && percent >= 0 && percent <= 100 && twoDecimals) return percent;
    context.addIssue({
      code: 'custom',
      message: 'write a percentage between 0 and 100 such as 5 or 5%, with at most two decimals',
    });
    return z.NEVER;
  });

const stageSchema = z.strictObject({
  name: planNameSchema,
  share: percentSchema,
  bake: z.strictObject({ min: durationSchema.default(0), max: durationSchema.optional() }).optional(),
  gate: z.enum(GATES).default('evidence'),
  watch: durationSchema.optional(),
  checks: checksSchema.optional(),
  parity: paritySchema.optional(),
  /** The schema that the database has from this stage on. */
  schema: z.number().int().min(0).optional(),
});

const guardSchema = z.strictObject({
  rate: percentSchema.optional(),
  p50: durationSchema.optional(),
  p95: durationSchema.optional(),
  p99: durationSchema.optional(),
  max: z.number('write a number in the metric’s own unit').optional(),
  min: z.number('write a number in the metric’s own unit').optional(),
  timesNormal: z.number().gt(1, 'timesNormal is canary over baseline: use more than 1, such as 3').optional(),
});

const metricSchema = z.strictObject({
  name: z.string().min(1).max(60),
  margin: percentSchema.optional(),
  weight: z.number().positive().max(1).optional(),
  guard: guardSchema.optional(),
});

const RATE_PERCENT_MAX = 10;

const analysisSchema = z.strictObject({
  alpha: z
    .number()
    .gt(0)
    .lte(0.2, 'alpha is the chance of a false rollback: use a value of at most 0.2')
    .default(0.01),
  warmup: durationSchema.default(90),
  every: durationSchema.default(5),
  advance: z
    .strictObject({
      ratioMax: z.number().gt(1).lte(10).optional(),
      rateMax: percentSchema
        .refine((percent) => percent <= RATE_PERCENT_MAX, {
          error: `rateMax lets a canary pass however well the baseline does: use at most ${RATE_PERCENT_MAX} %`,
        })
        .optional(),
      alpha: z.number().gt(0).lte(0.5).optional(),
    })
    .optional(),
  metrics: z.array(metricSchema).min(1).max(20).optional(),
});

const contactSchema = z.strictObject({
  after: durationSchema.default(120),
  then: z.enum(['hold', 'guard', 'baseline']).default('hold'),
  neverAfter: durationSchema.optional(),
});

/** `apiVersion: slipway/v1, kind: Plan`. */
export const planDocumentSchema = z.strictObject({
  apiVersion: z.literal('slipway/v1'),
  kind: z.literal('Plan'),
  metadata: z.strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'use lower-case letters, digits and dashes'),
    service: z.string().optional(),
  }),
  spec: z.strictObject({
    strategy: z.enum(STRATEGIES, { error: `use one of ${STRATEGIES.join(', ')}` }),
    stages: z.array(stageSchema).min(1, 'a plan needs at least one stage').max(50).optional(),
    waves: z.array(waveSchema).min(1).max(50).optional(),
    blueGreen: blueGreenSchema.optional(),
    analysis: analysisSchema.optional(),
    rollback: z
      .strictObject({
        automatic: z.boolean().default(true),
        onAgentLost: z.enum(['hold', 'pause', 'rollback']).default('pause'),
        onBadCluster: z.enum(['all', 'wave', 'pause']).default('all'),
      })
      .optional(),
    whenContactIsLost: contactSchema.optional(),
  }),
});
export type PlanDocument = z.infer<typeof planDocumentSchema>;

/** Every key a plan may hold, for "did you mean". */
export const PLAN_KEYS = [
  'apiVersion',
  'kind',
  'metadata',
  'spec',
  'name',
  'service',
  'strategy',
  'stages',
  'analysis',
  'rollback',
  'whenContactIsLost',
  'share',
  'bake',
  'gate',
  'watch',
  'min',
  'max',
  'alpha',
  'warmup',
  'every',
  'advance',
  'ratioMax',
  'rateMax',
  'metrics',
  'margin',
  'weight',
  'guard',
  'rate',
  'p50',
  'p95',
  'p99',
  'timesNormal',
  'automatic',
  'onAgentLost',
  'onBadCluster',
  'waves',
  'clusters',
  'soak',
  'blueGreen',
  'parity',
  'checks',
  'method',
  'path',
  'status',
  'bodyIncludes',
  'latencyMax',
  'repetitions',
  'drain',
  'warm',
  'schema',
  'after',
  'then',
  'neverAfter',
] as const;
