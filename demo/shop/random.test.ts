import { describe, expect, it } from 'vitest';
import { exponential, seededRandom, standardNormal } from './random.ts';

const count = 100_000;

function moments(draw: () => number): { mean: number; variance: number } {
  const draws = Array.from({ length: count }, draw);
  const mean = draws.reduce((sum, value) => sum + value, 0) / count;
  return { mean, variance: draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count };
}

describe('random', () => {
  it.each([
    ['uniform', (random: () => number) => random(), 1 / 2, 1 / 12],
    ['normal', standardNormal, 0, 1],
    ['exponential', (random: () => number) => exponential(random, 3), 3, 9],
  ] as const)('%s draws have their mean and variance', (_name, draw, mean, variance) => {
    const random = seededRandom(5);
    const seen = moments(() => draw(random));
    expect(Math.abs(seen.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / count));
    expect(Math.abs(seen.variance / variance - 1)).toBeLessThan(0.05);
  });

  it('stays in [0, 1) and differs from seed to seed', () => {
    const first = seededRandom(1);
    const second = seededRandom(2);
    const pairs = Array.from({ length: count }, () => [first(), second()] as const);
    expect(pairs.every(([value]) => value >= 0 && value < 1)).toBe(true);
    expect(pairs.filter(([value, other]) => value === other)).toEqual([]);
  });
});
