/** Fields that every metric source's document has. */
import { z } from 'zod';

export const queriesSchema = z.record(
  z.string().max(60),
  z.string({ error: 'write a metric selector such as http_requests_total{job="shop"}' }),
  { error: 'write one metric selector per metric' },
);

/** What `$track` stands for; teams that label the baseline "stable" say so here. */
export const trackNamesSchema = z
  .strictObject({ canary: z.string().min(1).max(100), baseline: z.string().min(1).max(100) })
  .prefault({ canary: 'canary', baseline: 'baseline' });
