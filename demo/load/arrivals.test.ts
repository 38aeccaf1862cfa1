import { describe, expect, it } from 'vitest';
import { seededRandom } from '../shop/random.ts';
import { createArrivals } from './arrivals.ts';

const perSecond = 100;

describe('arrivals', () => {
  it('come at the asked rate and scatter as a Poisson process does, not as a metronome', () => {
    const arrivals = createArrivals(perSecond, 0, seededRandom(2));
    const seconds = 5_000;
    const counts = Array.from({ length: seconds }, (_, index) => arrivals.takeDue((index + 1) * 1_000).due);
    const mean = counts.reduce((sum, count) => sum + count, 0) / seconds;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / seconds;
    expect(Math.abs(mean - perSecond)).toBeLessThan(5 * Math.sqrt(perSecond / seconds));
    expect(Math.abs(variance / mean - 1)).toBeLessThan(5 * Math.sqrt(2 / seconds));
  });

  it('are the same however often one looks', () => {
    const rare = createArrivals(perSecond, 0, seededRandom(3));
    const often = createArrivals(perSecond, 0, seededRandom(3));
    let seen = 0;
    for (let ms = 1; ms <= 900; ms += 1) seen += often.takeDue(ms).due;
    expect(rare.takeDue(900)).toEqual({ due: seen, missed: 0 });
    expect(rare.nextAtMs()).toBe(often.nextAtMs());
  });

  it('are not made up for after a long pause: one second at most comes late, the rest is counted as missed', () => {
    const arrivals = createArrivals(perSecond, 0, seededRandom(4));
    const { due, missed } = arrivals.takeDue(3_600_000);
    expect(due).toBeLessThan(perSecond + 6 * Math.sqrt(perSecond));
    expect(Math.abs(due + missed - 3_600 * perSecond)).toBeLessThan(100);
    expect(arrivals.nextAtMs()).toBeGreaterThan(3_600_000);
  });

  it('none is due before its time', () => {
    const arrivals = createArrivals(1, 1_000, seededRandom(5));
    expect(arrivals.takeDue(1_000)).toEqual({ due: 0, missed: 0 });
    expect(arrivals.takeDue(arrivals.nextAtMs()).due).toBe(1);
  });
});
