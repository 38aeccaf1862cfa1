import { exponential, type Random } from '../shop/random.ts';

/** Open-loop arrivals: they come when they come, whether or not earlier requests were answered. */
export type Arrivals = {
  /** Takes what fell due until `nowMs`. `missed` are arrivals too late to make up for (a machine that slept). */
  takeDue(nowMs: number): { due: number; missed: number };
  nextAtMs(): number;
};

/** Arrivals later than this are given up: a burst to catch up would be traffic that nobody sent. */
const lateMsMax = 1_000;

/** A Poisson process of `perSecond` arrivals: the gaps between them are independent and exponential. */
export function createArrivals(perSecond: number, startMs: number, random: Random): Arrivals {
  const gapMsMean = 1_000 / perSecond;
  let nextMs = startMs + exponential(random, gapMsMean);
  return {
    nextAtMs: () => nextMs,
    takeDue(nowMs) {
      let missed = 0;
      if (nowMs - nextMs > lateMsMax) {
        missed = Math.round((nowMs - lateMsMax - nextMs) / gapMsMean);
        nextMs = nowMs - lateMsMax + exponential(random, gapMsMean);
      }
      let due = 0;
      while (nextMs <= nowMs) {
        due += 1;
        nextMs += exponential(random, gapMsMean);
      }
      return { due, missed };
    },
  };
}
