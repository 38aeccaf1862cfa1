/** Server weights that give a wished share. Pure. */

/** The weight of each server on a side; HAProxy accepts 0 to 256. */
export type Weights = { canary: number; baseline: number };

const WEIGHT_MAX = 256;
/** A side keeps this weight when the other one has none. */
const WEIGHT_ALONE = 100;
const ALL = 10_000;
/** Weights may miss a small share by this part of it; beyond that the wish needs the finer way. */
const RELATIVE_ERROR_MAX = 0.15;

/** The canary's share in basis points, for sides of `canaryServers` and `baselineServers` servers. */
export const shareOf = (weights: Weights, canaryServers: number, baselineServers: number): number => {
  const canary = weights.canary * canaryServers;
  const total = canary + weights.baseline * baselineServers;
  return total === 0 ? 0 : (canary / total) * ALL;
};

/**
 * The pair nearest to a share, the smallest of equally near ones; null when no pair comes within 15 % of it. `before`
 * lets a side that stays alone keep its weight, so that going back to the baseline is one write.
 */
export const weightsFor = (
  basisPoints: number,
  canaryServers: number,
  baselineServers: number,
  before: Weights,
): Weights | null => {
  if (basisPoints === 0) return { canary: 0, baseline: before.baseline || WEIGHT_ALONE };
  if (basisPoints === ALL) return { canary: before.canary || WEIGHT_ALONE, baseline: 0 };
  let best: Weights | null = null;
  let bestError = Number.POSITIVE_INFINITY;
  for (let canary = 1; canary <= WEIGHT_MAX; canary += 1) {
    const ideal = (canary * canaryServers * (ALL - basisPoints)) / (basisPoints * baselineServers);
    const baseline = Math.min(WEIGHT_MAX, Math.max(1, Math.round(ideal)));
    const error = Math.abs(shareOf({ canary, baseline }, canaryServers, baselineServers) - basisPoints);
    if (error < bestError - 1e-9) {
      best = { canary, baseline };
      bestError = error;
    }
  }
  return bestError <= Math.max(0.5, RELATIVE_ERROR_MAX * Math.min(basisPoints, ALL - basisPoints))
    ? best
    : null;
};

/**
 * Which side to write first, so that on the way the share never exceeds the larger of old and new and never is
 * without any server. Canary first when both orders are safe.
 */
export const firstSide = (
  from: Weights,
  to: Weights,
  canaryServers: number,
  baselineServers: number,
): 'canary' | 'baseline' => {
  const share = (weights: Weights) => shareOf(weights, canaryServers, baselineServers);
  const limit = Math.max(share(from), share(to)) + 1e-9;
  const between: Weights = { canary: to.canary, baseline: from.baseline };
  const isSafe = between.canary + between.baseline > 0 && share(between) <= limit;
  return isSafe ? 'canary' : 'baseline';
};
