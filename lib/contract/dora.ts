/** Delivery metrics: how an organisation delivers, by service, week and month. Durations are seconds, rates 0..1. */
import { z } from 'zod';
import { linkWindowHoursSchema, severitiesSchema, timezoneSchema } from '../domain/dora/config.ts';
import { parseDay } from '../domain/dora/local-days.ts';
import { METRICS } from '../domain/dora/rows.ts';
import { BANDS } from '../domain/dora/scores.ts';
import { DEPLOYMENT_KINDS, FAILURE_REASONS } from '../domain/dora/types.ts';
import { pageQuerySchema } from './page.ts';
import { pageOf, textSchema, timeSchema } from './primitives.ts';

const daySchema = z.string().refine((text) => parseDay(text) !== null, {
  error: 'is no date; write it as 2026-03-02',
});
/** Not a slug: history knows services by whatever they were called. */
const serviceNameSchema = textSchema.min(1).max(500);

export const doraQuerySchema = z.strictObject({
  /** Local dates, half-open; left out: from the first to the last finished production deployment. */
  from: daySchema.optional(),
  to: daySchema.optional(),
  /** Left out: the organisation's. */
  timezone: timezoneSchema.optional(),
  service: serviceNameSchema.optional(),
  /** `false` leaves out what the rules said of single rows, which is most of the answer. */
  details: z.enum(['true', 'false']).default('true'),
});

const amount = z.number().nullable();
const summaryFields = {
  deployments: z.number(),
  deployments_excl_rollbacks: z.number(),
  deploy_days: z.number(),
  days: z.number(),
  per_day: amount,
  lead_time: z.object({
    n: z.number(),
    median_s: amount,
    p75_s: amount,
    p90_s: amount,
    mean_s: amount,
    skewed: z.number(),
  }),
  change_failure: z.object({
    changes: z.number(),
    failed: z.number(),
    rate: amount,
    contained: z.number(),
    rate_uncontained: amount,
  }),
  recovery: z.object({
    n: z.number(),
    median_s: amount,
    p90_s: amount,
    mean_s: amount,
    open: z.number(),
    from_deploy_median_s: amount,
  }),
  rework: z.object({ rework: z.number(), rate: amount }),
};
export const doraSummarySchema = z.object(summaryFields);
const windowSummarySchema = z.object({
  start: z.string(),
  end: z.string(),
  ...summaryFields,
  still_moving: z.boolean(),
});
const band = z.enum(BANDS).nullable();

export const doraSchema = z.object({
  definitions_version: z.number(),
  timezone: z.string(),
  from: z.string(),
  to: z.string(),
  total: doraSummarySchema,
  by_week: z.array(windowSummarySchema),
  by_month: z.array(windowSummarySchema),
  by_service: z.record(z.string(), doraSummarySchema),
  quickcheck: z.object({
    leadtime: amount,
    deployfreq: amount,
    failurerecovery: amount,
    changefailure: amount,
    rework: amount,
    average: amount,
  }),
  bands_2023: z.object({
    deployment_frequency: band,
    lead_time: band,
    change_failure_rate: band,
    recovery_time: band,
  }),
  /** Per service: the commits that are in no production deployment yet, and the one that was written first. */
  undeployed: z.record(
    z.string(),
    z.object({ n: z.number(), oldest_sha: z.string(), oldest_authored_at: timeSchema, age_s: z.number() }),
  ),
  incident_links: z.record(z.string(), z.array(z.string())).optional(),
  incidents_skipped: z.record(z.string(), z.enum(['drill', 'duplicate', 'severity', 'external'])).optional(),
  failed_changes: z.record(z.string(), z.array(z.enum(FAILURE_REASONS))).optional(),
  recoveries: z
    .record(
      z.string(),
      z.object({ start: timeSchema, end: timeSchema.nullable(), s: amount, from_deploy_s: amount }),
    )
    .optional(),
  kinds: z.record(z.string(), z.enum(DEPLOYMENT_KINDS)).optional(),
  lead_time_samples: z.record(z.string(), z.number()).optional(),
});
export type DoraView = z.infer<typeof doraSchema>;

export const doraSettingsSchema = z.strictObject({
  timezone: timezoneSchema,
  linkWindowHours: linkWindowHoursSchema,
  severities: severitiesSchema,
  firstDeploymentIsBaseline: z.boolean(),
});
export type DoraSettingsView = z.infer<typeof doraSettingsSchema>;

export const doraRebuiltSchema = z.object({ seconds: z.number() });

export const DORA_METRICS = METRICS;

export const doraRowsQuerySchema = pageQuerySchema.extend({
  /** Whose rows: those that the number counts, and those beside them that it leaves out, with the reason. */
  metric: z.enum(DORA_METRICS),
  from: daySchema.optional(),
  to: daySchema.optional(),
  timezone: timezoneSchema.optional(),
  service: serviceNameSchema.optional(),
  /** `csv`: the whole list as one text, without pages. */
  format: z.enum(['json', 'csv']).default('json'),
});

export const doraRowSchema = z.object({
  /** A deployment's id, or a commit's. */
  id: z.string(),
  service: z.string(),
  /** By which windows count it. */
  at: timeSchema.nullable(),
  counted: z.boolean(),
  /** Why it is counted, or why not. */
  because: z.string(),
  /** Seconds of lead time or recovery. */
  value_s: amount,
  environment: z.string().nullable(),
  version: z.string().nullable(),
  commit: z.string().nullable(),
  kind: z.enum(DEPLOYMENT_KINDS).nullable(),
  status: z.string().nullable(),
  max_exposure: amount,
  incidents: z.array(z.string()),
  deployment: z.string().nullable(),
});
export type DoraRow = z.infer<typeof doraRowSchema>;
export const doraRowsSchema = pageOf(doraRowSchema);

const countsSchema = z.object({
  added: z.number(),
  /** Known, and now finished or resolved. */
  changed: z.number(),
  unchanged: z.number(),
});
export const rowProblemSchema = z.object({
  file: z.string(),
  line: z.number(),
  column: z.string().nullable(),
  message: z.string(),
});
export const importQuerySchema = z.strictObject({
  /** `true`: everything is checked and counted, nothing is stored. */
  dryRun: z.enum(['true', 'false']).default('false'),
});
export const importSchema = z.object({
  stored: z.boolean(),
  deployments: countsSchema,
  commits: countsSchema,
  incidents: countsSchema,
  refused: z.number(),
  /** The first of them, by file, line and column. */
  problems: z.array(rowProblemSchema),
});
export type ImportView = z.infer<typeof importSchema>;
