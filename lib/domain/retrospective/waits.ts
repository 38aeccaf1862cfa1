import type { Plan, ReleaseState } from '../release/types.ts';

/** What a release waited at, by the state that its events fold to. */
export type GateWait = { gate: string; seconds: number };

/**
 * Each gate that was passed, from when its stage's share was confirmed everywhere (or wished for, where it never was)
 * until the next stage began; and the approval of the start, from the creation. A stage that was stopped at, and the
 * watch of the last one, wait for no gate.
 */
export const gateWaitsOf = (
  state: Pick<ReleaseState, 'passed' | 'approvalsNeeded'>,
  plan: Pick<Plan, 'stages'>,
  createdAt: number,
): GateWait[] => {
  const first = state.passed[0];
  const start =
    first && state.approvalsNeeded > 0
      ? [{ gate: 'start approval', seconds: (first.startedAt - createdAt) / 1_000 }]
      : [];
  const gates = state.passed.slice(0, -1).flatMap((moment, index) => {
    const stage = plan.stages[index];
    if (!stage) return [];
    return [
      { gate: stage.gate, seconds: (moment.endedAt - (moment.confirmedAt ?? moment.startedAt)) / 1_000 },
    ];
  });
  return [...start, ...gates];
};
