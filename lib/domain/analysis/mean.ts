import type { Amounts, AnalysisPolicy, MetricDefinition, MetricPolicy } from './contract.ts';
import { CLAIM_RESERVE } from './errors.ts';
import { MEAN_BET_WEIGHTS, type MeanBet, newMeanBet, stepMeanBet } from './mean-bet.ts';
import { addToMeanCurve, type MeanCurve, newMeanCurve } from './mean-curve.ts';
import { capMixture } from './mixture.ts';
import { addPace, newPace, type Pace } from './pace.ts';
import { isHistory, type Span } from './span.ts';
import { addToStratum, type Stratum } from './strata.ts';

/**
 * Evidence on a mean of amounts, each between 0 and `bound`, such as the value of a basket. Compared are the means of
 * both arms in strata of few amounts, so that what moves both cancels. Harm is a mean below (1 - margin) times the
 * baseline's where higher is better, above (1 + margin) times where lower is better.
 */
export type MeanEvidence = {
  type: 'mean';
  bound: number;
  harmBet: MeanBet;
  claimBet: MeanBet;
  claimCap: number;
  curve: MeanCurve;
  totals: MeanTotals;
  pace: Pace;
  places: Record<string, { open: OpenMeans | null }>;
  comparedAt: number | null;
};

/** Since the warm-up; `expected` is the baseline's mean weighted to the canary's amounts of the same moments. */
export type MeanTotals = {
  canaryN: number;
  baselineN: number;
  canarySum: number;
  baselineSum: number;
  expected: number;
};

type OpenMeans = Stratum & { canarySum: number; baselineSum: number };

/** The state before any data; null without a bound, since one amount could then decide a release. */
export function newMean(
  policy: AnalysisPolicy,
  metric: MetricPolicy,
  definition: MetricDefinition,
): MeanEvidence | null {
  const { bound } = definition;
  if (bound === undefined || !(bound > 0) || !Number.isFinite(bound)) return null;
  const higher = definition.direction === 'higher-is-better';
  const { ratioMax, alpha } = policy.advance;
  return {
    type: 'mean',
    bound,
    harmBet: higher ? newMeanBet(-1, 1 - metric.margin) : newMeanBet(1, -(1 + metric.margin)),
    claimBet: higher ? newMeanBet(1, -1 / ratioMax) : newMeanBet(-1, ratioMax),
    claimCap: CLAIM_RESERVE / alpha,
    curve: newMeanCurve(),
    totals: { canaryN: 0, baselineN: 0, canarySum: 0, baselineSum: 0, expected: 0 },
    pace: newPace(),
    places: {},
    comparedAt: null,
  };
}

/** Takes in one span, in place; null = the arm reported no amounts. */
export function observeMean(
  evidence: MeanEvidence,
  span: Span,
  canary: Amounts | null,
  baseline: Amounts | null,
): void {
  if (canary === null || baseline === null || isHistory(span)) return;
  const part = {
    canaryN: canary.n,
    baselineN: baseline.n,
    canarySum: canary.sum,
    baselineSum: baseline.sum,
    since: span.since,
    until: span.until,
    share: span.share,
  };
  const { open, closed } = addToStratum(evidence.places[span.target]?.open ?? null, part, joinMeans);
  evidence.places[span.target] = { open };
  addPace(evidence.pace, span.seconds, canary.n, baseline.n);
  evidence.comparedAt = span.until;
  if (closed !== null && !span.warmingUp) bet(evidence, closed, span.elapsedSeconds);
}

/** What is impossible about amounts, without the field's name; null when they can be. */
export function checkAmounts({ n, sum, sumOfSquares }: Amounts, bound: number): string | null {
  const numbers = [n, sum, sumOfSquares];
  if (!numbers.every((value) => Number.isFinite(value) && value >= 0)) return 'must be finite and 0 or more';
  const most = n * bound * (1 + ROUNDING);
  if (sum > most) return `has a sum of ${sum}, more than ${n} amounts of at most ${bound}`;
  if (sumOfSquares > most * bound)
    return `has a sum of squares of ${sumOfSquares}, more than the bound allows`;
  return null;
}

const ROUNDING = 1e-6;

function bet(evidence: MeanEvidence, closed: OpenMeans, elapsedSeconds: number): void {
  const canary = Math.min(1, closed.canarySum / closed.canaryN / evidence.bound);
  const baseline = Math.min(1, closed.baselineSum / closed.baselineN / evidence.bound);
  stepMeanBet(evidence.harmBet, canary, baseline, elapsedSeconds);
  stepMeanBet(evidence.claimBet, canary, baseline, elapsedSeconds);
  capMixture(evidence.claimBet.mixture, MEAN_BET_WEIGHTS, evidence.claimCap);
  addToMeanCurve(evidence.curve, canary, baseline);
  const { totals } = evidence;
  totals.canaryN += closed.canaryN;
  totals.baselineN += closed.baselineN;
  totals.canarySum += closed.canarySum;
  totals.baselineSum += closed.baselineSum;
  totals.expected += (closed.canaryN * closed.baselineSum) / closed.baselineN;
}

function joinMeans(spans: Stratum, a: OpenMeans, b: OpenMeans): OpenMeans {
  return {
    ...spans,
    canarySum: a.canarySum + b.canarySum,
    baselineSum: a.baselineSum + b.baselineSum,
  };
}
