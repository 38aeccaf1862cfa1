import { z } from 'zod';
import { doraQuerySchema } from './dora.ts';

export const doraDistributionQuerySchema = doraQuerySchema.omit({ details: true }).extend({
  metric: z.enum(['lead-time', 'recovery']),
});

/** How the samples of a window lie; durations are seconds. */
export const doraDistributionSchema = z.object({
  metric: z.enum(['lead-time', 'recovery']),
  from: z.string(),
  to: z.string(),
  n: z.number(),
  median_s: z.number().nullable(),
  /** Half-open; the last has no end. */
  buckets: z.array(z.object({ low: z.number(), high: z.number().nullable(), n: z.number() })),
});
export type DoraDistribution = z.infer<typeof doraDistributionSchema>;
