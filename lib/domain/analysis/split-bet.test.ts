import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aboveRatioBet,
  belowRatioBet,
  higherRateBet,
  lowerRateBet,
  type SplitBet,
  splitGains,
} from './split-bet.ts';

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
const binomial = (n: number, k: number, p: number) => choose(n, k) * p ** k * (1 - p) ** (n - k);

/** The exact expectation of the bet over every outcome of two independent arms. */
function expectation(test: SplitBet, n: [number, number], p: [number, number], boundary?: number): number {
  let total = 0;
  for (let canaryBad = 0; canaryBad <= n[0]; canaryBad += 1) {
    for (let baselineBad = 0; baselineBad <= n[1]; baselineBad += 1) {
      const split = { canaryN: n[0], canaryBad, baselineN: n[1], baselineBad };
      const gains = splitGains(test, split, boundary);
      const value = gains.reduce((sum, gain, j) => sum + (test.weights[j] ?? 0) * Math.exp(gain), 0);
      total += binomial(n[0], canaryBad, p[0]) * binomial(n[1], baselineBad, p[1]) * value;
    }
  }
  return total;
}

const sizes: [number, number][] = [
  [2, 2],
  [2, 9],
  [5, 3],
  [8, 8],
];
const rates = [0, 0.001, 0.02, 0.2, 0.45];

describe('the bet on how failures split between the arms', () => {
  it.each(sizes)(
    'never gains on average while %i canary and %i baseline requests obey the hypothesis',
    (...n) => {
      for (const p of rates) {
        expect(expectation(higherRateBet(0.1), n, [1.1 * p, p])).toBeLessThanOrEqual(1 + 1e-12);
        expect(expectation(higherRateBet(0.1), n, [0.5 * p, p])).toBeLessThanOrEqual(1 + 1e-12);
        expect(expectation(lowerRateBet(0.01), n, [0.99 * p, p])).toBeLessThanOrEqual(1 + 1e-12);
        expect(expectation(lowerRateBet(0.01), n, [2 * p, p])).toBeLessThanOrEqual(1 + 1e-12);
        expect(expectation(belowRatioBet(2), n, [2 * p, p])).toBeLessThanOrEqual(1 + 1e-12);
        expect(expectation(aboveRatioBet(2), n, [0.5 * p, p])).toBeLessThanOrEqual(1 + 1e-12);
      }
    },
  );

  it.each(sizes)('with a stricter boundary does not gain on a canary five times worse (%i, %i)', (...n) => {
    for (const p of [0.001, 0.02, 0.19]) {
      expect(expectation(higherRateBet(0.1), n, [5 * p, p], 5)).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it('gains on average when the hypothesis is broken', () => {
    expect(expectation(higherRateBet(0.1), [5, 20], [0.3, 0.02])).toBeGreaterThan(1.5);
    expect(expectation(belowRatioBet(2), [20, 20], [0.01, 0.2])).toBeGreaterThan(1.5);
  });

  it('has weights that sum to one, so that the mixture stakes exactly what it has', () => {
    for (const test of [higherRateBet(0.1), lowerRateBet(0.01), belowRatioBet(2), aboveRatioBet(2)]) {
      expect(test.weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(test.weights).toHaveLength(test.ratios.length);
    }
  });

  it('speaks louder for harm with every further canary failure, and lower with every baseline failure', () => {
    const counts = fc.record({
      canaryN: fc.integer({ min: 2, max: 500 }),
      canaryBad: fc.integer({ min: 0, max: 100 }),
      baselineN: fc.integer({ min: 2, max: 5000 }),
      baselineBad: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(counts, (split) => {
        const test = higherRateBet(0.1);
        const now = splitGains(test, split);
        const worse = splitGains(test, { ...split, canaryBad: split.canaryBad + 1 });
        const shared = splitGains(test, { ...split, baselineBad: split.baselineBad + 1 });
        for (const [j, gain] of now.entries()) {
          expect(worse[j]).toBeGreaterThan(gain);
          expect(shared[j]).toBeLessThan(gain);
        }
      }),
    );
  });

  it('says nothing about a stratum without a failure', () => {
    const silent = { canaryN: 5, canaryBad: 0, baselineN: 95, baselineBad: 0 };
    expect(splitGains(higherRateBet(0.1), silent)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
