import { expect, it } from 'vitest';
import { addToBlocks, comparePair, dispersionFactor, emptyBlock, noDispersion } from './dispersion.ts';

const block = (n: number, bad: number) => ({ n, bad, seconds: 10, until: 0 });

it('is 1 without data, and never below 1 however even the failures come', () => {
  expect(dispersionFactor(noDispersion, [])).toBe(1);
  expect(dispersionFactor(comparePair(block(1000, 5), block(1000, 5)), [])).toBe(1);
});

it('grows when failures come in lumps', () => {
  const lumps = comparePair(block(1000, 0), block(1000, 8));
  expect(lumps).toEqual({ squares: 64, variance: 8, pairs: 1 });
  expect(dispersionFactor(lumps, [])).toBeGreaterThan(8);
});

it('takes a change of traffic for no burst', () => {
  expect(comparePair(block(1000, 10), block(100, 1)).squares).toBe(0);
  expect(comparePair(block(100, 1), block(1000, 10)).squares).toBe(0);
});

it('counts the blocks that are still filling, so that a burst tempers its own evidence', () => {
  const calm = comparePair(block(1000, 5), block(1000, 6));
  expect(dispersionFactor(calm, [comparePair(block(50, 0), block(40, 8))])).toBeGreaterThan(4);
});

it('finishes a block after ten seconds of reported time and forgets it over a silence', () => {
  let pair: Parameters<typeof addToBlocks>[0] = { open: emptyBlock, previous: null };
  for (let second = 1; second <= 9; second += 1) {
    const added = addToBlocks(pair, {
      n: 5,
      bad: 1,
      seconds: 1,
      since: (second - 1) * 1000,
      until: second * 1000,
    });
    expect(added.finished).toBeNull();
    pair = added.pair;
  }
  const tenth = addToBlocks(pair, { n: 5, bad: 1, seconds: 1, since: 9000, until: 10_000 });
  expect(tenth.finished).toMatchObject({ n: 50, bad: 10, seconds: 10 });
  const later = addToBlocks(tenth.pair, { n: 5, bad: 1, seconds: 1, since: 60_000, until: 61_000 });
  expect(later.pair).toMatchObject({ open: { n: 5, bad: 1 }, previous: null });
});
