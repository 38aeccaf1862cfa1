/** Fields that every metric source's document has. */
import { z } from 'zod';

const SELECTOR = 'write a metric selector such as http_requests_total{job="shop"}';
const COUNTERS = 'name the three counters n, sum and sumOfSquares, or one histogram';

const selectorSchema = z.string({ error: SELECTOR });

/** Three counters of a service's own: how many amounts, their sum and the sum of their squares, each amount capped. */
const amountCountersSchema = z.strictObject(
  { n: selectorSchema, sum: selectorSchema, sumOfSquares: selectorSchema },
  { error: COUNTERS },
);

/** One selector per metric; a `mean` may name three counters instead of a histogram. */
export const queriesSchema = z.record(
  z.string().max(60),
  z.union([selectorSchema, amountCountersSchema], {
    error: ({ input }) => (typeof input === 'object' ? COUNTERS : SELECTOR),
  }),
  { error: 'write one metric selector per metric' },
);
export type Queries = z.output<typeof queriesSchema>;

/** What `$track` stands for; teams that label the baseline "stable" say so here. */
export const trackNamesSchema = z
  .strictObject({ canary: z.string().min(1).max(100), baseline: z.string().min(1).max(100) })
  .prefault({ canary: 'canary', baseline: 'baseline' });

/** The label of a counter whose values are told apart. */
export const labelSchema = z.strictObject({
  label: z
    .string({ error: 'name a label such as "route"' })
    .max(100)
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'is not the name of a label; write one such as "route"'),
});
