import type { AnalysisPolicy, Interval, MetricDefinition, Verdict } from './contract.ts';
import { judge } from './judge.ts';
import { observeOwned } from './observe.ts';
import { startAnalysis } from './start.ts';

/** The answer for a stored trace. `rollback` and `advance` are seconds since the canary began, null = never. */
export type OfflineVerdict = {
  decision: Verdict['decision'];
  rollback: number | null;
  advance: number | null;
  /** The sentence of the verdict that the decision comes from. */
  because: string;
  /** The judgement at the end, or at the moment of the rollback. */
  last: Verdict;
};

/**
 * Judges a whole trace as it would have been judged live: evidence with every interval, a look for advancing
 * every `policy.everySeconds`. Time 0 is the canary's start. Reading stops at a rollback.
 */
export function analyzeTrace(
  intervals: Iterable<Interval>,
  policy: AnalysisPolicy,
  metrics: MetricDefinition[],
): OfflineVerdict {
  const state = startAnalysis(policy, metrics, 0);
  let advanced: Verdict | null = null;
  let now = 0;
  let lookAt = policy.everySeconds * 1000;
  for (const interval of intervals) {
    observeOwned(state, [interval]);
    if (Number.isFinite(interval.at)) now = Math.max(now, interval.at);
    if (state.crossedAt !== null) break;
    if (advanced !== null || now < lookAt) continue;
    lookAt = now + policy.everySeconds * 1000;
    const verdict = judge(state, now);
    if (verdict.decision === 'advance') advanced = verdict;
  }
  const last = judge(state, now);
  const final = last.decision === 'hold' ? (advanced ?? last) : last;
  const advance = advanced ?? (last.decision === 'advance' ? last : null);
  return {
    decision: final.decision,
    rollback: state.crossedAt === null ? null : state.crossedAt / 1000,
    advance: advance?.at == null ? null : advance.at / 1000,
    because: final.sentence,
    last,
  };
}
