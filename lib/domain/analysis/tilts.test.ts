import { describe, expect, it } from 'vitest';
import { latencyShape, TILT_WEIGHTS, tiltGains } from './tilts.ts';

const edges = [0.1, 0.2];
const habit = [600, 300, 100];

/** Every way in which n requests can fall into three buckets, with its chance under `law`. */
function outcomes(n: number, law: number[]): { counts: number[]; chance: number }[] {
  const factorial = (k: number): number => (k <= 1 ? 1 : k * factorial(k - 1));
  const all: { counts: number[]; chance: number }[] = [];
  for (let a = 0; a <= n; a += 1) {
    for (let b = 0; a + b <= n; b += 1) {
      const counts = [a, b, n - a - b];
      const ways = factorial(n) / counts.reduce((product, k) => product * factorial(k), 1);
      all.push({ counts, chance: ways * counts.reduce((product, k, i) => product * (law[i] ?? 0) ** k, 1) });
    }
  }
  return all;
}

function expectation(canaryLaw: number[], baselineLaw: number[], margin: number): number {
  const shape = latencyShape(edges, margin);
  let total = 0;
  for (const canary of outcomes(3, canaryLaw)) {
    for (const baseline of outcomes(4, baselineLaw)) {
      const gains = tiltGains(habit, { canary: canary.counts, baseline: baseline.counts }, shape);
      const value = gains.reduce((sum, gain, j) => sum + (TILT_WEIGHTS[j] ?? 0) * Math.exp(gain), 0);
      total += canary.chance * baseline.chance * value;
    }
  }
  return total;
}

describe('the bet on slower latencies', () => {
  it.each([
    [0.6, 0.3, 0.1],
    [0.1, 0.2, 0.7],
    [0.98, 0.01, 0.01],
  ])('never gains on average when both arms share a law (%d, %d, %d), known or not', (...law) => {
    expect(expectation(law, law, 0)).toBeLessThanOrEqual(1 + 1e-12);
    expect(expectation(law, law, 0.05)).toBeLessThanOrEqual(1 + 1e-12);
  });

  it('does not gain on a faster canary, and gains on a slower one', () => {
    expect(expectation([0.8, 0.15, 0.05], [0.6, 0.3, 0.1], 0)).toBeLessThan(1);
    expect(expectation([0.2, 0.3, 0.5], [0.6, 0.3, 0.1], 0)).toBeGreaterThan(1);
  });

  it('stakes weights that sum to one, one for every bet', () => {
    const gains = tiltGains(habit, { canary: [1, 1, 1], baseline: [4, 2, 1] }, latencyShape(edges, 0.05));
    expect(gains).toHaveLength(TILT_WEIGHTS.length);
    expect(TILT_WEIGHTS.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });
});
