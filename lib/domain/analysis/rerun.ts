/**
 * Judges stored intervals once more, as they would have been judged live: evidence with every interval, an answer
 * every `policy.everySeconds` since the canary's start. Nothing here differs from the live judgement but the clock.
 */
import type { AnalysisPolicy, Interval, MetricDefinition, Verdict } from './contract.ts';
import { addCounted, type Counted, noneCounted } from './counted.ts';
import { judge } from './judge.ts';
import { observeOwned } from './observe.ts';
import { startAnalysis } from './start.ts';

/** The answer at one moment, milliseconds since the epoch, and what had been counted until then. */
export type Look = { at: number; verdict: Verdict; counted: Counted };

export type Rerun = {
  /** Takes in the next interval, oldest first, and gives the looks that fell due before it; a crossing is looked at at once. */
  take: (interval: Interval) => Look[];
  /** The looks that are left, the last one at `until`. */
  finish: (until: number) => Look[];
  counted: () => Counted;
};

/** `startedAt` is the canary's first exposure; a rolled back judgement goes on counting and answers no more. */
export const rerunAnalysis = (
  policy: AnalysisPolicy,
  metrics: MetricDefinition[],
  startedAt: number,
): Rerun => {
  const state = startAnalysis(policy, metrics, startedAt);
  let counted = noneCounted;
  let lookAt = startedAt + policy.everySeconds * 1_000;
  const look = (at: number): Look => ({ at, verdict: judge(state, at), counted });
  const looksUntil = (at: number): Look[] => {
    const looks = [];
    for (; state.crossedAt === null && lookAt < at; lookAt += policy.everySeconds * 1_000)
      looks.push(look(lookAt));
    return looks;
  };
  return {
    take: (interval) => {
      const looks = looksUntil(interval.at);
      const ended = state.crossedAt !== null;
      observeOwned(state, [interval]);
      // What was measured before the start is history of the baseline, no traffic of this canary.
      if (interval.at > startedAt)
        counted = addCounted(counted, interval, startedAt + policy.warmupSeconds * 1_000);
      return !ended && state.crossedAt !== null ? [...looks, look(interval.at)] : looks;
    },
    finish: (until) => {
      const looks = looksUntil(until);
      return state.crossedAt === null ? [...looks, look(until)] : looks;
    },
    counted: () => counted,
  };
};
