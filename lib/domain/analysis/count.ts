import type { AnalysisPolicy, MetricDefinition, MetricPolicy } from './contract.ts';
import {
  type BlockPairs,
  type Dispersion,
  dispersionFactor,
  emptyBlock,
  learnArm,
  noDispersion,
} from './dispersion.ts';
import { CLAIM_RESERVE } from './errors.ts';
import { capMixture, newMixture, type StartMixture, stepMixture } from './mixture.ts';
import { addPace, newPace, type Pace } from './pace.ts';
import { addToCurve, newRatioCurve, type RatioCurve } from './ratio-curve.ts';
import { isHistory, type Span } from './span.ts';
import {
  aboveRatioBet,
  belowRatioBet,
  higherRateBet,
  lowerRateBet,
  type Split,
  type SplitBet,
  splitGains,
} from './split-bet.ts';

/**
 * Evidence on events without trials, such as orders a minute. Events are a Poisson stream that the router thins by the
 * assigned share: given one event, it falls on the canary with probability r p / (r p + 1 - p), r the ratio of what
 * both versions make of the same traffic. Requests are no measure of it, because what removes orders may remove
 * requests as well. The share may change from span to span and the stream may swell and ebb: each span is a stratum
 * of its own. Source: thinned Poisson processes of Lindon and Malek (arXiv 2011.03567), given the number of events.
 */
export type CountEvidence = {
  type: 'count';
  harmBet: SplitBet;
  claimBet: SplitBet;
  claimCap: number;
  harm: StartMixture;
  claim: StartMixture;
  curve: RatioCurve;
  totals: CountTotals;
  dispersion: Dispersion;
  /** Exposed seconds: the share of an arm times the seconds it had it. */
  pace: Pace;
  places: Record<string, BlockPairs>;
  comparedAt: number | null;
};

/** Since the warm-up; `canarySeconds` are exposed seconds, `expected` what the baseline would have made of them. */
export type CountTotals = {
  canary: number;
  baseline: number;
  canarySeconds: number;
  baselineSeconds: number;
  expected: number;
  weightedCanary: number;
  weightedBaseline: number;
};

/** The state before any data. */
export function newCount(
  policy: AnalysisPolicy,
  metric: MetricPolicy,
  definition: MetricDefinition,
): CountEvidence {
  const higher = definition.direction === 'higher-is-better';
  const { ratioMax, alpha } = policy.advance;
  const harmBet = higher ? lowerRateBet(metric.margin) : higherRateBet(metric.margin);
  const claimBet = higher ? aboveRatioBet(ratioMax) : belowRatioBet(ratioMax);
  return {
    type: 'count',
    harmBet,
    claimBet,
    claimCap: CLAIM_RESERVE / alpha,
    harm: newMixture(harmBet.ratios.length),
    claim: newMixture(claimBet.ratios.length),
    curve: newRatioCurve(),
    totals: newTotals(),
    dispersion: { ...noDispersion },
    pace: newPace(),
    places: {},
    comparedAt: null,
  };
}

/** Takes in one span, in place: events of both arms, null = not reported, and the canary's share, undefined = unknown. */
export function observeCount(
  evidence: CountEvidence,
  span: Span,
  arms: { canary: number | null; baseline: number | null },
  share: number | undefined,
): void {
  const { canary, baseline } = arms;
  if (baseline === null) return;
  const place = evidence.places[span.target] ?? newPlace();
  evidence.places[span.target] = place;
  if (canary === null || share === undefined || isHistory(span)) {
    learn(evidence.dispersion, place, null, exposed(baseline, span, 1));
    return;
  }
  const split = splitOf(canary, baseline, span.seconds * share, span.seconds * (1 - share));
  if (split === null) return;
  learn(evidence.dispersion, place, exposed(canary, span, share), exposed(baseline, span, 1 - share));
  addPace(evidence.pace, span.seconds, split.canaryN, split.baselineN);
  evidence.comparedAt = span.until;
  if (!span.warmingUp) bet(evidence, split, span, dispersionFactor(evidence.dispersion, []));
}

const newTotals = (): CountTotals => ({
  canary: 0,
  baseline: 0,
  canarySeconds: 0,
  baselineSeconds: 0,
  expected: 0,
  weightedCanary: 0,
  weightedBaseline: 0,
});
const newPlace = (): BlockPairs => ({
  canary: { open: { ...emptyBlock }, previous: null },
  baseline: { open: { ...emptyBlock }, previous: null },
});

/** Null where one side had no traffic at all: there is nothing to compare. */
function splitOf(canary: number, baseline: number, canaryN: number, baselineN: number): Split | null {
  if (!(canaryN > 0 && baselineN > 0)) return null;
  return { canaryN, canaryBad: canary, baselineN, baselineBad: baseline };
}

function bet(evidence: CountEvidence, split: Split, span: Span, factor: number): void {
  const { harmBet, claimBet, harm, claim } = evidence;
  stepMixture(harm, splitGains(harmBet, split), factor, span.elapsedSeconds);
  stepMixture(claim, splitGains(claimBet, split), factor, span.elapsedSeconds);
  capMixture(claim, claimBet.weights, evidence.claimCap);
  addToCurve(evidence.curve, split, factor);
  addTotals(evidence.totals, split);
}

function addTotals(totals: CountTotals, split: Split): void {
  const all = split.canaryN + split.baselineN;
  totals.canary += split.canaryBad;
  totals.baseline += split.baselineBad;
  totals.canarySeconds += split.canaryN;
  totals.baselineSeconds += split.baselineN;
  totals.expected += (split.baselineBad * split.canaryN) / split.baselineN;
  totals.weightedCanary += (split.canaryBad * split.baselineN) / all;
  totals.weightedBaseline += (split.baselineBad * split.canaryN) / all;
}

type Exposed = { n: number; bad: number; seconds: number; since: number; until: number };

/** One arm's span as a block of exposed seconds. */
function exposed(events: number, span: Span, share: number): Exposed {
  const { seconds, since, until } = span;
  return { n: seconds * share, bad: events, seconds, since, until };
}

/** How lumpy the stream is, against single events: from neighbouring blocks of both arms. */
function learn(dispersion: Dispersion, place: BlockPairs, canary: Exposed | null, baseline: Exposed): void {
  learnArm(dispersion, place, 'baseline', baseline);
  if (canary !== null) learnArm(dispersion, place, 'canary', canary);
}
