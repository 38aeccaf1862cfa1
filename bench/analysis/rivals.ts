/**
 * Rules that other tools decide by, written anew from what they document, so that all judge the same traffic in the
 * same run. They stand for the rule, not for the programs: none of them was run beside the original.
 */
import type { ArmCounts, Interval } from '../../lib/domain/analysis/contract.ts';
import { mannWhitneyP, normalTail, shiftInterval } from './mann-whitney.ts';
import { EDGES } from './traffic.ts';

/** Takes one second after the other; answers true in the second in which it would roll back. */
export type Rule = { name: string; take: (interval: Interval, second: number) => boolean };

/** One failed check a minute: success below 99 % or p99 above 500 ms or nothing measured; the fifth one, seen a minute later, ends it. */
export const fixedThreshold = (): Rule => {
  const minute = newSums();
  let failed = 0;
  return {
    name: 'fixed threshold',
    take: ({ canary }, second) => {
      if (canary) add(minute, canary);
      if (second % 60 !== 59) return false;
      const over = failed >= 5;
      const bad =
        minute.requests === 0 ||
        minute.errors / minute.requests > 0.01 ||
        (quantileOf(minute, 0.99) ?? 1) > 0.5;
      if (bad) failed += 1;
      clear(minute);
      return over;
    },
  };
};

/** One value a minute and arm; every five minutes over all so far a shift interval that must clear a quarter of its own estimate. */
export const shiftScore = (): Rule => {
  const values = newMinutes();
  return {
    name: 'Mann-Whitney score',
    take: (interval, second) => {
      values.take(interval, second);
      if (second % 300 !== 299) return false;
      return METRICS.some((metric) => {
        const shift = shiftInterval(values.of('canary', metric), values.of('baseline', metric));
        if (!shift) return false;
        const worse = metric === 'conversions' ? -shift.high : shift.low;
        return worse > 0.25 * Math.abs(shift.estimate) && worse > 0;
      });
    },
  };
};

/** The same test as a p-value below .05 in either direction, on each stretch of five minutes. */
export const shiftTest = (): Rule => {
  let values = newMinutes();
  return {
    name: 'Mann-Whitney p < .05',
    take: (interval, second) => {
      values.take(interval, second);
      if (second % 300 !== 299) return false;
      const found = METRICS.some(
        (metric) => mannWhitneyP(values.of('canary', metric), values.of('baseline', metric)) <= 0.05,
      );
      values = newMinutes();
      return found;
    },
  };
};

/** The two-proportion z test on the sums so far, looked at every ten seconds, p < .05 at any look. */
export const peekedTest = (): Rule => {
  const canary = newSums();
  const baseline = newSums();
  return {
    name: 'z test, peeked at',
    take: (interval, second) => {
      if (interval.canary) add(canary, interval.canary);
      if (interval.baseline) add(baseline, interval.baseline);
      if (second % 10 !== 9 || canary.requests === 0 || baseline.requests === 0) return false;
      const pooled = (canary.errors + baseline.errors) / (canary.requests + baseline.requests);
      const spread = Math.sqrt(pooled * (1 - pooled) * (1 / canary.requests + 1 / baseline.requests));
      if (spread === 0) return false;
      const z = (canary.errors / canary.requests - baseline.errors / baseline.requests) / spread;
      return z > 0 && 2 * normalTail(z) < 0.05;
    },
  };
};

type Sums = { requests: number; errors: number; conversions: number; latency: number[] };
const newSums = (): Sums => ({
  requests: 0,
  errors: 0,
  conversions: 0,
  latency: new Array<number>(EDGES.length + 1).fill(0),
});
const add = (sums: Sums, arm: ArmCounts): void => {
  sums.requests += arm.requests;
  sums.errors += arm.errors;
  sums.conversions += arm.counts?.conversions ?? 0;
  arm.latency?.forEach((count, bucket) => {
    sums.latency[bucket] = (sums.latency[bucket] ?? 0) + count;
  });
};
const clear = (sums: Sums): void => {
  Object.assign(sums, newSums());
};

/** Seconds, straight within a bucket; null without requests. */
const quantileOf = ({ latency, requests }: Sums, part: number): number | null => {
  if (requests === 0) return null;
  let below = 0;
  for (const [bucket, count] of latency.entries()) {
    if (below + count >= part * requests) {
      const from = bucket === 0 ? 0 : (EDGES[bucket - 1] ?? 0);
      const to = EDGES[bucket] ?? from;
      return from + ((to - from) * (part * requests - below)) / Math.max(1, count);
    }
    below += count;
  }
  return EDGES.at(-1) ?? null;
};

const METRICS = ['errors', 'latency', 'conversions'] as const;
type Metric = (typeof METRICS)[number];
type Arm = 'canary' | 'baseline';

/** One value a metric, minute and arm. */
const newMinutes = () => {
  const sums: Record<Arm, Sums> = { canary: newSums(), baseline: newSums() };
  const values: Record<Arm, Record<Metric, number[]>> = {
    canary: { errors: [], latency: [], conversions: [] },
    baseline: { errors: [], latency: [], conversions: [] },
  };
  return {
    take: (interval: Interval, second: number): void => {
      for (const arm of ['canary', 'baseline'] as const) {
        const counts = interval[arm];
        if (counts) add(sums[arm], counts);
        if (second % 60 !== 59) continue;
        const { requests, errors, conversions } = sums[arm];
        if (requests > 0) {
          values[arm].errors.push(errors / requests);
          values[arm].latency.push(quantileOf(sums[arm], 0.95) ?? 0);
          values[arm].conversions.push(conversions / requests);
        }
        clear(sums[arm]);
      }
    },
    of: (arm: Arm, metric: Metric): readonly number[] => values[arm][metric],
  };
};
