import { describe, expect, test } from 'vitest';
import { bucketsOf, LEAD_TIME_ENDS } from '#lib/domain/dora/buckets.ts';
import { distributionSummary } from './distribution-words.ts';

describe('a distribution', () => {
  test('is said in words: where most of it lies, and how slow the slowest was', () => {
    expect(distributionSummary('Lead time', bucketsOf([600, 600, 86_400 * 40], LEAD_TIME_ENDS))).toBe(
      'Lead time: 3 in all; most, 2, took under 1 h; the slowest took 30 d to 90 d.',
    );
    expect(distributionSummary('Lead time', bucketsOf([], LEAD_TIME_ENDS))).toBe('Lead time: no data.');
  });
});
