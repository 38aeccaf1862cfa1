import fc from 'fast-check';
import { expect, it } from 'vitest';
import { detailsProblem } from '../sample-details.ts';
import { amountIncrease } from './increase.ts';
import { readAmounts } from './read-amounts.ts';

const mean = { name: 'basket', bound: 500, from: 'counters' } as const;
const sums = (n: number, sum: number, sumOfSquares: number) => ({
  buckets: [],
  sums: [{ n, sum, sumOfSquares }],
});
const totalsOf = (amounts: readonly number[], before = { n: 0, sum: 0, sumOfSquares: 0 }) =>
  amounts.reduce(
    ({ n, sum, sumOfSquares }, amount) => ({
      n: n + 1,
      sum: sum + amount,
      sumOfSquares: sumOfSquares + amount ** 2,
    }),
    before,
  );

it('are those of the amounts, however large the totals have grown, and never impossible', () => {
  const amounts = fc.array(fc.double({ min: 1, max: 500, noNaN: true }), { maxLength: 50 });
  fc.assert(
    fc.property(amounts, fc.double({ min: 0, max: 1e10, noNaN: true }), (added, old) => {
      const before = { n: 1e9, sum: old, sumOfSquares: old * 100 };
      const increase = amountIncrease(new Map([['a', before]]), new Map([['a', totalsOf(added, before)]]));
      const read = readAmounts(mean, { buckets: [], sums: [increase] }, []);
      const exact = totalsOf(added);
      if (!('amounts' in read)) return expect.unreachable(read.problem);
      expect(read.amounts.n).toBe(exact.n);
      expect(read.amounts.sum).toBeCloseTo(exact.sum, 2);
      expect(read.amounts.sum).toBeLessThanOrEqual(read.amounts.n * mean.bound);
      expect(detailsProblem({ amounts: { basket: read.amounts } }, { requests: 0, errors: 0 })).toBeNull();
    }),
  );
});

it.each([
  ['a sum of nobody', sums(0, 10, 100), 'not of the same amounts'],
  ['squares that are too small', sums(2, 100, 4_000), 'not of the same amounts'],
  ['a mean above the bound', sums(1, 600, 360_000), 'holds amounts above 500'],
  ['one amount above the bound among many', sums(100, 2_000, 1_440_000), 'holds amounts above 500'],
])('with %s are left out, and it is said why', (_, increase, words) => {
  expect(readAmounts(mean, increase, [])).toEqual({ problem: expect.stringContaining(words) });
});

it('of a histogram need an edge that both tracks have', () => {
  const increase = { buckets: [new Map([[Number.POSITIVE_INFINITY, 3]])], sums: [] };
  expect(readAmounts({ ...mean, from: 'histogram' }, increase, [])).toEqual({
    problem: 'basket: the instances have no bucket edge in common',
  });
});

it('of a histogram without a bound are cut off at its last edge', () => {
  const buckets = [
    new Map([
      [10, 1],
      [20, 3],
      [Number.POSITIVE_INFINITY, 4],
    ]),
  ];
  const role = { name: 'basket', bound: null, from: 'histogram' } as const;
  expect(readAmounts(role, { buckets, sums: [] }, [10, 20])).toEqual({
    amounts: { n: 4, sum: 5 + 30 + 20, sumOfSquares: 25 + 450 + 400 },
  });
});
