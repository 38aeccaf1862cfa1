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
import { type Guard, stepGuard } from './guards.ts';
import { capMixture, newMixture, type StartMixture, stepMixture } from './mixture.ts';
import { addPace, newPace, type Pace } from './pace.ts';
import { type RateClaim, stepRateClaim } from './rate-claim.ts';
import { addToCurve, newRatioCurve, type RatioCurve } from './ratio-curve.ts';
import { isHistory, type Span } from './span.ts';
import { type Split, type SplitBet, splitGains } from './split-bet.ts';
import { addToStratum, type Stratum } from './strata.ts';

/** What is known of a metric that counts some of the requests: failures, or a business yes/no. */
export type ProportionEvidence = {
  type: 'proportion';
  harmBet: SplitBet;
  claimBet: SplitBet;
  /** During the warm-up only ratios beyond this count as harm; null = the warm-up counts for nothing. */
  warmupBoundary: number | null;
  claimCap: number;
  harm: StartMixture;
  claim: StartMixture;
  /** Only for failures: the claim on the canary's own rate. */
  rateClaim: RateClaim | null;
  curve: RatioCurve;
  totals: Totals;
  dispersion: Dispersion;
  guards: Guard[];
  pace: Pace;
  places: Record<string, Place>;
  /** End of the newest span with data of both arms, milliseconds since the epoch. */
  comparedAt: number | null;
};

/** Sums over closed strata; `expectedBad` is what the baseline's rate would have given the canary. */
export type Totals = Split & {
  expectedBad: number;
  weightedCanary: number;
  weightedBaseline: number;
  /** The last minutes, warm-up included: canary requests, its failures and the expected ones. */
  recent: { n: number; bad: number; expectedBad: number };
};

type OpenSplit = Stratum & Split;
type Place = { open: OpenSplit | null; canary: BlockPair; baseline: BlockPair };
export type Trials = { n: number; bad: number };

/** The state before any data. */
export function newProportion(
  tests: Pick<
    ProportionEvidence,
    'harmBet' | 'claimBet' | 'rateClaim' | 'warmupBoundary' | 'claimCap' | 'guards'
  >,
): ProportionEvidence {
  return {
    type: 'proportion',
    ...tests,
    harm: newMixture(tests.harmBet.ratios.length),
    claim: newMixture(tests.claimBet.ratios.length),
    curve: newRatioCurve(),
    totals: newTotals(),
    dispersion: { ...noDispersion },
    pace: newPace(),
    places: {},
    comparedAt: null,
  };
}

/** Takes in one span, in place. An arm is null when it reported nothing; only spans with both arms are compared. */
export function observeProportion(
  evidence: ProportionEvidence,
  span: Span,
  canary: Trials | null,
  baseline: Trials | null,
): void {
  const exposed = isHistory(span) ? null : canary;
  const place = evidence.places[span.target] ?? newPlace();
  evidence.places[span.target] = place;
  learnBlocks(evidence.dispersion, place, span, exposed, baseline);
  if (exposed === null || baseline === null) return;
  const part = {
    canaryN: exposed.n,
    canaryBad: exposed.bad,
    baselineN: baseline.n,
    baselineBad: baseline.bad,
    since: span.since,
    until: span.until,
    share: span.share,
  };
  const { open, closed } = addToStratum(place.open, part, joinSplits);
  place.open = open;
  addPace(evidence.pace, span.seconds, exposed.n, baseline.n);
  evidence.comparedAt = span.until;
  if (closed !== null) bet(evidence, closed, span, factorAt(evidence.dispersion, place));
}

const RECENT_HALF_LIFE_SECONDS = 120;
const newTotals = (): Totals => ({
  canaryN: 0,
  canaryBad: 0,
  baselineN: 0,
  baselineBad: 0,
  expectedBad: 0,
  weightedCanary: 0,
  weightedBaseline: 0,
  recent: { n: 0, bad: 0, expectedBad: 0 },
});
const newPlace = (): Place => ({
  open: null,
  canary: { open: { ...emptyBlock }, previous: null },
  baseline: { open: { ...emptyBlock }, previous: null },
});

