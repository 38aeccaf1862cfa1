import type { AnalysisPolicy, MetricDefinition, MetricPolicy } from './contract.ts';
import type { CountEvidence } from './count.ts';
import type { ErrorParts } from './error-parts.ts';
import type { GaugeEvidence } from './gauge.ts';
import type { LatencyEvidence } from './latency.ts';
import type { MeanEvidence } from './mean.ts';
import type { ProportionEvidence } from './proportion.ts';
import type { SampleRatio } from './sample-ratio.ts';

/**
 * Everything a judgement knows, as plain JSON of bounded size: written down and read back anywhere between
 * two intervals it gives the same answers as if it had never stopped.
 */
export type AnalysisState = {
  policy: AnalysisPolicy;
  /** First exposure of the canary, milliseconds since the epoch. */
  startedAt: number;
  metrics: MetricState[];
  /** Metrics of the policy that have no evidence of their own yet, by name. */
  notJudged: string[];
  places: Record<string, Contact>;
  /** End of the newest judged interval. */
  newestAt: number | null;
  refused: Refused;
  /** Set when the evidence reached the threshold; from then on nothing changes any more. */
  crossedAt: number | null;
  /** Absent in judgements that began before shares were checked. */
  sampleRatio?: SampleRatio | undefined;
};

/** What is known of a metric, by its kind. */
export type Evidence = ProportionEvidence | LatencyEvidence | CountEvidence | MeanEvidence | GaugeEvidence;

/** One judged metric; the weights of all of them sum to 1. */
export type MetricState = {
  definition: MetricDefinition;
  policy: MetricPolicy;
  weight: number;
  evidence: Evidence;
  /** Failures only: by route and by kind. Absent in judgements that began before parts were judged. */
  parts?: ErrorParts | undefined;
  /** The largest evidence for harm so far; 1 / this is a valid p-value. */
  evidenceMax: number;
};

/** When a place last reported; an arm counts as heard when it reported at least one request. */
export type Contact = {
  at: number;
  canaryAt: number | null;
  baselineAt: number | null;
  /** When the youngest instance of the canary began, milliseconds since the epoch; absent where the source cannot say. */
  youngestSince?: number | null | undefined;
  /** Seconds in which the canary was forgiven for being cold. */
  coldSeconds?: number | undefined;
};

/** Intervals that were impossible: how many, the newest one's time and what was wrong with it. */
export type Refused = { count: number; at: number | null; problem: string | null };
