import type { MetricPolicy } from './contract.ts';
import { type Guard, newGuards, stepGuard } from './guards.ts';
import { addScaled, countAbove, type Histogram, total, totalFrom } from './histogram.ts';
import { newMixture, type StartMixture, stepMixture } from './mixture.ts';
import { addPace, noPace, type Pace } from './pace.ts';
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
    totals: { canaryN: 0, baselineN: 0, canarySlow: 0, baselineSlow: 0, expectedSlow: 0 },
    pace: noPace,
    places: {},
    comparedAt: null,
  };
}

/** Takes in one span; histograms are per bucket of `edges` plus the open one. Null = nothing reported. */
export function observeLatency(
  evidence: LatencyEvidence,
  span: Span,
  canary: Histogram | null,
  baseline: Histogram | null,
  edges: readonly number[],
): LatencyEvidence {
  if (baseline === null) return evidence;
  const known = followLayout(evidence, span.target, edges);
  const place = placeAt(known, span.target, edges);
  if (canary === null || isHistory(span)) {
    const habit = learnHabit(place.habit, baseline, span.seconds);
    return { ...known, places: { ...known.places, [span.target]: { ...place, habit } } };
  }
  const part = {
    canaryN: total(canary),
    baselineN: total(baseline),
    canary,
    baseline,
    since: span.since,
    until: span.until,
  };
  const { open, closed } = addToStratum(place.open, part, joinHistograms);
  const next = {
    ...known,
    places: { ...known.places, [span.target]: { ...place, open } },
    pace: addPace(known.pace, span.seconds, part.canaryN, part.baselineN),
    comparedAt: span.until,
  };
  return closed === null ? next : close(next, closed, span, place);
}

/** The baseline's habit must have seen this many requests before a bet on it is worth anything. */
const HABIT_REQUESTS_MIN = 50;
const FORGET_PER_SECOND = 0.02;
const SHOWN_HALF_LIFE_SECONDS = 180;

function close(
  evidence: LatencyEvidence,
  closed: OpenLatency,
  span: Span,
  place: LatencyPlace,
): LatencyEvidence {
  const seconds = (closed.until - closed.since) / 1000;
  const learned = { ...place, open: null, habit: learnHabit(place.habit, closed.baseline, seconds) };
  const next = { ...evidence, places: { ...evidence.places, [span.target]: learned } };
  if (span.warmingUp) return next;
  const shown = addTotals(
    sameEdges(next.edges, place.edges) ? addShown(next, closed) : next,
    closed,
    place.habit,
  );
  const guards = next.guards.map((guard) => guardLatency(guard, closed, place.edges, span));
  if (total(place.habit) < HABIT_REQUESTS_MIN) return { ...shown, guards };
  const gains = tiltGains(place.habit, closed, shapeOf(place.edges, next.margin));
  return { ...shown, guards, harm: stepMixture(next.harm, gains, 1, span.elapsedSeconds) };
}

function addShown(evidence: LatencyEvidence, closed: OpenLatency): LatencyEvidence {
  const keep = 0.5 ** ((closed.until - closed.since) / 1000 / SHOWN_HALF_LIFE_SECONDS);
  return {
    ...evidence,
    canary: addScaled(closed.canary, evidence.canary, keep),
    baseline: addScaled(
      closed.baseline.map((count) => (count * closed.canaryN) / closed.baselineN),
      evidence.baseline,
      keep,
    ),
  };
}

function addTotals(evidence: LatencyEvidence, closed: OpenLatency, habit: Histogram): LatencyEvidence {
  const { totals } = evidence;
  const first = slowBucket(habit);
  const canarySlow = totalFrom(closed.canary, first);
  const baselineSlow = totalFrom(closed.baseline, first);
  return {
    ...evidence,
    totals: {
      canaryN: totals.canaryN + closed.canaryN,
      baselineN: totals.baselineN + closed.baselineN,
      canarySlow: totals.canarySlow + canarySlow,
      baselineSlow: totals.baselineSlow + baselineSlow,
      expectedSlow: totals.expectedSlow + (baselineSlow * closed.canaryN) / closed.baselineN,
    },
  };
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

function guardLatency(guard: Guard, closed: OpenLatency, edges: number[], span: Span): Guard {
  const canaryBeyond = countAbove(closed.canary, edges, guard.limit);
  const baselineBeyond = countAbove(closed.baseline, edges, guard.limit);
  if (canaryBeyond === null || baselineBeyond === null) return guard;
  const counts = { canaryN: closed.canaryN, canaryBeyond, baselineN: closed.baselineN, baselineBeyond };
  return stepGuard(guard, counts, span, 1);
}

function learnHabit(habit: Histogram, seen: Histogram, seconds: number): Histogram {
  const keep = (1 - FORGET_PER_SECOND) ** seconds;
  return habit.map((count, k) => count * keep + (seen[k] ?? 0));
}

/** The shown histograms keep one layout: that of the first place, until it is alone in having changed. */
function followLayout(evidence: LatencyEvidence, target: string, edges: readonly number[]): LatencyEvidence {
  if (sameEdges(evidence.edges, edges)) return evidence;
  const alone = Object.keys(evidence.places).every((name) => name === target);
  if (!alone) return evidence;
  const empty = new Array<number>(edges.length + 1).fill(0);
  return { ...evidence, edges: [...edges], canary: empty, baseline: empty };
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
