import type { AnalysisPolicy, MetricDefinition, MetricPolicy } from './contract.ts';
import {
  addDispersion,
  addToBlocks,
  type BlockPair,
  comparePair,
  type Dispersion,
  dispersionFactor,
  emptyBlock,
  noDispersion,
} from './dispersion.ts';
import { CLAIM_RESERVE } from './errors.ts';
import { capMixture, newMixture, type StartMixture, stepMixture } from './mixture.ts';
import { addPace, noPace, type Pace } from './pace.ts';
import { addToCurve, noRatioCurve, type RatioCurve } from './ratio-curve.ts';
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
  places: Record<string, CountPlace>;
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

type CountPlace = { canary: BlockPair; baseline: BlockPair };

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
    curve: noRatioCurve,
    totals: noTotals,
    dispersion: noDispersion,
    pace: noPace,
    places: {},
    comparedAt: null,
  };
}

/** Takes in one span: events of both arms, null = not reported, and the canary's share, undefined = unknown. */
export function observeCount(
  evidence: CountEvidence,
  span: Span,
  arms: { canary: number | null; baseline: number | null },
  share: number | undefined,
): CountEvidence {
  const { canary, baseline } = arms;
  const place = evidence.places[span.target] ?? newPlace;
  if (canary === null || baseline === null || share === undefined || isHistory(span)) {
    return baseline === null ? evidence : learn(evidence, place, span, null, exposed(baseline, span, 1));
  }
  const split = splitOf(canary, baseline, span.seconds * share, span.seconds * (1 - share));
  if (split === null) return evidence;
  const sides = [exposed(canary, span, share), exposed(baseline, span, 1 - share)] as const;
  const learned = learn(evidence, place, span, ...sides);
  const next = {
    ...learned,
    pace: addPace(evidence.pace, span.seconds, split.canaryN, split.baselineN),
    comparedAt: span.until,
  };
  return span.warmingUp ? next : bet(next, split, span, dispersionFactor(learned.dispersion, []));
}

const noTotals: CountTotals = {
  canary: 0,
  baseline: 0,
  canarySeconds: 0,
  baselineSeconds: 0,
  expected: 0,
  weightedCanary: 0,
  weightedBaseline: 0,
};
const newPlace: CountPlace = {
  canary: { open: emptyBlock, previous: null },
  baseline: { open: emptyBlock, previous: null },
};

/** Null where one side had no traffic at all: there is nothing to compare. */
function splitOf(canary: number, baseline: number, canaryN: number, baselineN: number): Split | null {
  if (!(canaryN > 0 && baselineN > 0)) return null;
  return { canaryN, canaryBad: canary, baselineN, baselineBad: baseline };
}

function bet(evidence: CountEvidence, split: Split, span: Span, factor: number): CountEvidence {
  const elapsed = span.elapsedSeconds;
  const claim = stepMixture(evidence.claim, splitGains(evidence.claimBet, split), factor, elapsed);
  return {
    ...evidence,
    harm: stepMixture(evidence.harm, splitGains(evidence.harmBet, split), factor, elapsed),
    claim: capMixture(claim, evidence.claimBet.weights, evidence.claimCap),
    curve: addToCurve(evidence.curve, split, factor),
    totals: addTotals(evidence.totals, split),
  };
}

function addTotals(totals: CountTotals, split: Split): CountTotals {
  const all = split.canaryN + split.baselineN;
  return {
    canary: totals.canary + split.canaryBad,
    baseline: totals.baseline + split.baselineBad,
    canarySeconds: totals.canarySeconds + split.canaryN,
    baselineSeconds: totals.baselineSeconds + split.baselineN,
    expected: totals.expected + (split.baselineBad * split.canaryN) / split.baselineN,
    weightedCanary: totals.weightedCanary + (split.canaryBad * split.baselineN) / all,
    weightedBaseline: totals.weightedBaseline + (split.baselineBad * split.canaryN) / all,
  };
}

type Exposed = { n: number; bad: number; seconds: number; since: number; until: number };

/** One arm's span as a block of exposed seconds. */
function exposed(events: number, span: Span, share: number): Exposed {
  const { seconds, since, until } = span;
  return { n: seconds * share, bad: events, seconds, since, until };
}

/** How lumpy the stream is, against single events: from neighbouring blocks of both arms. */
function learn(
  evidence: CountEvidence,
  place: CountPlace,
  span: Span,
  canary: Exposed | null,
  baseline: Exposed,
): CountEvidence {
  const b = addToBlocks(place.baseline, baseline);
  const c = canary === null ? { pair: place.canary, finished: null } : addToBlocks(place.canary, canary);
  let { dispersion } = evidence;
  if (b.finished) dispersion = addDispersion(dispersion, comparePair(place.baseline.previous, b.finished));
  if (c.finished) dispersion = addDispersion(dispersion, comparePair(place.canary.previous, c.finished));
  const places = { ...evidence.places, [span.target]: { canary: c.pair, baseline: b.pair } };
  return { ...evidence, dispersion, places };
}
