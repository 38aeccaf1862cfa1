import fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { quantileBand, rateBand } from './bands.ts';

const EDGES = [0.05, 0.1, 0.2, 0.4, 0.8];
const RUNS = 300;

/** The lower end of Wilson's 99 % interval of a share: above the promise only when the promise is broken. */
const wilsonLow = (share: number, n: number): number => {
  const z = 2.576;
  const middle = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return (middle - half) / (1 + (z * z) / n);
};

/** The share of `RUNS` simulated streams for which `step`, looked at after every request, says "missed" once. */
const missed = (requests: number, newRun: () => (random: () => number) => boolean): number => {
  const generator = xoroshiro128plus(20_260_101);
  const random = () => uniformFloat64(generator);
  let misses = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const step = newRun();
    for (let n = 0; n < requests; n += 1)
      if (step(random)) {
        misses += 1;
        break;
      }
  }
  return misses / RUNS;
};

describe('the quantile band', () => {
  it('covers the true quantile however often it is looked at', () => {
    for (const [q, truth] of [
      [0.5, 0.08 * Math.log(2)],
      [0.95, 0.08 * Math.log(20)],
    ] as const) {
      const share = missed(600, () => {
        const histogram = [0, 0, 0, 0, 0, 0];
        return (random) => {
          const took = -0.08 * Math.log(1 - random());
          const k = EDGES.findIndex((edge) => took <= edge);
          const bucket = k < 0 ? EDGES.length : k;
          histogram[bucket] = (histogram[bucket] ?? 0) + 1;
          const band = quantileBand(histogram, EDGES, q, 0.1);
          return band !== null && (band.low >= truth || (band.high ?? 1) < truth);
        };
      });
      expect(wilsonLow(share, RUNS)).toBeLessThanOrEqual(0.1);
    }
  });

  it('closes in on the bucket of the quantile', () => {
    expect(quantileBand([0, 9_000, 900, 100, 0, 0], EDGES, 0.95, 0.05)).toEqual({ low: 0.1, high: 0.2 });
    expect(quantileBand([0, 900_000, 90_000, 10_000, 0, 0], EDGES, 0.5, 0.001)).toEqual({
      low: 0.05,
      high: 0.1,
    });
  });

  it('has no upper number for a quantile in the open last bucket, and says nothing without counts', () => {
    expect(quantileBand([0, 0, 0, 0, 100, 900], EDGES, 0.95, 0.05)).toEqual({ low: 0.8, high: null });
    expect(quantileBand([0, 0, 0, 0, 0, 0], EDGES, 0.95, 0.05)).toBeNull();
    expect(quantileBand([3, 0, 0, 0, 0, 0], EDGES, 0.95, 0.05)).toEqual({ low: 0, high: null });
  });

  it('is exact in a small case: prior 20 and 20 around the median, seven of seven below an edge', () => {
    // Beta(27, 20) / Beta(20, 20) / 0.5^7 = 128 x (20 21 22 23 24 25 26) / (40 41 42 43 44 45 46)
    let mixture = 128;
    for (let i = 0; i < 7; i += 1) mixture *= (20 + i) / (40 + i);
    const band = (alpha: number) => quantileBand([7, 0], [1], 0.5, alpha);
    expect(band(1 / (mixture * 1.000001))).toEqual({ low: 0, high: null });
    expect(band(1 / (mixture * 0.999999))).toEqual({ low: 0, high: 1 });
  });

  it('grows with more certainty and moves with q', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(counts, (histogram) => {
        const at = (q: number, alpha: number) => quantileBand(histogram, EDGES, q, alpha);
        const [sure, surer, higher] = [at(0.5, 0.05), at(0.5, 0.001), at(0.9, 0.05)];
        if (!sure || !surer || !higher) return histogram.every((count) => count === 0);
        const open = Number.POSITIVE_INFINITY;
        expect(surer.low).toBeLessThanOrEqual(sure.low);
        expect(surer.high ?? open).toBeGreaterThanOrEqual(sure.high ?? open);
        expect(higher.high ?? open).toBeGreaterThanOrEqual(sure.low);
        return sure.low < (sure.high ?? open);
      }),
    );
  });
});

describe('the rate band', () => {
  it('covers the true rate however often it is looked at', () => {
    for (const rate of [0.01, 0.2]) {
      const share = missed(600, () => {
        let [n, bad] = [0, 0];
        return (random) => {
          n += 1;
          if (random() < rate) bad += 1;
          const band = rateBand({ n, bad }, 0.1);
          return band.low > rate || band.high < rate;
        };
      });
      expect(wilsonLow(share, RUNS)).toBeLessThanOrEqual(0.1);
    }
  });

  it('is exact in a small case: without failures in n requests the upper end is 1 - (alpha x mixture)^(1/n)', () => {
    // Beta(1/2, 3/2) / Beta(1/2, 1/2) = 1/2 after one good request.
    expect(rateBand({ n: 1, bad: 0 }, 0.1).high).toBeCloseTo(1 - 0.05, 10);
    expect(rateBand({ n: 1, bad: 0 }, 0.1).low).toBe(0);
    expect(rateBand({ n: 1, bad: 1 }, 0.1)).toEqual({ low: expect.closeTo(0.05, 10), high: 1 });
    expect(rateBand({ n: 0, bad: 0 }, 0.1)).toEqual({ low: 0, high: 1 });
  });

  it('holds the measured rate, narrows with the same rate on more requests and widens with certainty', () => {
    const counts = fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 0, max: 100_000 }));
    fc.assert(
      fc.property(counts, ([n, some]) => {
        const bad = Math.min(n, some);
        const [band, wider, narrower] = [
          rateBand({ n, bad }, 0.05),
          rateBand({ n, bad }, 0.001),
          rateBand({ n: n * 4, bad: bad * 4 }, 0.05),
        ];
        expect(band.low).toBeLessThanOrEqual(bad / n);
        expect(band.high).toBeGreaterThanOrEqual(bad / n);
        expect(wider.high - wider.low).toBeGreaterThan(band.high - band.low);
        expect(narrower.high - narrower.low).toBeLessThan(band.high - band.low);
      }),
    );
  });
});
