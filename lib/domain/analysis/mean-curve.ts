import { betMost } from './mean-bet.ts';

/**
 * What is still possible for the ratio of two bounded means, canary over baseline: for each ratio of a fixed grid one
 * bet that it is larger and one that it is smaller, each with the stake that the strata before it suggest. The ratios
 * that neither rejects are an always-valid interval (a confidence sequence by inversion, arXiv 2010.09686).
 */
export type MeanCurve = {
  /** Log wealth against "the ratio is at most this" and "at least this", in the order of the grid. */
  above: number[];
  below: number[];
  n: number;
  canary: number;
  baseline: number;
  canarySquares: number;
  baselineSquares: number;
  products: number;
};

/** The ratios asked about: denser around 1, where a few percent decide. */
export const MEAN_RATIOS: readonly number[] = [
  0.1, 0.2, 0.35, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.875, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 1,
  1.01, 1.02, 1.03, 1.04, 1.05, 1.06, 1.08, 1.1, 1.125, 1.15, 1.2, 1.25, 1.35, 1.5, 1.75, 2, 3, 5, 10,
];

export const newMeanCurve = (): MeanCurve => ({
  above: MEAN_RATIOS.map(() => 0),
  below: MEAN_RATIOS.map(() => 0),
  n: 0,
  canary: 0,
  baseline: 0,
  canarySquares: 0,
  baselineSquares: 0,
  products: 0,
});

/** Adds one stratum, in place; both means are parts of the bound. */
export function addToMeanCurve(curve: MeanCurve, canary: number, baseline: number): void {
  for (let i = 0; i < MEAN_RATIOS.length; i += 1) {
    curve.above[i] = (curve.above[i] ?? 0) + gainAt(curve, canary, baseline, i, 1);
    curve.below[i] = (curve.below[i] ?? 0) + gainAt(curve, canary, baseline, i, -1);
  }
  curve.n += 1;
  curve.canary += canary;
  curve.baseline += baseline;
  curve.canarySquares += canary * canary;
  curve.baselineSquares += baseline * baseline;
  curve.products += canary * baseline;
}

/** Each bound holds at every moment at once with probability 1 - alpha; beyond the grid it is null. */
export function meanRatioInterval(
  curve: MeanCurve,
  alpha: number,
): { low: number | null; high: number | null } {
  const limit = -Math.log(alpha);
  let low = -1;
  while (low + 1 < MEAN_RATIOS.length && (curve.above[low + 1] ?? 0) >= limit) low += 1;
  let high = MEAN_RATIOS.length;
  while (high - 1 > low && (curve.below[high - 1] ?? 0) >= limit) high -= 1;
  return { low: MEAN_RATIOS[low] ?? null, high: MEAN_RATIOS[high] ?? null };
}

const STRATA_MIN = 10;

function gainAt(curve: MeanCurve, canary: number, baseline: number, i: number, sign: 1 | -1): number {
  const ratio = MEAN_RATIOS[i] ?? 1;
  const { n } = curve;
  if (n < STRATA_MIN) return 0;
  const mean = (sign * (curve.canary - ratio * curve.baseline)) / n;
  if (mean <= 0) return 0;
  const squares =
    (curve.canarySquares - 2 * ratio * curve.products + ratio * ratio * curve.baselineSquares) / n;
  const bet = Math.min(betMost(sign, -sign * ratio), squares > 0 ? mean / squares : 0);
  return Math.log1p(bet * sign * (canary - ratio * baseline));
}