function bet(evidence: ProportionEvidence, split: OpenSplit, span: Span, factor: number): void {
  const elapsed = span.elapsedSeconds;
  const { harmBet, claimBet, totals } = evidence;
  // Without a failure every bet stays as it is; starting weight that is not handed out now is handed out later.
  const failed = split.canaryBad + split.baselineBad > 0;
  if (span.warmingUp) {
    if (evidence.warmupBoundary === null) return;
    addRecent(totals.recent, split);
    if (!failed) return;
    const gains = splitGains(harmBet, split, Math.max(harmBet.boundary, evidence.warmupBoundary));
    stepMixture(evidence.harm, gains, factor, elapsed);
    return;
  }
  if (failed) {
    stepMixture(evidence.harm, splitGains(harmBet, split), factor, elapsed);
    stepMixture(evidence.claim, splitGains(claimBet, split), factor, elapsed);
    capMixture(evidence.claim, claimBet.weights, evidence.claimCap);
    addToCurve(evidence.curve, split, factor);
  }
  if (evidence.rateClaim !== null)
    stepRateClaim(
      evidence.rateClaim,
      { n: split.canaryN, bad: split.canaryBad },
      { dispersion: factor, elapsedSeconds: elapsed, cap: evidence.claimCap },
    );
  addTotals(totals, split);
  for (const guard of evidence.guards) stepGuard(guard, beyond(split), span, factor);
}

function learnBlocks(
  closed: Dispersion,
  place: Place,
  span: Span,
  canary: Trials | null,
  baseline: Trials | null,
): void {
  const before = { canary: place.canary.previous, baseline: place.baseline.previous };
  const b = learnArm(place.baseline, span, baseline);
  const c = learnArm(place.canary, span, canary);
  place.baseline = b.pair;
  place.canary = c.pair;
  if (b.finished) addDispersion(closed, comparePair(before.baseline, b.finished));
  if (c.finished) addDispersion(closed, comparePair(before.canary ?? b.pair.previous, c.finished));
}

function learnArm(pair: BlockPair, span: Span, trials: Trials | null): ReturnType<typeof addToBlocks> {
  if (trials === null) return { pair, finished: null };
  const { n, bad } = trials;
  return addToBlocks(pair, { n, bad, seconds: span.seconds, since: span.since, until: span.until });
}

/** The canary's first block has no predecessor: the baseline's block of the same time stands in for it. */
function factorAt(closed: Dispersion, place: Place): number {
  const before = place.canary.previous ?? place.baseline.previous ?? place.baseline.open;
  return dispersionFactor(closed, [
    comparePair(place.baseline.previous, place.baseline.open),
    comparePair(before, place.canary.open),
  ]);
}

function joinSplits(spans: Stratum, a: OpenSplit, b: OpenSplit): OpenSplit {
  return { ...spans, canaryBad: a.canaryBad + b.canaryBad, baselineBad: a.baselineBad + b.baselineBad };
}

function beyond(split: Split) {
  return {
    canaryN: split.canaryN,
    canaryBeyond: split.canaryBad,
    baselineN: split.baselineN,
    baselineBeyond: split.baselineBad,
  };
}

/** The weighted sums are those of the Mantel-Haenszel rate ratio, which survives changing shares. */
function addTotals(totals: Totals, split: OpenSplit): void {
  const all = split.canaryN + split.baselineN;
  totals.canaryN += split.canaryN;
  totals.canaryBad += split.canaryBad;
  totals.baselineN += split.baselineN;
  totals.baselineBad += split.baselineBad;
  totals.expectedBad += expectedOf(split);
  totals.weightedCanary += (split.canaryBad * split.baselineN) / all;
  totals.weightedBaseline += (split.baselineBad * split.canaryN) / all;
  addRecent(totals.recent, split);
}

function addRecent(recent: Totals['recent'], split: OpenSplit): void {
  const keep = 0.5 ** ((split.until - split.since) / 1000 / RECENT_HALF_LIFE_SECONDS);
  recent.n = recent.n * keep + split.canaryN;
  recent.bad = recent.bad * keep + split.canaryBad;
  recent.expectedBad = recent.expectedBad * keep + expectedOf(split);
}

function expectedOf(split: Split): number {
  return (split.canaryN * split.baselineBad) / split.baselineN;
}
