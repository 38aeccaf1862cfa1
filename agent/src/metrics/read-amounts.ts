/** The sums over capped amounts of a `mean` metric. Pure. */
import type { Amounts } from '../sample-details.ts';
import { bucketCounts } from './histogram.ts';
import type { MeanRole } from './metric-roles.ts';
import type { AmountIncrease } from './track-memory.ts';

/**
 * The sums of one track over one span, or in words why there are none. `edges` are the bucket edges that every
 * instance of both tracks has, since amounts of other buckets are other amounts.
 */
export const readAmounts = (
  mean: MeanRole,
  increase: AmountIncrease,
  edges: readonly number[],
): { amounts: Amounts } | { problem: string } => {
  if (mean.from === 'counters') return checked(mean, added(increase.sums));
  if (edges.length === 0) return { problem: `${mean.name}: the instances have no bucket edge in common` };
  return { amounts: fromBuckets(increase.buckets, edges, mean.bound) };
};

/** Differences of large totals are a little off; sums that miss by more are not the three sums of the same amounts. */
const checked = ({ name, bound }: MeanRole, amounts: Amounts): { amounts: Amounts } | { problem: string } => {
  const { n, sum, sumOfSquares } = amounts;
  const most = bound ?? Number.POSITIVE_INFINITY;
  if (n === 0 && sum === 0 && sumOfSquares === 0) return { amounts };
  if (n === 0 || sumOfSquares < ((sum * sum) / n) * (1 - ROUNDING))
    return { problem: `${name}: n, sum and sumOfSquares are not of the same amounts` };
  if (sum > n * most * (1 + ROUNDING) || sumOfSquares > sum * most * (1 + ROUNDING))
    return {
      problem: `${name}: holds amounts above ${most}; cut them off at the bound before they are added up`,
    };
  const possible = Math.min(sum, n * most);
  const squares = Math.min(Math.max(sumOfSquares, (possible * possible) / n), possible * most);
  return { amounts: { n, sum: possible, sumOfSquares: squares } };
};

const ROUNDING = 0.001;

const added = (sums: readonly Amounts[]): Amounts =>
  sums.reduce(
    (sum, one) => ({
      n: sum.n + one.n,
      sum: sum.sum + one.sum,
      sumOfSquares: sum.sumOfSquares + one.sumOfSquares,
    }),
    { n: 0, sum: 0, sumOfSquares: 0 },
  );

/** An amount counts as the middle of its bucket, at most as the bound; in the open bucket as the last edge. */
const fromBuckets = (
  increases: readonly ReadonlyMap<number, number>[],
  edges: readonly number[],
  bound: number | null,
): Amounts =>
  added(
    bucketCounts(increases, edges).map((n, index) => {
      const low = edges[index - 1] ?? 0;
      const middle = (low + (edges[index] ?? low)) / 2;
      const amount = bound === null ? middle : Math.min(bound, middle);
      return { n, sum: n * amount, sumOfSquares: n * amount * amount };
    }),
  );
