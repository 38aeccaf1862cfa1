import {
  type BlockPairs,
  type Dispersion,
  dispersionFactor,
  emptyBlock,
  learnArm,
  noDispersion,
} from './dispersion.ts';
import { capEach, mixtureEvidence, newMixture, type StartMixture, stepMixture } from './mixture.ts';
import { isHistory, type Span } from './span.ts';
import { type SplitBet, splitGains } from './split-bet.ts';

/**
 * Whether the canary gets the requests that the router was told to give it. Too many point to retries or a crash loop,
 * too few to a broken route or a lost cookie; in both cases the arms serve different people and no comparison of them
 * is to be trusted. Two one-sided e-processes on the split of the requests, with a tolerance for sticky users; each
 * is capped, so that a share that was mended is believed again within minutes.
 */
export type SampleRatio = {
  over: StartMixture;
  under: StartMixture;
  dispersion: Dispersion;
  places: Record<string, BlockPairs>;
  /** The last minutes: all requests, those of the canary, and those it was assigned. */
  recent: { n: number; canary: number; assigned: number };
};

/** Shares are parts of 1, of the last minutes. */
export type SampleRatioFinding = { evidence: number; seen: number; assigned: number };

export const newSampleRatio = (): SampleRatio => ({
  over: newMixture(OVER.ratios.length),
  under: newMixture(UNDER.ratios.length),
  dispersion: { ...noDispersion },
  places: {},
  recent: { n: 0, canary: 0, assigned: 0 },
});

/** Takes in the requests of one span, in place; a share that is unknown, nothing or everything says nothing. */
export function observeSampleRatio(
  ratio: SampleRatio,
  span: Span,
  canary: number,
  baseline: number,
  share: number | undefined,
): void {
  if (isHistory(span) || share === undefined || !(share > 0 && share < 1)) return;
  const place = ratio.places[span.target] ?? newPlace();
  ratio.places[span.target] = place;
  const { seconds, since, until } = span;
  learnArm(ratio.dispersion, place, 'baseline', {
    n: seconds * (1 - share),
    bad: baseline,
    seconds,
    since,
    until,
  });
  learnArm(ratio.dispersion, place, 'canary', { n: seconds * share, bad: canary, seconds, since, until });
  const split = { canaryN: share, canaryBad: canary, baselineN: 1 - share, baselineBad: baseline };
  const factor = dispersionFactor(ratio.dispersion, []);
  stepMixture(ratio.over, splitGains(OVER, split), factor, span.elapsedSeconds);
  stepMixture(ratio.under, splitGains(UNDER, split), factor, span.elapsedSeconds);
  capEach(ratio.over, WEALTH_MAX);
  capEach(ratio.under, WEALTH_MAX);
  const keep = 0.5 ** (seconds / RECENT_HALF_LIFE_SECONDS);
  const { recent } = ratio;
  recent.n = recent.n * keep + canary + baseline;
  recent.canary = recent.canary * keep + canary;
  recent.assigned = recent.assigned * keep + share * (canary + baseline);
}

/** The e-value against "the split is the assigned one, give or take the tolerance", and what was seen; null before any data. */
export function findSampleRatio(ratio: SampleRatio): SampleRatioFinding | null {
  const { n, canary, assigned } = ratio.recent;
  if (n <= 0) return null;
  const evidence =
    (mixtureEvidence(ratio.over, OVER.weights) + mixtureEvidence(ratio.under, UNDER.weights)) / 2;
  return { evidence, seen: canary / n, assigned: assigned / n };
}

/** Sticky users and connections make a split uneven by this much without anything being wrong. */
const TOLERANCE = 0.15;
const OVER: SplitBet = {
  boundary: 1 + TOLERANCE,
  ratios: [1.4, 1.8, 3, 8],
  weights: [0.3, 0.3, 0.25, 0.15],
};
const UNDER: SplitBet = {
  boundary: 1 - TOLERANCE,
  ratios: [0.7, 0.5, 0.25, 0.05],
  weights: [0.3, 0.3, 0.25, 0.15],
};
/** What it takes to be believed again is lost within a few dozen requests that fit the share. */
const WEALTH_MAX = 1e5;
const RECENT_HALF_LIFE_SECONDS = 120;
const newPlace = (): BlockPairs => ({
  canary: { open: { ...emptyBlock }, previous: null },
  baseline: { open: { ...emptyBlock }, previous: null },
});
