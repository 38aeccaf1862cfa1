import { claimEvidence } from './combine.ts';
import type { AnalysisPolicy, MetricVerdict } from './contract.ts';
import type { CountEvidence } from './count.ts';
import { dispersionFactor } from './dispersion.ts';
import { estimateMetric } from './estimate.ts';
import { findGauge } from './gauge.ts';
import { LEAK_MINUTES_MIN } from './leak.ts';
import type { MeanEvidence } from './mean.ts';
import { betMost, learnedBet, MEAN_BET_WEIGHTS } from './mean-bet.ts';
import type { StartMixture } from './mixture.ts';
import { mixtureEvidence } from './mixture.ts';
import { type Pace, requestsPerSecond } from './pace.ts';
import type { ProportionEvidence } from './proportion.ts';
import { RATE_CLAIM_PART, RATE_CLAIM_WEIGHTS, rateClaimGrowth } from './rate-claim.ts';
import type { SplitBet } from './split-bet.ts';
import type { AnalysisState, MetricState } from './state.ts';
import { STRATUM_REQUESTS_MIN } from './strata.ts';

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
  if (evidence.type === 'gauge') {
    const { minutes, leak, beyondMargin } = findGauge(evidence);
    return leak !== null || beyondMargin ? null : 60 * Math.max(0, LEAK_MINUTES_MIN - minutes);
  }
  const claimed = claimEvidence(metric) ?? 0;
  if (claimed >= 1 / policy.advance.alpha) return 0;
  if (evidence.type === 'mean') return bounded(secondsToShowMean(evidence, 1 / policy.advance.alpha));
  const ratio = supposedRatio(evidence, interval);
  const { claimBet, harmBet, claim, harm } = evidence;
  const rateClaim = evidence.type === 'proportion' ? evidence.rateClaim : null;
  const part = rateClaim === null ? 0 : RATE_CLAIM_PART;
  const pass = Math.min(
    secondsToReach(evidence, claimBet, claim, 1 / (policy.advance.alpha * (1 - part)), ratio),
    evidence.type === 'proportion'
      ? secondsToShowRate(evidence, 1 / (policy.advance.alpha * part), ratio)
      : Number.POSITIVE_INFINITY,
  );
  const fail = secondsToReach(evidence, harmBet, harm, 1 / (policy.alpha * metric.weight), ratio);
  return bounded(Math.min(pass, fail));
}

export type ForecastAtShare = { share: number; seconds: number };

/**
 * Seconds until every metric is expected to answer if the canary had this share (0..1) of the same traffic from now
 * on; the warm-up is not part of it. Null when it cannot be said.
 */
export function forecastAt(state: AnalysisState, share: number): number | null {
  if (state.metrics.length === 0 || !(share > 0 && share < 1)) return null;
  let longest = 0;
  for (const metric of state.metrics) {
    const { ratio } = estimateMetric(metric, state.policy.alpha);
    const seconds = forecastMetric(atShare(metric, share), state.policy, ratio);
    if (seconds === null) return null;
    longest = Math.max(longest, seconds);
  }
  return longest;
}

/** A quarter or half of the traffic, where that answers in less than half of the time; null else. */
export function soonerAt(
  metric: MetricState,
  policy: AnalysisPolicy,
  interval: Pick<MetricVerdict['ratio'], 'low' | 'high'>,
  forecast: number | null,
): ForecastAtShare | null {
  const pace = paceOf(metric);
  const present = pace === null ? 1 : pace.canary / (pace.canary + pace.baseline);
  const share = SHARES.find((known) => known >= 2 * present);
  if (share === undefined || forecast === 0) return null;
  const seconds = forecastMetric(atShare(metric, share), policy, interval);
  if (seconds === null || (forecast !== null && seconds > forecast / 2)) return null;
  return { share, seconds };
}

const SHARES = [0.25, 0.5];

function paceOf({ evidence }: MetricState): { canary: number; baseline: number } | null {
  const pace = evidence.type === 'gauge' ? null : requestsPerSecond(evidence.pace);
  return pace !== null && pace.canary + pace.baseline > 0 ? pace : null;
}

/** The same metric as if its traffic were split otherwise. */
function atShare(metric: MetricState, share: number): MetricState {
  const { evidence } = metric;
  if (evidence.type === 'gauge') return metric;
  const { seconds, canaryN, baselineN } = evidence.pace;
  const all = canaryN + baselineN;
  const pace: Pace = { seconds, canaryN: all * share, baselineN: all * (1 - share) };
  return { ...metric, evidence: { ...evidence, pace } };
}

const FORECAST_SECONDS_MAX = 86_400;

function bounded(seconds: number): number | null {
  return seconds <= FORECAST_SECONDS_MAX ? Math.ceil(seconds) : null;
}

function supposedRatio(
  { totals: { weightedCanary, weightedBaseline } }: ProportionEvidence | CountEvidence,
  { low, high }: Pick<MetricVerdict['ratio'], 'low' | 'high'>,
): number {
  const equalIsPossible = (low ?? 0) <= 1 && (high ?? Number.POSITIVE_INFINITY) >= 1;
  return equalIsPossible || weightedBaseline === 0 ? 1 : weightedCanary / weightedBaseline;
}

/** The earliest alternative to reach `limit` alone, each growing by its expected log likelihood ratio. */
function secondsToReach(
  evidence: ProportionEvidence | CountEvidence,
  test: SplitBet,
  mixture: StartMixture,
  limit: number,
  ratio: number,
): number {
  const pace = requestsPerSecond(evidence.pace);
  const rate = baselineRate(evidence);
  if (pace === null || rate === null) return Number.POSITIVE_INFINITY;
  const { canary, baseline } = pace;
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

/** Failures a request, or events an exposed second; null before any. */
function baselineRate(evidence: ProportionEvidence | CountEvidence): number | null {
  if (evidence.type === 'count') {
    const { baseline, baselineSeconds } = evidence.totals;
    return baselineSeconds > 0 ? baseline / baselineSeconds : null;
  }
  const { baselineBad, baselineN } = evidence.totals;
  return baselineN > 0 ? baselineBad / baselineN : null;
}

/** What the claim on a mean still needs if the strata to come are like those before, two canary amounts each. */
function secondsToShowMean({ claimBet, pace }: MeanEvidence, limit: number): number {
  const perSecond = requestsPerSecond(pace);
  const { moments, mixture } = claimBet;
  const bet = learnedBet(moments, betMost(claimBet.canaryFactor, claimBet.baselineFactor));
  if (perSecond === null || bet === 0) return Number.POSITIVE_INFINITY;
  const growth = bet * moments.mean - (bet * bet * moments.squares) / moments.n / 2;
  const strata = Math.min(perSecond.canary, perSecond.baseline) / STRATUM_REQUESTS_MIN;
  const wealth = mixtureEvidence(mixture, MEAN_BET_WEIGHTS);
  return growth > 0 && wealth > 0 ? Math.log(limit / wealth) / (growth * strata) : Number.POSITIVE_INFINITY;
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
