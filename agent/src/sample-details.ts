/** What one row of samples may carry besides its counts, with the bounds that hold on the wire and in the database. */
import { z } from 'zod';

export const ROUTES_MAX = 20;
export const FINGERPRINTS_MAX = 20;
export const INSTANCES_MAX = 50;
/** Readings of all gauges of one row together, so that a row stays far below the frame limit. */
export const READINGS_MAX = 200;
export const NAME_LENGTH_MAX = 80;
/** Where everything goes that is not among the heaviest. */
export const OTHER = 'other';

const AMOUNT_MAX = 1e15;
const AGE_SECONDS_MAX = 10 * 365 * 86_400;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Control characters and half characters cannot be kept, and help nobody. */
const name = z
  .string()
  .min(1)
  .max(NAME_LENGTH_MAX)
  .regex(/^\P{C}+$/u);
const age = z.number().min(0).max(AGE_SECONDS_MAX).nullable();

const bounded = <T extends z.ZodType>(value: T, entriesMax: number) =>
  z
    .record(name, value)
    .refine((entries) => Object.keys(entries).length <= entriesMax, 'has too many entries');

const amountsSchema = z.strictObject({
  n: count,
  sum: z.number().min(0).max(AMOUNT_MAX),
  sumOfSquares: z
    .number()
    .min(0)
    .max(AMOUNT_MAX ** 2),
});
export type Amounts = z.infer<typeof amountsSchema>;
const readingSchema = z.strictObject({
  instance: name,
  ageSeconds: age,
  value: z.number().min(-Number.MAX_VALUE).max(Number.MAX_VALUE),
});

export const sampleDetailsSchema = z.strictObject({
  amounts: bounded(amountsSchema, 30).optional(),
  gauges: bounded(z.array(readingSchema).max(INSTANCES_MAX), 30)
    .refine(
      (gauges) => Object.values(gauges).reduce((sum, { length }) => sum + length, 0) <= READINGS_MAX,
      'has too many readings',
    )
    .optional(),
  routes: bounded(z.strictObject({ requests: count, errors: count }), ROUTES_MAX).optional(),
  fingerprints: bounded(count, FINGERPRINTS_MAX).optional(),
  youngestSeconds: age.optional(),
});
export type SampleDetails = z.infer<typeof sampleDetailsSchema>;

/** Why the details cannot be those of a row with these counts; null when they can. */
export const detailsProblem = (
  { amounts, gauges, routes, fingerprints }: SampleDetails,
  { requests, errors }: { requests: number; errors: number },
): string | null => {
  const ofRoutes = Object.values(routes ?? {});
  if (ofRoutes.some((route) => route.errors > route.requests)) return 'a route has more errors than requests';
  if (total(ofRoutes.map((route) => route.requests)) > requests) return 'the routes exceed the requests';
  if (total(ofRoutes.map((route) => route.errors)) > errors)
    return 'the errors of the routes exceed the errors';
  if (total(Object.values(fingerprints ?? {})) > errors) return 'the fingerprints exceed the errors';
  if (Object.values(amounts ?? {}).some((one) => !isPossible(one))) return 'the sums of an amount cannot be';
  for (const readings of Object.values(gauges ?? {}))
    if (new Set(readings.map(({ instance }) => instance)).size < readings.length)
      return 'a gauge has two readings of one instance';
  return null;
};

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** No numbers have a sum of squares below the square of their sum divided by their count. */
const isPossible = ({ n, sum, sumOfSquares }: Amounts): boolean =>
  n === 0 ? sum === 0 && sumOfSquares === 0 : sum * sum <= n * sumOfSquares * (1 + 1e-6);
