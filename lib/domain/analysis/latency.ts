import type { MetricPolicy } from './contract.ts';
import { type Guard, newGuards, stepGuard } from './guards.ts';
import { addScaled, countAbove, type Histogram, total, totalFrom } from './histogram.ts';
import { newMixture, type StartMixture, stepMixture } from './mixture.ts';
import { addPace, newPace, type Pace } from './pace.ts';
import { isHistory, type Span } from './span.ts';
import { addToStratum, type Stratum } from './strata.ts';
import { type LatencyShape, latencyShape, TILT_WEIGHTS, tiltGains } from './tilts.ts';

/**
 * Evidence on latency: harm is a canary whose latencies, divided by 1 + margin, are stochastically larger
 * than the baseline's. There is no claim of its own for advancing: no sign of harm on enough requests.
 */
export type LatencyEvidence = {
  type: 'latency';
  margin: number;
  edges: number[] | null;
  harm: StartMixture;
  guards: Guard[];
  /** Shown only. They forget within minutes; the baseline's is weighted to the canary's traffic of the moment. */
  canary: Histogram;
  baseline: Histogram;
  /** Everything since the warm-up in the buckets of `edges`, for the interval of the ratio; starts anew with other buckets. */
  whole: { canary: Histogram; baseline: Histogram };
  totals: LatencyTotals;
  pace: Pace;
  places: Record<string, LatencyPlace>;
  comparedAt: number | null;
};

/** Sums since the warm-up. Slow = above the p95 of the baseline's habit at that moment. */
export type LatencyTotals = {
  canaryN: number;
  baselineN: number;
  canarySlow: number;
  baselineSlow: number;
  expectedSlow: number;
};

type OpenLatency = Stratum & { canary: Histogram; baseline: Histogram };
type LatencyPlace = { open: OpenLatency | null; edges: number[]; habit: Histogram };

export function newLatency(metric: MetricPolicy): LatencyEvidence {
  return {
    type: 'latency',
    margin: metric.margin,
    edges: null,
    harm: newMixture(TILT_WEIGHTS.length),
    guards: newGuards(metric.guard, ['p50', 'p95', 'p99']),
    canary: [],
    baseline: [],
    whole: { canary: [], baseline: [] },
    totals: { canaryN: 0, baselineN: 0, canarySlow: 0, baselineSlow: 0, expectedSlow: 0 },
    pace: newPace(),
    places: {},
    comparedAt: null,
  };
}

/** Takes in one span, in place; histograms are per bucket of `edges` plus the open one. Null = nothing reported. */
export function observeLatency(
  evidence: LatencyEvidence,
  span: Span,
  canary: Histogram | null,
  baseline: Histogram | null,
  edges: readonly number[],
): void {
  if (baseline === null) return;
  followLayout(evidence, span.target, edges);
  const place = placeAt(evidence, span.target, edges);
  evidence.places[span.target] = place;
  if (canary === null || isHistory(span)) {
    learnHabit(place.habit, baseline, span.seconds);
    return;
  }
  const part = {
    canaryN: total(canary),
    baselineN: total(baseline),
    canary,
    baseline,
    since: span.since,
    until: span.until,
    share: span.share,
  };
  const { open, closed } = addToStratum(place.open, part, joinHistograms);
  place.open = open;
  addPace(evidence.pace, span.seconds, part.canaryN, part.baselineN);
  evidence.comparedAt = span.until;
  if (closed !== null) close(evidence, closed, span, place);
}

/** The baseline's habit must have seen this many requests before a bet on it is worth anything. */
const HABIT_REQUESTS_MIN = 50;
const FORGET_PER_SECOND = 0.02;
const SHOWN_HALF_LIFE_SECONDS = 180;

/** The bet is made on the habit as it was before this stratum; then the stratum becomes part of it. */
function close(evidence: LatencyEvidence, closed: OpenLatency, span: Span, place: LatencyPlace): void {
  const seconds = (closed.until - closed.since) / 1000;
  if (!span.warmingUp) {
    if (sameEdges(evidence.edges, place.edges)) addShown(evidence, closed);
    addTotals(evidence.totals, closed, place.habit);
    for (const guard of evidence.guards) guardLatency(guard, closed, place.edges, span);
    if (total(place.habit) >= HABIT_REQUESTS_MIN) {
      const gains = tiltGains(place.habit, closed, shapeOf(place.edges, evidence.margin));
      stepMixture(evidence.harm, gains, 1, span.elapsedSeconds);
    }
  }
  learnHabit(place.habit, closed.baseline, seconds);
}

