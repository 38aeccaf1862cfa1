import { quantileBand } from './bands.ts';
import type { ArmSummary, MetricVerdict, Quantiles } from './contract.ts';
import { estimateCount, estimateGauge, estimateMean } from './estimate-kinds.ts';
import { type Histogram, quantile } from './histogram.ts';
import type { LatencyEvidence } from './latency.ts';
import type { ProportionEvidence } from './proportion.ts';
import { ratioInterval } from './ratio-curve.ts';
import type { MetricState } from './state.ts';

/** What is shown of a comparison; none of it decides. Counts are those since the warm-up. */
export type Estimate = Pick<MetricVerdict, 'canary' | 'baseline' | 'ratio' | 'badExcess' | 'quantiles'>;

/** The numbers of one metric. `alpha` is the level of the ratio's interval. */
export function estimateMetric({ definition, evidence }: MetricState, alpha: number): Estimate {
  const higher = definition.direction === 'higher-is-better';
  switch (evidence.type) {
    case 'latency':
      return estimateLatency(evidence, alpha);
    case 'proportion':
      return estimateProportion(evidence, alpha, higher);
    case 'count':
      return estimateCount(evidence, alpha, higher);
    case 'mean':
      return estimateMean(evidence, alpha, higher);
    case 'gauge':
      return estimateGauge(evidence);
  }
}

/**
 * The baseline's value is its rate weighted to the canary's traffic of the same moments, and the ratio that
 * of Mantel and Haenszel, so that neither is fooled by a share that changed while the rate changed.
 */
function estimateProportion(evidence: ProportionEvidence, alpha: number, higher: boolean): Estimate {
  const { totals } = evidence;
  const excess = totals.canaryBad - totals.expectedBad;
  const estimate = totals.weightedBaseline > 0 ? totals.weightedCanary / totals.weightedBaseline : null;
  return {
    canary: summary(totals.canaryN, totals.canaryBad, totals.canaryBad),
    baseline: {
      n: totals.baselineN,
      bad: totals.baselineBad,
      value: totals.canaryN === 0 ? null : totals.expectedBad / totals.canaryN,
    },
    ratio: { estimate, ...ratioInterval(evidence.curve, alpha) },
    badExcess: higher ? -excess : excess,
  };
}

/**
 * `bad` are the requests slower than the baseline's p95 of their moment; `value` is the recent p95 in seconds, and the
 * ratio that of the recent p95s. Its interval is about everything since the warm-up.
 */
function estimateLatency(evidence: LatencyEvidence, alpha: number): Estimate {
  const edges = evidence.edges ?? [];
  const { totals } = evidence;
  const canary = quantilesOf(evidence.canary, edges);
  const baseline = quantilesOf(evidence.baseline, edges);
  const known = canary.p95 !== null && baseline.p95 !== null && baseline.p95 > 0;
  return {
    canary: { n: totals.canaryN, bad: totals.canarySlow, value: canary.p95 },
    baseline: { n: totals.baselineN, bad: totals.baselineSlow, value: baseline.p95 },
    ratio: {
      estimate: known ? (canary.p95 ?? 0) / (baseline.p95 ?? 1) : null,
      ...latencyRatioInterval(evidence, edges, alpha),
    },
    badExcess: totals.canarySlow - totals.expectedSlow,
    quantiles: { canary, baseline },
  };
}

/**
 * The always-valid interval of the ratio of both p95: each arm's own interval with half of the doubt. As wide as the
 * buckets make it; a bound that lies in the open last bucket is null.
 */
function latencyRatioInterval(
  { whole = NOTHING }: LatencyEvidence,
  edges: readonly number[],
  alpha: number,
): Pick<MetricVerdict['ratio'], 'low' | 'high'> {
  const canary = quantileBand(whole.canary, edges, SHOWN_QUANTILE, alpha / 2);
  const baseline = quantileBand(whole.baseline, edges, SHOWN_QUANTILE, alpha / 2);
  if (canary === null || baseline === null) return { low: null, high: null };
  return {
    low: baseline.high === null || canary.low === 0 ? null : canary.low / baseline.high,
    high: canary.high === null || baseline.low === 0 ? null : canary.high / baseline.low,
  };
}

const SHOWN_QUANTILE = 0.95;
const NOTHING = { canary: [], baseline: [] };

/** A quantile that lies in the open last bucket has no number: null. */
function quantilesOf(histogram: Histogram, edges: readonly number[]): Quantiles {
  const at = (q: number) => {
    const found = quantile(histogram, edges, q);
    return found === null || found.beyond ? null : found.value;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function summary(n: number, bad: number, numerator: number): ArmSummary {
  return { n, bad, value: n === 0 ? null : numerator / n };
}
