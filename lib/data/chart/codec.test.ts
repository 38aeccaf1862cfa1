import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SampleRow } from '../samples.ts';
import { decodeChart, encodeChart } from './codec.ts';
import { byteReader, byteWriter } from './varint.ts';

const TARGETS = ['018f0000-0000-7000-8000-000000000001', 'ffffffff-ffff-4fff-bfff-fffffffffffe'];
const count = fc.integer({ min: 0, max: 2_147_483_647 });
const seconds = fc.oneof(
  fc.constantFrom(1, 5, 0.1, 1.003, 60),
  fc.float({ min: Math.fround(0.001), max: 3_600, noNaN: true }).map((real) => shortest(real)),
);
/** As PostgreSQL prints a `real`. */
const shortest = (real: number): number => {
  for (let digits = 1; digits <= 9; digits++)
    if (Math.fround(Number(real.toPrecision(digits))) === real) return Number(real.toPrecision(digits));
  return real;
};
const row: fc.Arbitrary<Required<SampleRow>> = fc.record({
  targetId: fc.constantFrom(...TARGETS),
  track: fc.constantFrom(0 as const, 1 as const),
  at: fc.integer({ min: 1, max: 4_102_444_800_000 }),
  seconds,
  layoutId: fc.integer({ min: 1, max: 2_147_483_647 }),
  requests: fc.integer({ min: 0, max: 2 ** 50 }),
  errors: fc.integer({ min: 0, max: 2 ** 50 }),
  latency: fc.array(count, { maxLength: 6 }),
  counts: fc.array(count, { maxLength: 3 }),
  assignedBasisPoints: fc.option(fc.integer({ min: 0, max: 10_000 })),
  details: fc.option(fc.constant({ youngestSeconds: 4 })),
});
const key = ({ targetId, track, at }: SampleRow) => `${targetId} ${track} ${String(at).padStart(16, '0')}`;
const sorted = (rows: readonly SampleRow[]) => rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));

test('any samples come back as they were stored', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(row, { selector: key, maxLength: 40 }), async (rows) => {
      expect(await decodeChart(await encodeChart(rows))).toEqual(sorted(rows));
    }),
    { numRuns: 200 },
  );
});

test('the same samples in another order give the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(row, { selector: key, maxLength: 20 }), async (rows) => {
      expect(await encodeChart(rows.toReversed())).toEqual(await encodeChart(rows));
    }),
    { numRuns: 50 },
  );
});

test('numbers of either sign come back whole, however large', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -(2 ** 52) + 1, max: 2 ** 52 - 1 })), (numbers) => {
      const writer = byteWriter();
      for (const number of numbers) writer.signed(number);
      const reader = byteReader(writer.done());
      expect(numbers.map(() => reader.signed())).toEqual(numbers);
      expect(() => reader.unsigned()).toThrow(RangeError);
    }),
  );
});

/** An hour of a busy service: 12 buckets, a thousand requests an interval, some failures, intervals of a second. */
const busyHour = (): SampleRow[] => {
  let state = 1;
  const chance = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const weights = [1, 4, 20, 60, 100, 80, 40, 16, 6, 2, 0.5, 0.1];
  const noisy = (mean: number) =>
    Math.max(0, Math.round(mean + Math.sqrt(mean) * (chance() + chance() + chance() - 1.5) * 2));
  return TARGETS.flatMap((targetId) =>
    ([0, 1] as const).flatMap((track) =>
      Array.from({ length: 3_600 }, (_, index) => {
        const latency = weights.map((weight) => noisy(weight / 20));
        return {
          targetId,
          track,
          at: 1_795_000_000_000 + index * 1_000,
          seconds: 1,
          layoutId: 7,
          requests: latency.reduce((sum, value) => sum + value, 0),
          errors: noisy(0.05),
          latency,
          counts: [],
        };
      }),
    ),
  );
};

test('a second of a service with some tens of requests takes less than ten bytes', async () => {
  const rows = busyHour();
  expect((await encodeChart(rows)).length / rows.length).toBeLessThan(10);
});
