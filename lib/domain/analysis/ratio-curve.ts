import type { Split } from './split-bet.ts';

/**
 * The log likelihood of the rate ratio over a fixed grid of ratios, summed over strata: from it every
 * likelihood ratio between two grid points follows, so an interval costs a fixed number of values however
 * long a release runs. The grid goes from 1/16 to 64 in steps of 2^(1/8), about 9 %.
 */
export type RatioCurve = number[];

/** Before the first stratum every ratio is as likely as any other. */
export const newRatioCurve = (): RatioCurve => new Array<number>(SIZE).fill(0);

/** Adds a stratum in place; `dispersion` is at least 1 and shrinks what a bursty stratum may say. */
export function addToCurve(curve: RatioCurve, split: Split, dispersion: number): void {
  const failures = split.canaryBad + split.baselineBad;
  if (failures === 0) return;
  const { canaryBad, canaryN, baselineN } = split;
  for (let i = 0; i < curve.length; i += 1) {
    const part =
      canaryBad * (LOG_RATIOS[i] ?? 0) - failures * Math.log((RATIOS[i] ?? 0) * canaryN + baselineN);
    curve[i] = (curve[i] ?? 0) + part / dispersion;
  }
}

/**
 * The always-valid interval of the ratio canary / baseline: all ratios that neither one-sided process rejects.
 * Each bound holds at every moment at once with probability 1 - alpha. A bound beyond the grid is null.
 */
export function ratioInterval(curve: RatioCurve, alpha: number): { low: number | null; high: number | null } {
  const limit = 1 / alpha;
  let low = -1;
  while (low + 1 < curve.length && isAgainst(curve, low + 1, UPWARD, limit)) low += 1;
  let high = curve.length;
  while (high - 1 > low && isAgainst(curve, high - 1, DOWNWARD, limit)) high -= 1;
  return { low: low < 0 ? null : ratioAt(low), high: high >= curve.length ? null : ratioAt(high) };
}

type Step = { offset: number; weight: number };

/** The alternatives of the errors evidence, in steps of the grid: 1.5, 2, 2.8, 4, 7, 15, 40 times. */
const UPWARD: Step[] = [
  { offset: 5, weight: 0.2 },
  { offset: 8, weight: 0.3 },
  { offset: 12, weight: 0.2 },
  { offset: 16, weight: 0.1 },
  { offset: 22, weight: 0.1 },
  { offset: 31, weight: 0.05 },
  { offset: 43, weight: 0.05 },
];

/** Their mirror, closer to 1 where proving "not worse" needs it. */
const DOWNWARD: Step[] = [
  { offset: -1, weight: 0.05 },
  { offset: -3, weight: 0.15 },
  { offset: -5, weight: 0.2 },
  { offset: -8, weight: 0.3 },
  { offset: -13, weight: 0.2 },
  { offset: -27, weight: 0.1 },
];

const FIRST_RATIO = 1 / 16;
const STEPS_PER_DOUBLING = 8;

const SIZE = 81;
const RATIOS = Array.from({ length: SIZE }, (_, index) => FIRST_RATIO * 2 ** (index / STEPS_PER_DOUBLING));
const LOG_RATIOS = RATIOS.map((ratio) => Math.log(ratio));

function ratioAt(index: number): number {
  return RATIOS[index] ?? Number.NaN;
}

/**
 * Whether the e-value against "the ratio lies at or short of this grid point" reaches a limit; steps off the grid
 * are forgone. Every term is positive, so the sum need not be finished once it is there.
 */
function isAgainst(curve: RatioCurve, index: number, steps: Step[], limit: number): boolean {
  const here = curve[index] ?? 0;
  let total = 0;
  for (const { offset, weight } of steps) {
    const there = curve[index + offset];
    if (there !== undefined) total += weight * Math.exp(there - here);
    if (total >= limit) return true;
  }
  return false;
}
