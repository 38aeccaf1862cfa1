/** Reviews of a month, a quarter, or any span of days. */
import { z } from 'zod';
import { idSchema, shareSchema, slugSchema, timeSchema } from './primitives.ts';
import { outcomeSchema } from './release.ts';

const daySchema = z.iso.date('give a day such as 2026-11-01');
const DAYS_MAX = 400;

/** Offsets such as +01:00 are no zones: they know no summer. */
const isZone = (name: string): boolean => {
  try {
    return (
      /^[A-Za-z]/.test(name) &&
      new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false;
  }
};
const zoneSchema = z.string().max(60).refine(isZone, 'use a name such as Europe/Berlin');

const fields = z.strictObject({
  /** First and last day, both included; the present month when left out. */
  from: daySchema.optional(),
  to: daySchema.optional(),
  service: slugSchema.optional(),
  zone: zoneSchema.default('UTC'),
});
type Fields = z.infer<typeof fields>;

const inOrder = ({ from, to }: Fields): boolean => from === undefined || to === undefined || from <= to;
const notTooLong = ({ from, to }: Fields): boolean =>
  from === undefined || to === undefined || Date.parse(to) - Date.parse(from) <= DAYS_MAX * 86_400_000;
const orderError = { path: ['to'], message: 'must not be before from' };
const lengthError = { path: ['to'], message: `at most ${DAYS_MAX} days at once` };

export const reviewQuerySchema = fields.refine(inOrder, orderError).refine(notTooLong, lengthError);
export const reviewExportQuerySchema = fields
  .extend({ format: z.enum(['md', 'csv']).default('md') })
  .refine(inOrder, orderError)
  .refine(notTooLong, lengthError);

const releaseSchema = z.object({
  id: idSchema,
  retrospective: idSchema.nullable(),
  service: slugSchema,
  serviceName: z.string(),
  environmentName: z.string(),
  version: z.string(),
  outcome: outcomeSchema,
  startedAt: timeSchema,
  finishedAt: timeSchema,
  stoppedAt: z.object({ index: z.number().int(), name: z.string(), share: shareSchema }).nullable(),
  byVerdict: z.boolean(),
  secondsToDetect: z.number().nullable(),
  secondsToRecover: z.number().nullable(),
  harmAvoidedRequests: z.number().nullable(),
  failedRequests: z.number().nullable(),
  falseAlarm: z.string().nullable(),
  tags: z.array(z.string()),
});
export type ReviewRelease = z.infer<typeof releaseSchema>;

export const reviewSchema = z.object({
  from: z.string(),
  to: z.string(),
  zone: z.string(),
  service: slugSchema.nullable(),
  released: z.number().int(),
  stopped: z.number().int(),
  cancelledWithoutTraffic: z.number().int(),
  falseAlarms: z.number().int(),
  stoppedByStage: z.array(z.object({ index: z.number().int(), name: z.string(), count: z.number().int() })),
  waits: z.array(
    z.object({
      gate: z.string(),
      count: z.number().int(),
      medianSeconds: z.number(),
      p90Seconds: z.number(),
      longestSeconds: z.number(),
      longestRelease: idSchema,
    }),
  ),
  repeatedFactors: z.array(z.object({ tag: z.string(), releases: z.array(idSchema) })),
  celebrations: z.array(releaseSchema),
  actionItems: z.object({
    opened: z.number().int(),
    closed: z.number().int(),
    open: z.number().int(),
    overdue: z.number().int(),
  }),
  /** The latest of each kind; the counts above are complete, and so is the CSV file. */
  shipped: z.array(releaseSchema),
  stops: z.array(releaseSchema),
});
export type ReviewView = z.infer<typeof reviewSchema>;
