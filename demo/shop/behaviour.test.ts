import { describe, expect, it } from 'vitest';
import { type BehaviourName, behaviours, createFates, type Fate } from './behaviour.ts';
import { seededRandom } from './random.ts';

const count = 200_000;

function fates(name: BehaviourName): Fate[] {
  const draw = createFates(behaviours[name], seededRandom(11));
  return Array.from({ length: count }, draw);
}

function part(all: Fate[], holds: (fate: Fate) => boolean): number {
  return all.filter(holds).length / all.length;
}

/** Five standard deviations of a proportion. */
function tolerance(rate: number): number {
  return 5 * Math.sqrt((rate * (1 - rate)) / count);
}

function quantile(all: Fate[], level: number): number {
  const sorted = all.map(({ delaySeconds }) => delaySeconds).sort((a, b) => a - b);
  return sorted[Math.floor(level * sorted.length)] ?? Number.NaN;
}

describe('behaviour', () => {
  const healthy = fates('healthy');

  it.each([
    ['healthy', 0.005],
    ['errors', 0.015],
    ['slow', 0.005],
    ['fewer-orders', 0.005],
  ] as const)('%s fails a part of %d of its requests', (name, rate) => {
    expect(Math.abs(part(fates(name), (fate) => fate.fails) - rate)).toBeLessThan(tolerance(rate));
  });

  it('healthy waits 40 ms at the median, log-normally', () => {
    expect(quantile(healthy, 0.5)).toBeCloseTo(0.04, 3);
    expect(quantile(healthy, 0.8413)).toBeCloseTo(0.04 * Math.exp(0.5), 2);
    expect(quantile(healthy, 0.1587)).toBeCloseTo(0.04 * Math.exp(-0.5), 2);
  });

  it('slow takes half as long again for every single request with the same luck', () => {
    const slow = fates('slow');
    const ratios = slow.map((fate, index) => fate.delaySeconds / (healthy[index]?.delaySeconds ?? 0));
    expect(ratios.every((ratio) => Math.abs(ratio - 1.5) < 1e-9)).toBe(true);
  });

  it('fewer-orders completes 85 % of the orders that a healthy version completes', () => {
    const completed = (all: Fate[]) => part(all, (fate) => !fate.abandons);
    expect(Math.abs(completed(healthy) - 0.9)).toBeLessThan(tolerance(0.9));
    expect(Math.abs(completed(fates('fewer-orders')) - 0.9 * 0.85)).toBeLessThan(tolerance(0.9 * 0.85));
  });

  it.each(['errors', 'slow', 'fewer-orders'] as const)(
    '%s differs from healthy in one number only',
    (name) => {
      const differing = Object.entries(behaviours[name]).filter(
        ([key, value]) => new Map(Object.entries(behaviours.healthy)).get(key) !== value,
      );
      expect(differing).toHaveLength(1);
    },
  );

  it('repeats itself for the same seed', () => {
    expect(fates('errors')).toEqual(fates('errors'));
  });
});
