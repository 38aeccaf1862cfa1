/** A judgement that is fed with what is expected instead of what was measured. */
import type { AnalysisPolicy, ArmCounts, Interval, MetricDefinition } from '../analysis/contract.ts';
import { type AnalysisState, judge, observeInterval, startAnalysis } from '../analysis/index.ts';

/** All requests of one cluster a second, and what each of them is like on average. */
export type ClusterTraffic = {
  cluster: string;
  requestsPerSecond: number;
  /** Failed requests as a part of all. */
  errorRate: number;
  edges: number[];
  /** The part of the requests in each bucket of `edges`; empty = latency is not measured. */
  latency: number[];
  /** Business events a request, by metric name. */
  counts: Record<string, number>;
};

/** A judgement under way: seconds since the start and the canary's share in each cluster. */
export type ExpectedRun = {
  state: AnalysisState;
  second: number;
  shares: Map<string, number>;
  policy: AnalysisPolicy;
  traffic: readonly ClusterTraffic[];
};

/** Begins with the history that a real release begins with. */
export const newRun = (
  policy: AnalysisPolicy,
  metrics: readonly MetricDefinition[],
  traffic: readonly ClusterTraffic[],
): ExpectedRun => {
  const shares = new Map(traffic.map(({ cluster }) => [cluster, 0]));
  const run: ExpectedRun = {
    state: startAnalysis(policy, [...metrics], 0),
    second: -HISTORY.seconds,
    shares,
    policy,
    traffic,
  };
  while (run.second < 0) pass(run, HISTORY.step);
  return run;
};

/** Lets time pass with what each cluster is expected to serve. */
const pass = (run: ExpectedRun, seconds: number): void => {
  run.second += seconds;
  for (const traffic of run.traffic)
    run.state = observeInterval(
      run.state,
      intervalOf(traffic, run.shares.get(traffic.cluster) ?? 0, run.second, seconds),
    );
};

const intervalOf = (traffic: ClusterTraffic, share: number, second: number, seconds: number): Interval => {
  const all = traffic.requestsPerSecond * seconds;
  return {
    target: traffic.cluster,
    at: second * 1_000,
    seconds,
    canary: share > 0 ? armOf(traffic, all * share) : null,
    baseline: share < 1 ? armOf(traffic, all * (1 - share)) : null,
    latencyEdges: traffic.latency.length > 0 ? traffic.edges : undefined,
  };
};

const armOf = ({ errorRate, latency, counts }: ClusterTraffic, requests: number): ArmCounts => ({
  requests,
  errors: requests * errorRate,
  ...(latency.length > 0 ? { latency: latency.map((part) => part * requests) } : {}),
  counts: Object.fromEntries(Object.entries(counts).map(([name, each]) => [name, each * requests])),
});

/** Lets at most `seconds` pass, looking as often as the plan says at first and less often later. True once `done`. */
export const passUntil = (run: ExpectedRun, seconds: number, done: () => boolean): boolean => {
  const began = run.second;
  for (let second = 0; second < seconds; second = run.second - began) {
    const step = Math.max(run.policy.everySeconds, Math.floor(second * STEP_GROWTH));
    pass(run, Math.min(step, seconds - second));
    if (done()) return true;
  }
  return false;
};

/** Would the stage be let on now? */
export const isShown = (run: ExpectedRun): boolean =>
  judge(run.state, run.second * 1_000).decision === 'advance';

const HISTORY = { seconds: 600, step: 10 };
/** Steps grow with the time, so that a day costs hardly more than an hour. */
const STEP_GROWTH = 0.02;
