import { describe, expect, it } from 'vitest';
import {
  capMixture,
  mixtureEvidence,
  newMixture,
  type StartMixture,
  stepMixture,
  unstartedWeight,
} from './mixture.ts';

/** The mixture after one bet; the given one is changed as well. */
const stepped = (...bet: Parameters<typeof stepMixture>): StartMixture => {
  stepMixture(...bet);
  return bet[0];
};

describe('the mixture over alternatives and starting times', () => {
  it('is worth exactly 1 before the first bet, and stays so while bets are fair to the last digit', () => {
    const mixture = newMixture(2);
    expect(mixtureEvidence(mixture, [0.5, 0.5])).toBeCloseTo(1, 12);
    for (const t of [1, 10, 500, 5000]) stepMixture(mixture, [0, 0], 1, t);
    expect(mixtureEvidence(mixture, [0.5, 0.5])).toBeCloseTo(1, 12);
  });

  it('follows the recursion worked out by hand', () => {
    const mixture = stepped(newMixture(1), [Math.log(3)], 1, 900);
    expect(mixtureEvidence(mixture, [1])).toBeCloseTo((0.63 + 0.185) * 3 + 0.185, 12);
  });

  it('never exceeds the plain evidence, whatever the dispersion does', () => {
    const mixture = newMixture(1);
    for (const [t, gain, phi] of [
      [1, -2, 8],
      [2, -1, 8],
      [3, 2, 1],
    ] as const)
      stepMixture(mixture, [gain], phi, t);
    const plain = mixture.plain[0] ?? 0;
    expect(mixture.tempered[0]).toBeGreaterThan(plain);
    expect(mixtureEvidence(mixture, [1])).toBeCloseTo(plain + unstartedWeight(3), 12);
  });

  it('needs less to notice harm that begins late than a process that remembers all the calm before', () => {
    const mixture = newMixture(1);
    for (let t = 1; t <= 600; t += 1) stepMixture(mixture, [-0.05], 1, t);
    for (let t = 601; t <= 640; t += 1) stepMixture(mixture, [0.4], 1, t);
    expect(mixtureEvidence(mixture, [1])).toBeGreaterThan(100);
    expect(Math.exp(600 * -0.05 + 40 * 0.4)).toBeLessThan(1);
  });

  it('stays a finite number that JSON can hold after one overwhelming interval', () => {
    const mixture = stepped(newMixture(1), [5000], 1, 1);
    expect(JSON.parse(JSON.stringify(mixture))).toEqual(mixture);
    expect(Number.isFinite(mixtureEvidence(mixture, [1]))).toBe(true);
  });

  it('gives wealth beyond the cap away, and never adds any', () => {
    const rich = stepped(newMixture(2), [6, 2], 1, 1);
    capMixture(rich, [0.5, 0.5], 40);
    expect(mixtureEvidence(rich, [0.5, 0.5])).toBeCloseTo(40 + unstartedWeight(1), 9);
    const before = structuredClone(rich);
    capMixture(rich, [0.5, 0.5], 1000);
    expect(rich).toEqual(before);
  });
});
