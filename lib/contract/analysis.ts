/** A release's analysis over time, and what another policy would have decided. */
import { z } from 'zod';
import { METRIC_KINDS } from '../domain/analysis/metric-kinds.ts';
import { slugSchema, textSchema, timeSchema } from './primitives.ts';

const decisionSchema = z.enum(['advance', 'hold', 'rollback']);
const numberOrNull = z.number().nullable();

/** `policy` is the analysis block of a plan as JSON text; without it the release's own policy judges. */
export const analysisQuerySchema = z.strictObject({ policy: textSchema.max(20_000).optional() });

/** The analysis block of a plan as the server understood it: durations in seconds, margins and rates in percent. */
export const analysisPolicySchema = z.object({
  alpha: z.number(),
  warmup: z.number(),
  every: z.number(),
  advance: z.object({ ratioMax: z.number(), rateMax: z.number(), alpha: z.number() }),
  metrics: z.array(
    z.object({
      name: z.string(),
      margin: z.number(),
      weight: z.number().optional(),
      guard: z.record(z.string(), z.number()).optional(),
    }),
  ),
});
export type AnalysisPolicyView = z.infer<typeof analysisPolicySchema>;

/** An always-valid interval; `high` null = beyond what can be told. */
export const bandSchema = z.object({ low: z.number(), high: numberOrNull });
const quantileBandsSchema = z.object({
  p50: bandSchema.nullable(),
  p95: bandSchema.nullable(),
  p99: bandSchema.nullable(),
});
const bothArms = <T extends z.ZodType>(arm: T) => z.object({ canary: arm, baseline: arm });

export const analysisPointSchema = z.object({
  at: timeSchema,
  decision: decisionSchema,
  evidence: z.number(),
  advanceEvidence: z.number(),
  /** Canary over baseline; for latency that of the p95 since the warm-up. */
  ratio: z.object({ estimate: numberOrNull, low: numberOrNull, high: numberOrNull }),
  /** Failure or event rates since the warm-up. */
  rates: bothArms(bandSchema).nullable(),
  /** Latency since the warm-up, in seconds. */
  quantiles: bothArms(quantileBandsSchema).nullable(),
});

export const analysisMetricSchema = z.object({
  name: z.string(),
  kind: z.enum(METRIC_KINDS),
  direction: z.enum(['lower-is-better', 'higher-is-better']),
  threshold: z.number(),
  advanceThreshold: z.number(),
  points: z.array(analysisPointSchema),
});

const stageSchema = z.object({ index: z.number().int(), name: z.string() });
const momentSchema = z.object({
  at: timeSchema,
  /** Since the canary's first exposure. */
  second: z.number(),
  stage: stageSchema,
  sentence: z.string(),
});

export const analysisSchema = z.object({
  policy: analysisPolicySchema,
  from: timeSchema,
  to: timeSchema,
  /** Seconds between two points of a metric. */
  step: z.number(),
  decision: decisionSchema,
  holdReason: z.string().nullable(),
  sentence: z.string(),
  rollback: momentSchema.nullable(),
  advance: momentSchema.nullable(),
  changes: z.array(momentSchema.extend({ decision: decisionSchema })),
  metrics: z.array(analysisMetricSchema),
  /** What stands in the way of the whole picture, such as measurements that are no longer kept. */
  note: z.string().nullable(),
});
export type AnalysisView = z.infer<typeof analysisSchema>;
export type AnalysisPointView = z.infer<typeof analysisPointSchema>;

/** `analysis` follows the rules of `spec.analysis` in a plan. */
export const whatIfRequestSchema = z.strictObject({ analysis: z.record(z.string(), z.unknown()) });

const courseSchema = z.object({
  policy: analysisPolicySchema,
  decision: decisionSchema,
  holdReason: z.string().nullable(),
  sentence: z.string(),
  rollback: momentSchema.nullable(),
  advance: momentSchema.nullable(),
});

export const whatIfSchema = z.object({
  from: timeSchema,
  to: timeSchema,
  own: courseSchema,
  other: courseSchema,
  /** Failed requests of the canary after the other policy's rollback; null where that was never measured. */
  difference: z.object({ badRequests: z.number(), badExtra: z.number() }).nullable(),
  summary: z.string(),
  /** What cannot be known, since the canary got no traffic any more. */
  limit: z.string(),
  note: z.string().nullable(),
});
export type WhatIfView = z.infer<typeof whatIfSchema>;

export const planForecastQuerySchema = z.strictObject({ service: slugSchema, environment: slugSchema });

/** What a plan is expected to need with the traffic of the last 10 minutes. */
export const planForecastSchema = z.object({
  requestsPerMinute: z.number(),
  stages: z.array(
    z.object({
      index: z.number().int(),
      name: z.string(),
      ends: z.enum(['by-evidence', 'by-time', 'by-person', 'not-in-time', 'unknown']),
      seconds: numberOrNull,
      sentence: z.string(),
    }),
  ),
  notes: z.array(z.string()),
});
export type PlanForecastView = z.infer<typeof planForecastSchema>;
