import type { AnalysisPolicy, ArmCounts, Interval, MetricDefinition } from '../contract.ts';

/** Building blocks for tests: a policy on errors and their ratio alone without warm-up, and intervals of one second. */
export const errorsPolicy: AnalysisPolicy = {
  alpha: 0.01,
  warmupSeconds: 0,
  everySeconds: 5,
  advance: { ratioMax: 2, rateMax: 0, alpha: 0.05 },
  metrics: [{ name: 'errors', margin: 0.1, weight: 1 }],
};

export const shopPolicy: AnalysisPolicy = {
  ...errorsPolicy,
  advance: { ...errorsPolicy.advance, rateMax: 0.02 },
  metrics: [
    { name: 'errors', margin: 0.1, weight: 0.5 },
    { name: 'latency', margin: 0.05, weight: 0.35 },
    { name: 'orders', margin: 0.01, weight: 0.15 },
  ],
};

export const shopMetrics: MetricDefinition[] = [
  { name: 'errors', kind: 'errors', direction: 'lower-is-better' },
  { name: 'latency', kind: 'latency', direction: 'lower-is-better', unit: 'seconds' },
  { name: 'orders', kind: 'rate', direction: 'higher-is-better' },
];

export const edges = [0.05, 0.1, 0.2, 0.4];

/** One second of one arm: its requests, its failures, and the bucket counts where latency is told. */
export function arm(requests: number, errors: number, latency?: number[], orders?: number): ArmCounts {
  return { requests, errors, latency, counts: orders === undefined ? undefined : { orders } };
}

/** The span ending `second` seconds after the canary's start, which is time 0. */
export function interval(
  second: number,
  canary: ArmCounts | null,
  baseline: ArmCounts | null,
  rest: Partial<Interval> = {},
): Interval {
  return { target: 'eu', at: second * 1000, seconds: 1, canary, baseline, latencyEdges: edges, ...rest };
}
