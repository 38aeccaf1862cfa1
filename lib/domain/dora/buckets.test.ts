import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketsOf, LEAD_TIME_ENDS, RECOVERY_ENDS } from './buckets.ts';

describe('a distribution', () => {
  test('has every sample in exactly the bucket that it belongs to', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e9, noNaN: true })),
        fc.constantFrom(LEAD_TIME_ENDS, RECOVERY_ENDS),
        (seconds, ends) => {
          for (const { low, high, n } of bucketsOf(seconds, ends))
            expect(n).toBe(seconds.filter((s) => s >= low && (high === null || s < high)).length);
          expect(bucketsOf(seconds, ends).reduce((sum, { n }) => sum + n, 0)).toBe(seconds.length);
        },
      ),
    );
  });

  test('begins at zero, leaves no gap and has no end', () => {
    const buckets = bucketsOf([], LEAD_TIME_ENDS);
    expect(buckets[0]?.low).toBe(0);
    expect(buckets.at(-1)?.high).toBeNull();
    for (const [index, bucket] of buckets.slice(1).entries()) expect(bucket.low).toBe(buckets[index]?.high);
  });
});
