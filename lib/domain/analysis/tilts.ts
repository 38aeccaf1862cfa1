import { bucketMiddles, type Histogram, shiftDown, shiftFractions, total, totalFrom } from './histogram.ts';

/**
 * Bets that the canary's latencies are stochastically larger than the baseline's. With p the baseline's known
 * habit and t a tilt that never falls from bucket to bucket, q = p t / Z; the mix m is (n_c q + n_b p) / n.
 * sum x_c log(q/m) + sum x_b log(p/m) is then a log e-value for any law that both arms share, and a faster
 * canary only lowers it; p cancels but for Z. Source: k-sample e-variables of Turner, Ly and Gruenwald
 * (arXiv 2106.02693), here on ordered buckets and one-sided.
 */
export function tiltGains(habit: Histogram, arms: LatencyArms, shape: LatencyShape): Float64Array {
  const canary = shiftDown(arms.canary, shape.fractions);
  const sides = { canary, canaryN: total(canary), baseline: arms.baseline, baselineN: total(arms.baseline) };
  const smooth = smoothed(habit);
  const gains = new Float64Array(TILT_WEIGHTS.length);
  let place = 0;
  for (const tilt of shape.tilts) {
    gains[place] = tiltGain(smooth, sides, tilt);
    place += 1;
  }
  for (const tail of TAILS) place = addTailGains(gains, place, smooth, sides, tail);
  return gains;
}

export type LatencyArms = { canary: Histogram; baseline: Histogram };

/** What follows from the bucket edges and the margin alone. */
export type LatencyShape = { fractions: number[]; tilts: number[][] };

export function latencyShape(edges: readonly number[], margin: number): LatencyShape {
  const middles = bucketMiddles(edges);
  return {
    fractions: shiftFractions(edges, margin),
    tilts: EXPONENTS.map((lambda) => middles.map((middle) => middle ** lambda)),
  };
}

const EXPONENTS = [0.35, 0.9, 1.8];
const SHAPE_PART = 0.66;
const TAILS = [0.5, 0.25, 0.1, 0.05, 0.02];
const FACTORS = [1.4, 2.2, 4.5, 12];

/** Two thirds of the weight on tilts of the whole shape, the rest on tails. */
export const TILT_WEIGHTS: readonly number[] = [
  ...EXPONENTS.map(() => SHAPE_PART / EXPONENTS.length),
  ...TAILS.flatMap(() => FACTORS.map(() => (1 - SHAPE_PART) / (TAILS.length * FACTORS.length))),
];

type Sides = { canary: Histogram; canaryN: number; baseline: Histogram; baselineN: number };

/** A bucket never seen still has a chance, or its first request would be infinitely surprising. */
function smoothed(habit: Histogram): Histogram {
  const all = total(habit) + PSEUDO_COUNT * habit.length;
  const smooth = new Array<number>(habit.length);
  for (let k = 0; k < habit.length; k += 1) smooth[k] = ((habit[k] ?? 0) + PSEUDO_COUNT) / all;
  return smooth;
}

const PSEUDO_COUNT = 0.2;

function tiltGain(habit: Histogram, sides: Sides, tilt: number[]): number {
  let norm = 0;
  for (let k = 0; k < habit.length; k += 1) norm += (habit[k] ?? 0) * (tilt[k] ?? 1);
  let sum = 0;
  for (let k = 0; k < habit.length; k += 1) {
    const x = sides.canary[k] ?? 0;
    const y = sides.baseline[k] ?? 0;
    if (x + y > 0) sum += pairGain(x, y, (tilt[k] ?? 1) / norm, sides);
  }
  return sum;
}

/** A tail tilt has two values only, so counts below and above its threshold are all it needs: one gain a factor. */
function addTailGains(
  gains: Float64Array,
  first: number,
  habit: Histogram,
  sides: Sides,
  tail: number,
): number {
  let place = first;
  let above = 0;
  let bucket = habit.length;
  while (bucket > 1 && above + (habit[bucket - 1] ?? 0) <= tail) {
    bucket -= 1;
    above += habit[bucket] ?? 0;
  }
  const canaryAbove = totalFrom(sides.canary, bucket);
  const baselineAbove = totalFrom(sides.baseline, bucket);
  const canaryBelow = sides.canaryN - canaryAbove;
  const baselineBelow = sides.baselineN - baselineAbove;
  for (const factor of FACTORS) {
    const norm = 1 - above + above * factor;
    const high = pairGain(canaryAbove, baselineAbove, factor / norm, sides);
    gains[place] = high + pairGain(canaryBelow, baselineBelow, 1 / norm, sides);
    place += 1;
  }
  return place;
}

/** `lift` is q/p in the bucket. */
function pairGain(canary: number, baseline: number, lift: number, sides: Sides): number {
  const mix = (sides.canaryN * lift + sides.baselineN) / (sides.canaryN + sides.baselineN);
  if (canary + baseline === 0) return 0;
  return canary * Math.log(lift) - (canary + baseline) * Math.log(mix);
}