function addShown(evidence: LatencyEvidence, closed: OpenLatency): void {
  const keep = 0.5 ** ((closed.until - closed.since) / 1000 / SHOWN_HALF_LIFE_SECONDS);
  const part = closed.canaryN / closed.baselineN;
  // A state that was stored before this was kept has none.
  evidence.whole ??= { canary: [], baseline: [] };
  const { whole } = evidence;
  for (let k = 0; k < closed.canary.length; k += 1) {
    evidence.canary[k] = (evidence.canary[k] ?? 0) * keep + (closed.canary[k] ?? 0);
    evidence.baseline[k] = (evidence.baseline[k] ?? 0) * keep + (closed.baseline[k] ?? 0) * part;
    whole.canary[k] = (whole.canary[k] ?? 0) + (closed.canary[k] ?? 0);
    whole.baseline[k] = (whole.baseline[k] ?? 0) + (closed.baseline[k] ?? 0);
  }
}

function addTotals(totals: LatencyTotals, closed: OpenLatency, habit: Histogram): void {
  const first = slowBucket(habit);
  const canarySlow = totalFrom(closed.canary, first);
  const baselineSlow = totalFrom(closed.baseline, first);
  totals.canaryN += closed.canaryN;
  totals.baselineN += closed.baselineN;
  totals.canarySlow += canarySlow;
  totals.baselineSlow += baselineSlow;
  totals.expectedSlow += (baselineSlow * closed.canaryN) / closed.baselineN;
}

/** The first bucket wholly above the p95 of a histogram. */
function slowBucket(histogram: Histogram): number {
  const n = total(histogram);
  let above = 0;
  for (let k = histogram.length - 1; k >= 0; k -= 1) {
    above += histogram[k] ?? 0;
    if (above > 0.05 * n) return k + 1;
  }
  return histogram.length;
}

function guardLatency(guard: Guard, closed: OpenLatency, edges: number[], span: Span): void {
  const canaryBeyond = countAbove(closed.canary, edges, guard.limit);
  const baselineBeyond = countAbove(closed.baseline, edges, guard.limit);
  if (canaryBeyond === null || baselineBeyond === null) return;
  const counts = { canaryN: closed.canaryN, canaryBeyond, baselineN: closed.baselineN, baselineBeyond };
  stepGuard(guard, counts, span, 1);
}

function learnHabit(habit: Histogram, seen: Histogram, seconds: number): void {
  const keep = (1 - FORGET_PER_SECOND) ** seconds;
  for (let k = 0; k < habit.length; k += 1) habit[k] = (habit[k] ?? 0) * keep + (seen[k] ?? 0);
}

/** The shown histograms keep one layout: that of the first place, until it is alone in having changed. */
function followLayout(evidence: LatencyEvidence, target: string, edges: readonly number[]): void {
  if (sameEdges(evidence.edges, edges)) return;
  if (!Object.keys(evidence.places).every((name) => name === target)) return;
  evidence.edges = [...edges];
  evidence.canary = new Array<number>(edges.length + 1).fill(0);
  evidence.baseline = [...evidence.canary];
  evidence.whole = { canary: [...evidence.canary], baseline: [...evidence.canary] };
}

/** Other buckets are another language: what a place had learned starts anew, the evidence stays. */
function placeAt(evidence: LatencyEvidence, target: string, edges: readonly number[]): LatencyPlace {
  const known = evidence.places[target];
  if (known !== undefined && sameEdges(known.edges, edges)) return known;
  return { open: null, edges: [...edges], habit: new Array<number>(edges.length + 1).fill(0) };
}

function sameEdges(a: readonly number[] | null, b: readonly number[]): boolean {
  return a !== null && a.length === b.length && a.every((edge, k) => edge === b[k]);
}

function joinHistograms(spans: Stratum, a: OpenLatency, b: OpenLatency): OpenLatency {
  return { ...spans, canary: addScaled(a.canary, b.canary), baseline: addScaled(a.baseline, b.baseline) };
}

/** Remembering changes no answer: the shape follows from the key and the margin it was made for. */
const shapes = new WeakMap<number[], LatencyShape & { margin: number }>();

function shapeOf(edges: number[], margin: number): LatencyShape {
  const known = shapes.get(edges);
  if (known?.margin === margin) return known;
  const shape = { ...latencyShape(edges, margin), margin };
  shapes.set(edges, shape);
  return shape;
}
