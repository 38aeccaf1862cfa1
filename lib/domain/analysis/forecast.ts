import { claimEvidence } from './combine.ts';
import type { AnalysisPolicy, MetricVerdict } from './contract.ts';
import { dispersionFactor } from './dispersion.ts';
import type { StartMixture } from './mixture.ts';
import { requestsPerSecond } from './pace.ts';
import type { ProportionEvidence } from './proportion.ts';
import { RATE_CLAIM_PART, RATE_CLAIM_WEIGHTS, rateClaimGrowth } from './rate-claim.ts';
import type { SplitBet } from './split-bet.ts';
import type { MetricState } from './state.ts';

/** Requests of the canary that a latency comparison without signs of harm needs before it lets a stage pass. */
export const LATENCY_REQUESTS_MIN = 200;

/**
 * Seconds until this metric is expected to answer at the present traffic, 0 when it already does. Supposes
 * that the canary does as well as the baseline unless the data already excludes that. Null when it cannot be
 * said: no traffic, no failure to learn from, or a true ratio between the claim and the harm.
 * `interval` is the always-valid one of the ratio.
 */
export function forecastMetric(
  metric: MetricState,
  policy: AnalysisPolicy,
  interval: Pick<MetricVerdict['ratio'], 'low' | 'high'>,
): number | null {
  const { evidence } = metric;
  if (evidence.type === 'latency') {
    const missing = LATENCY_REQUESTS_MIN - evidence.totals.canaryN;
    if (missing <= 0) return 0;
    const rate = requestsPerSecond(evidence.pace)?.canary ?? 0;
    return bounded(missing / rate);
  }
  const claimed = claimEvidence(metric) ?? 0;
  if (claimed >= 1 / policy.advance.alpha) return 0;
  const ratio = supposedRatio(evidence, interval);
  const { claimBet, harmBet, claim, harm } = evidence;
  const part = evidence.rateClaim === null ? 0 : RATE_CLAIM_PART;
  const pass = Math.min(
    secondsToReach(evidence, claimBet, claim, 1 / (policy.advance.alpha * (1 - part)), ratio),
    secondsToShowRate(evidence, 1 / (policy.advance.alpha * part), ratio),
  );
  const fail = secondsToReach(evidence, harmBet, harm, 1 / (policy.alpha * metric.weight), ratio);
  return bounded(Math.min(pass, fail));
}

const FORECAST_SECONDS_MAX = 86_400;

function bounded(seconds: number): number | null {
  return seconds <= FORECAST_SECONDS_MAX ? Math.ceil(seconds) : null;
}

function supposedRatio(
  { totals: { weightedCanary, weightedBaseline } }: ProportionEvidence,
  { low, high }: Pick<MetricVerdict['ratio'], 'low' | 'high'>,
): number {
  const equalIsPossible = (low ?? 0) <= 1 && (high ?? Number.POSITIVE_INFINITY) >= 1;
  return equalIsPossible || weightedBaseline === 0 ? 1 : weightedCanary / weightedBaseline;
}

/** The earliest alternative to reach `limit` alone, each growing by its expected log likelihood ratio. */
function secondsToReach(
  evidence: ProportionEvidence,
  test: SplitBet,
  mixture: StartMixture,
  limit: number,
  ratio: number,
): number {
  const { totals } = evidence;
  const pace = requestsPerSecond(evidence.pace);
  if (pace === null || totals.baselineN === 0) return Number.POSITIVE_INFINITY;
  const { canary, baseline } = pace;
  const rate = totals.baselineBad / totals.baselineN;
  const onCanary = rate * ratio * canary;
  const onBaseline = rate * baseline;
  const factor = dispersionFactor(evidence.dispersion, []);
  const atBoundary = Math.log(test.boundary * canary + baseline);
  const times = test.ratios.map((alternative, j) => {
    const change = Math.log(alternative * canary + baseline) - atBoundary;
    const gain = onCanary * Math.log(alternative / test.boundary) - (onCanary + onBaseline) * change;
    const wealth = (test.weights[j] ?? 0) * Math.min(mixture.plain[j] ?? 0, mixture.tempered[j] ?? 0);
    return gain > 0 && wealth > 0
      ? (Math.max(0, Math.log(limit / wealth)) * factor) / gain
      : Number.POSITIVE_INFINITY;
  });
  return Math.min(...times);
}

/** The same for the claim on the canary's own rate: that of both arms together unless they are known to differ. */
function secondsToShowRate(evidence: ProportionEvidence, limit: number, ratio: number): number {
  const { rateClaim, totals } = evidence;
  const pace = requestsPerSecond(evidence.pace);
  if (rateClaim === null || pace === null || totals.canaryN === 0) return Number.POSITIVE_INFINITY;
  const together = (totals.canaryBad + totals.baselineBad) / (totals.canaryN + totals.baselineN);
  const rate = ratio === 1 ? together : totals.canaryBad / totals.canaryN;
  const factor = dispersionFactor(evidence.dispersion, []);
  const { plain, tempered } = rateClaim.mixture;
  const times = rateClaimGrowth(rateClaim.rateMax, rate).map((growth, j) => {
    const wealth = (RATE_CLAIM_WEIGHTS[j] ?? 0) * Math.min(plain[j] ?? 0, tempered[j] ?? 0);
    return growth > 0 && wealth > 0
      ? (Math.max(0, Math.log(limit / wealth)) * factor) / (growth * pace.canary)
      : Number.POSITIVE_INFINITY;
  });
  return Math.min(...times);
}
