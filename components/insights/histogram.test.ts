import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distributionSummary, leadTimeBuckets, recoveryBuckets } from './histogram.ts';

describe('a distribution', () => {
  test('counts every sample exactly once', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true })), (seconds) => {
        for (const buckets of [leadTimeBuckets(seconds), recoveryBuckets(seconds)])
          expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(seconds.length);
      }),
    );
  });

  test('is said in words: where most of it lies, and how slow the slowest was', () => {
    const buckets = leadTimeBuckets([600, 600, 86_400 * 40]);
    expect(distributionSummary('Lead time', buckets)).toBe(
      'Lead time: 3 in all; most, 2, took under 1 h; the slowest took 30 d to 90 d.',
    );
    expect(distributionSummary('Lead time', leadTimeBuckets([]))).toBe('Lead time: no data.');
  });
});
