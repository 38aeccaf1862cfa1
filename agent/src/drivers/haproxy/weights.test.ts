import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstSide, shareOf, weightsFor } from './weights.ts';

const start = { canary: 0, baseline: 100 };

describe('weights for a share', () => {
  const exact = [
    [500, 1, 1, { canary: 1, baseline: 19 }],
    [2_500, 1, 1, { canary: 1, baseline: 3 }],
    [5_000, 1, 1, { canary: 1, baseline: 1 }],
    [0, 1, 1, { canary: 0, baseline: 100 }],
    [10_000, 1, 1, { canary: 100, baseline: 0 }],
    [2_500, 2, 3, { canary: 1, baseline: 2 }],
  ] as const;
  for (const [share, canaries, baselines, weights] of exact)
    it(`give ${share / 100} % on ${canaries} against ${baselines} servers`, () => {
      expect(weightsFor(share, canaries, baselines, start)).toEqual(weights);
    });

  it('refuse a share that they would overshoot', () => {
    expect(weightsFor(10, 1, 1, start)).toBeNull();
    expect(weightsFor(10, 1, 5, start)).not.toBeNull();
  });

  it('always come within 15 % of the share, or refuse it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        (share, canaries, baselines) => {
          const weights = weightsFor(share, canaries, baselines, start);
          if (weights)
            expect(Math.abs(shareOf(weights, canaries, baselines) - share)).toBeLessThanOrEqual(
              Math.max(0.5, 0.15 * Math.min(share, 10_000 - share)) + 1e-9,
            );
          else expect(Math.min(share, 10_000 - share)).toBeLessThan(40 * Math.max(canaries, baselines));
        },
      ),
    );
  });
});

describe('the order of two writes', () => {
  const weight = fc
    .record({ canary: fc.integer({ min: 0, max: 256 }), baseline: fc.integer({ min: 0, max: 256 }) })
    .filter((w) => w.canary + w.baseline > 0);

  it('never lets the share exceed both ends, nor leaves the backend without a server', () => {
    fc.assert(
      fc.property(
        weight,
        weight,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (from, to, canaries, baselines) => {
          const between =
            firstSide(from, to, canaries, baselines) === 'canary'
              ? { canary: to.canary, baseline: from.baseline }
              : { canary: from.canary, baseline: to.baseline };
          expect(between.canary + between.baseline).toBeGreaterThan(0);
          const limit = Math.max(shareOf(from, canaries, baselines), shareOf(to, canaries, baselines));
          expect(shareOf(between, canaries, baselines)).toBeLessThanOrEqual(limit + 1e-6);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
