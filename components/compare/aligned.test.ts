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
    { startedAt: 100_000, points: [point(95_000, 9), point(105_000, 1), point(110_000, 2)] },
    { startedAt: 500_000, points: [point(505_000, 3), point(520_000, 4)] },
    5,
  );
  expect(aligned.map(({ at, a, b }) => [at, a?.value ?? null, b?.value ?? null])).toEqual([
    [105_000, 1, 3],
    [110_000, 2, null],
    [120_000, null, 4],
  ]);
});

test('takes the newest value of a step and leaves out where nothing was measured', () => {
  const points = [point(1_000, 1), point(4_000, 2), point(9_000, null)];
  const aligned = alignPoints({ startedAt: 0, points }, { startedAt: 0, points: [] }, 5);
  expect(aligned.map(({ at, a }) => [at, a?.value])).toEqual([[5_000, 2]]);
});
