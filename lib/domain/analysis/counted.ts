import type { ArmCounts, Interval } from './contract.ts';
import { addScaled, type Histogram } from './histogram.ts';

/** Requests and failures of both tracks since the canary's start, and their latencies since the warm-up. */
export type Counted = {
  canary: CountedArm;
  baseline: CountedArm;
  /** Failed requests of the canary beyond what the baseline's rate of the same interval would have given. */
  badExtra: number;
  edges: readonly number[];
};
export type CountedArm = { requests: number; bad: number; latency: Histogram };

const nothing: CountedArm = { requests: 0, bad: 0, latency: [] };
export const noneCounted: Counted = { canary: nothing, baseline: nothing, badExtra: 0, edges: [] };

/**
 * Adds one interval. Latencies count from `latencyFrom` on, milliseconds, as the verdict's do, and begin anew when
 * the bucket edges change, since counts of other buckets cannot be added.
 */
export function addCounted(counted: Counted, interval: Interval, latencyFrom: number): Counted {
  const { canary, baseline, latencyEdges } = interval;
  const warm = interval.at - interval.seconds * 1_000 >= latencyFrom;
  const edges = warm && latencyEdges ? latencyEdges : counted.edges;
  const kept = isSame(edges, counted.edges) ? counted : { ...counted, ...withoutLatency(counted), edges };
  return {
    canary: addArm(kept.canary, canary, warm),
    baseline: addArm(kept.baseline, baseline, warm),
    badExtra: counted.badExtra + extraOf(canary, baseline),
    edges,
  };
}

function addArm(sum: CountedArm, arm: ArmCounts | null, warm: boolean): CountedArm {
  if (arm === null) return sum;
  const latency = warm && arm.latency ? arm.latency : [];
  return {
    requests: sum.requests + arm.requests,
    bad: sum.bad + arm.errors,
    latency: latency.length === 0 ? sum.latency : addScaled(latency, sum.latency),
  };
}

/** Without a baseline in the same interval nothing is known to be extra. */
function extraOf(canary: ArmCounts | null, baseline: ArmCounts | null): number {
  if (!canary || !baseline || baseline.requests === 0) return 0;
  return canary.errors - (canary.requests * baseline.errors) / baseline.requests;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((edge, k) => edge === b[k]));
}

function withoutLatency({ canary, baseline }: Counted): Pick<Counted, 'canary' | 'baseline'> {
  return { canary: { ...canary, latency: [] }, baseline: { ...baseline, latency: [] } };
}
