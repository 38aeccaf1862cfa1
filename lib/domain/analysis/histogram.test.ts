import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAbove, quantile, shiftDown, shiftFractions, total } from './histogram.ts';

const edges = [0.1, 0.2, 0.4];

describe('a latency histogram', () => {
  it('gives quantiles within the bucket that holds them', () => {
    expect(quantile([0, 100, 0, 0], edges, 0.5)).toEqual({ value: expect.closeTo(0.15, 9), beyond: false });
    expect(quantile([50, 50, 0, 0], edges, 0.5)).toEqual({ value: 0.1, beyond: false });
  });

  it('says that a quantile is beyond the last edge instead of making a number up', () => {
    expect(quantile([10, 0, 0, 90], edges, 0.95)).toEqual({ value: 0.4, beyond: true });
    expect(quantile([0, 0, 0, 0], edges, 0.95)).toBeNull();
  });

  it('counts as slower only what surely is', () => {
    expect(countAbove([1, 2, 4, 8], edges, 0.2)).toBe(12);
    expect(countAbove([1, 2, 4, 8], edges, 0.15)).toBe(12);
    expect(countAbove([1, 2, 4, 8], edges, 0.5)).toBeNull();
  });

  it('moves latencies down by a margin without losing a request', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), (histogram, margin) => {
        const moved = shiftDown(histogram, shiftFractions(edges, margin));
        expect(total(moved)).toBeCloseTo(total(histogram), 6);
        for (let k = 1; k < 4; k += 1) {
          expect(total(moved.slice(k))).toBeLessThanOrEqual(total(histogram.slice(k)) + 1e-9);
        }
      }),
    );
  });

  it('moves a whole bucket down when the margin is the ratio of its edges', () => {
    expect(shiftDown([0, 0, 7, 0], shiftFractions(edges, 1))).toEqual([0, 7, 0, 0]);
  });
});
