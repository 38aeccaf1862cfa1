import { newMixture, type StartMixture, stepMixture } from './mixture.ts';

/**
 * A bet that bounded amounts differ: against "the mean of x = (canaryFactor c + baselineFactor b) / bound is at most 0",
 * c and b the mean amounts of both arms in one stratum. Wealth multiplies by 1 + l x; with amounts between 0 and the
 * bound and l below 1 / (the least x) it can never turn negative, and while x has mean 0 or less it cannot be expected
 * to grow, whatever the law of the amounts. Some bets l are fixed, one follows from the strata before it.
 * Source: betting e-processes of Waudby-Smith and Ramdas (arXiv 2010.09686).
 */
export type MeanBet = {
  canaryFactor: number;
  baselineFactor: number;
  mixture: StartMixture;
  moments: Moments;
};

/** Mean and squares of what a bet has seen. */
export type Moments = { n: number; mean: number; squares: number };

export function newMeanBet(canaryFactor: number, baselineFactor: number): MeanBet {
  return {
    canaryFactor,
    baselineFactor,
    mixture: newMixture(MEAN_BET_WEIGHTS.length),
    moments: { n: 0, mean: 0, squares: 0 },
  };
}

/** Bets on one stratum, in place; both means are parts of the bound, 0..1. */
export function stepMeanBet(bet: MeanBet, canary: number, baseline: number, elapsedSeconds: number): void {
  const x = bet.canaryFactor * canary + bet.baselineFactor * baseline;
  const most = betMost(bet.canaryFactor, bet.baselineFactor);
  const learned = learnedBet(bet.moments, most);
  const gains = [...FIXED.map((part) => Math.log1p(part * most * x)), Math.log1p(learned * x)];
  stepMixture(bet.mixture, gains, 1, elapsedSeconds);
  bet.moments = addMoment(bet.moments, x);
}

/** The boldest bet that no amount within the bound can ruin. */
export function betMost(canaryFactor: number, baselineFactor: number): number {
  return BOLDEST / -(Math.min(0, canaryFactor) + Math.min(0, baselineFactor));
}

/** The bet that would have grown best on what came before, 0 until enough came. */
export function learnedBet({ n, mean, squares }: Moments, most: number): number {
  if (n < LEARNED_STRATA_MIN || mean <= 0) return 0;
  return Math.min(most, mean / (squares / n));
}

export function addMoment({ n, mean, squares }: Moments, x: number): Moments {
  return { n: n + 1, mean: mean + (x - mean) / (n + 1), squares: squares + x * x };
}

const BOLDEST = 0.95;
const LEARNED_STRATA_MIN = 10;
const FIXED = [0.03, 0.1, 0.25, 0.55, 1];
/** Those of the fixed bets, the one that learns last. */
export const MEAN_BET_WEIGHTS: readonly number[] = [0.12, 0.12, 0.13, 0.13, 0.1, 0.4];
