import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decadeTicks,
  linearAxis,
  logAxis,
  nearest,
  ratioTicks,
  spread,
  timeTicks,
  valueTicks,
} from './scale.ts';

describe('axes', () => {
  it('reach just above the largest value in a few round steps', () => {
    expect(valueTicks(0.0123)).toEqual([0, 0.005, 0.01, 0.015]);
    expect(valueTicks(0.87)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(valueTicks(0)).toEqual([0, 1]);
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (max) => {
        const ticks = valueTicks(max);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * 0.999);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
  });

  it('of evidence go up in powers of ten, of ratios in doublings with 1 in the middle, a few of each', () => {
    expect(decadeTicks(100)).toEqual([1, 10, 100]);
    expect(decadeTicks(3e9).at(-1)).toBeGreaterThanOrEqual(3e9);
    expect(decadeTicks(1e30).length).toBeLessThanOrEqual(6);
    expect(ratioTicks(2)).toEqual([0.5, 1, 2]);
    expect(ratioTicks(32)).toEqual([1 / 64, 1 / 16, 1 / 4, 1, 4, 16, 64]);
  });

  it('hold what lies beyond them at their ends', () => {
    const evidence = logAxis([1, 10, 100], String);
    expect([0, 10, 1e9].map(evidence.position)).toEqual([0, 0.5, 1]);
    expect(evidence.clamp(Number.MAX_VALUE)).toBe(100);
    expect(linearAxis(4, String).position(2)).toBe(0.5);
  });

  it('put time ticks on round moments inside the range', () => {
    const from = Date.parse('2026-11-23T06:01:10Z');
    const ticks = timeTicks(from, from + 600_000, 6).map((at) => new Date(at).toISOString().slice(11, 19));
    expect(ticks).toEqual(['06:02:00', '06:04:00', '06:06:00', '06:08:00', '06:10:00']);
  });
});

describe('labels', () => {
  it('never overlap and keep their order', () => {
    expect(spread([50, 52], 14, 200)).toEqual([50, 64]);
    expect(spread([198, 190], 14, 200)).toEqual([200, 186]);
    expect(spread([10, 80], 14, 200)).toEqual([10, 80]);
  });
});

describe('the pinned moment', () => {
  it('is a time, so new data at either end does not move it', () => {
    const points = [0, 5, 10, 15].map((at) => ({ at }));
    expect(nearest(points, 9)).toBe(2);
    expect(nearest(points.slice(1), 9)).toBe(1);
    expect(nearest([], 9)).toBe(-1);
  });
});
