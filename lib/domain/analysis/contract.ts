/**
 * The shapes that cross the border of the analysis: what it is given, and what it answers.
 * Everything here is plain JSON, so that a judgement can stop in one process and go on in another.
 */

import type { MetricKind } from './metric-kinds.ts';

export type { MetricKind };
export type MetricDirection = 'lower-is-better' | 'higher-is-better';

/** A metric as the service declares it. `name` is what plans, samples and verdicts call it. */
export type MetricDefinition = {
  name: string;
  kind: MetricKind;
  direction: MetricDirection;
  unit?: string | undefined;
  /** `mean` only: every amount above this counts as this much, so that one order cannot decide a release. */
  bound?: number | undefined;
};

/** How one metric is judged. `margin` is a fraction: 0.1 tolerates a canary up to 10 % worse. */
export type MetricPolicy = {
  name: string;
  margin: number;
  weight: number;
  /** The plan named no margin: once bound to a service it is the default of the metric's kind. */
  isMarginOpen?: boolean | undefined;
  /**
   * Limits of their own, keyed `rate`, `p50`, `p95`, `p99` (seconds), `max` and `min` (in the metric's unit; counts a
   * minute at full traffic) and `timesNormal` (canary over baseline).
   */
  guard?: Record<string, number> | undefined;
};

/** The analysis part of a plan. `alpha` bounds the chance that a healthy canary is ever rolled back. */
export type AnalysisPolicy = {
  alpha: number;
  warmupSeconds: number;
  everySeconds: number;
  /**
   * The claim that must be shown before a stage may advance: the canary's rate is below `ratioMax` times the
   * baseline's or, for failures, below `rateMax` (a fraction below 1; 0 switches that off).
   */
  advance: { ratioMax: number; rateMax: number; alpha: number };
  metrics: MetricPolicy[];
};

/** Counts of one track over one interval. Increases, never running totals. */
export type ArmCounts = {
  requests: number;
  errors: number;
  /** One count per bucket of `Interval.latencyEdges`, the last bucket open-ended. */
  latency?: number[] | undefined;
  /** Business events by metric name; for a `rate` metric the denominator is `requests`. */
  counts?: Record<string, number> | undefined;
  /** Sums over capped amounts by name of a `mean` metric. */
  amounts?: Record<string, Amounts> | undefined;
  /** Readings at the end of the span by name of a `gauge` metric. */
  gauges?: Record<string, GaugeReading[]> | undefined;
  /** Requests and failures of single routes; they are contained in `requests` and `errors`. */
  routes?: Record<string, RouteCounts> | undefined;
  /** Failures by what they look like (status class, exception); contained in `errors`. */
  fingerprints?: Record<string, number> | undefined;
  /** Age of the youngest instance at the end of the span; null or absent = the source cannot say. */
  youngestSeconds?: number | null | undefined;
};

/** `n` amounts, each capped at the metric's bound, by their sum and the sum of their squares. */
export type Amounts = { n: number; sum: number; sumOfSquares: number };

/** One reading of one instance; `ageSeconds` is null where the source cannot say. */
export type GaugeReading = { instance: string; ageSeconds: number | null; value: number };

export type RouteCounts = { requests: number; errors: number };

/** What one target reported for one span of time. An arm is null when nothing was reported for it. */
export type Interval = {
  /** Names the place the counts come from; strata are never formed across places. */
  target: string;
  /** End of the span, milliseconds since the epoch. */
  at: number;
  seconds: number;
  canary: ArmCounts | null;
  baseline: ArmCounts | null;
  /** Upper bucket edges in seconds, without the last, open one. */
  latencyEdges?: number[] | undefined;
  /** The canary's part of the traffic that the router was set to over the whole span, 0..1; absent = unknown or changed within. */
  assignedShare?: number | undefined;
};

export type Decision = 'advance' | 'hold' | 'rollback';

/** One side of a comparison: `n` trials, `bad` of them failed, `value` the rate or the estimate shown. */
export type ArmSummary = { n: number; bad: number; value: number | null };

export type Quantiles = { p50: number | null; p95: number | null; p99: number | null };

/** One route or kind of failure within a metric. */
export type PartVerdict = {
  kind: 'route' | 'fingerprint';
  name: string;
  canary: { n: number; bad: number };
  baseline: { n: number; bad: number };
  /** Canary over baseline; null where the baseline shows none. */
  ratio: number | null;
  evidence: number;
  sentence: string;
};

/** `beyond`: the canary is beyond its limit just now, while the baseline keeps it or not; `broken`: that is shown. */
export type GuardState = 'kept' | 'beyond' | 'broken' | 'unknown';
export type GuardVerdict = { key: string; limit: number; state: GuardState; sentence: string };

/** What one metric says. `ratio` is canary over baseline with its always-valid interval; null = cannot tell. */
export type MetricVerdict = {
  name: string;
  kind: MetricKind;
  decision: Decision;
  canary: ArmSummary;
  baseline: ArmSummary;
  ratio: { estimate: number | null; low: number | null; high: number | null };
  /** Evidence for harm: an e-value. Roll back once the weighted sum over the metrics reaches `threshold`. */
  evidence: number;
  threshold: number;
  /** Evidence for the claim to advance; the stage may advance once it reaches `advanceThreshold`. */
  advanceEvidence: number;
  advanceThreshold: number;
  /** Bad requests beyond what the baseline's rate would have given on the same traffic. */
  badExcess: number;
  /** Latency only, in seconds; null where a quantile lies beyond the last bucket or nothing was counted. */
  quantiles?: { canary: Quantiles; baseline: Quantiles } | undefined;
  /** The following are absent in verdicts stored before they existed. `method` names how it was judged, in a few words. */
  method?: string | undefined;
  /** Seconds of comparison behind the numbers; null before the first. */
  windowSeconds?: number | null | undefined;
  /** The largest evidence so far; 1 / this is a valid p-value. */
  evidenceMax?: number | undefined;
  /** Routes and kinds of failures that speak against the canary, the strongest first. */
  parts?: PartVerdict[] | undefined;
  guards?: GuardVerdict[] | undefined;
  sentence: string;
};

/** Why the answer is `hold`, when it is. */
export type HoldReason =
  | 'warming-up'
  | 'no-canary-data'
  | 'no-baseline-data'
  | 'stale-data'
  | 'sample-ratio'
  | 'insufficient-evidence'
  | 'bad-data';

/** The answer of the analysis at one moment. `sentence` is the same text on every surface. */
export type Verdict = {
  decision: Decision;
  holdReason: HoldReason | null;
  sentence: string;
  /** Milliseconds since the epoch of the newest interval that was judged; null before the first. */
  at: number | null;
  evidence: number;
  threshold: number;
  metrics: MetricVerdict[];
  /** Seconds until an answer is expected at the present traffic; null when that cannot be said. */
  forecastSeconds: number | null;
};
