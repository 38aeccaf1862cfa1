import { expect, test } from 'vitest';
import type { ChartPoint } from '../charts/points.ts';
import { alignPoints } from './aligned.ts';

const point = (at: number, value: number | null): ChartPoint => ({
  at,
  canary: value === null ? null : { n: 10, bad: 1, value, beyond: false, band: null },
  baseline: null,
});

test('lays both over each other from the start of their canaries, in the time of the first', () => {
  const aligned = alignPoints(
    {
      startedAt: 100_000,
      points: [point(95_000, 9), point(100_000, 9), point(105_000, 1), point(110_000, 2)],
    },
    { startedAt: 500_000, points: [point(505_000, 3), point(510_000, null), point(515_000, 4)] },
    5,
  );
  expect(aligned.map(({ at, a, b }) => [at, a?.value ?? null, b?.value ?? null])).toEqual([
    [105_000, 1, 3],
    [110_000, 2, null],
    [115_000, null, 4],
  ]);
});

test('takes steps as long as the rarer measurements are apart, so that both are in every one', () => {
  const minutes = (startedAt: number, first: number) => ({
    startedAt,
    points: Array.from({ length: 5 }, (_, index) => point(startedAt + first + index * 60_000, index)),
  });
  const aligned = alignPoints(minutes(0, 7_000), minutes(1_000_000, 48_000), 5);
  expect(aligned).toHaveLength(5);
  expect(aligned.every(({ a, b }) => a?.value === b?.value)).toBe(true);
});

test('takes the newest value of a step', () => {
  const points = [point(1_000, 1), point(2_000, 2), point(3_000, 3)];
  const aligned = alignPoints({ startedAt: 0, points }, { startedAt: 0, points: [] }, 5);
  expect(aligned.map(({ at, a }) => [at, a?.value])).toEqual([[5_000, 3]]);
});
