/** Verdicts that the analysis itself gave on made-up traffic, to be told again by many releases. */
import type { AnalysisPolicy, Interval, Verdict } from '../../lib/domain/analysis/contract.ts';
import { judge, observeInterval, startAnalysis } from '../../lib/domain/analysis/index.ts';
import { METRICS } from './nouns.ts';
import { type Chance, chanceOf } from './random.ts';

export const EDGES = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const SHAPE = [1, 6, 20, 40, 25, 6, 1.5, 0.5];
const AT = Date.UTC(2026, 0, 1);
const INTERVALS_MAX = 400;
const EACH = 8;

export type Verdicts = { good: Verdict[]; bad: Verdict[] };

export const makeVerdicts = (policy: AnalysisPolicy): Verdicts => ({
  good: Array.from({ length: EACH }, (_, index) => tell(policy, 'advance', index)),
  bad: Array.from({ length: EACH }, (_, index) => tell(policy, 'rollback', index)),
});

/** Goes on until the analysis has decided so. */
const tell = (policy: AnalysisPolicy, decision: Verdict['decision'], seed: number): Verdict => {
  const chance = chanceOf(seed + 1);
  const errorRate = decision === 'rollback' ? 0.02 + chance.next() * 0.1 : 0.001;
  let state = startAnalysis(policy, METRICS, AT);
  for (let index = 1; index <= INTERVALS_MAX; index++) {
    const at = AT + index * 10_000;
    state = observeInterval(state, intervalAt(chance, at, errorRate));
    const verdict = judge(state, at);
    if (verdict.decision === decision) return verdict;
  }
  throw new Error(`the analysis does not come to ${decision}`);
};

const intervalAt = (chance: Chance, at: number, errorRate: number): Interval => ({
  target: 'seed',
  at,
  seconds: 10,
  canary: arm(chance, 400, errorRate),
  baseline: arm(chance, 2_000, 0.001),
  latencyEdges: EDGES,
});

const arm = (chance: Chance, scale: number, errorRate: number) => {
  const latency = latencyOf(chance, scale);
  const requests = latency.reduce((sum, value) => sum + value, 0);
  return { requests, errors: noisy(chance, requests * errorRate), latency };
};

/** Counts in the buckets of `EDGES`, around `requests` in all. */
export const latencyOf = (chance: Chance, requests: number): number[] =>
  SHAPE.map((weight) => noisy(chance, (requests * weight) / 100));

/** About as uneven as independent requests are. */
export const noisy = (chance: Chance, mean: number): number =>
  Math.max(0, Math.round(mean + Math.sqrt(mean) * (chance.next() + chance.next() + chance.next() - 1.5) * 2));
