/** What each action would do, or why it may not be done: the answer that buttons, API, CLI and chat all render. */
import { currentStage, exposureBasisPoints, nextStage } from './exposure.ts';
import { groupsText } from './governance.ts';
import { refusalOf } from './refusal.ts';
import { nextStepIsFinal } from './schemas.ts';
import type { Action, ActionAnswer, Actor, Plan, ReleaseState } from './types.ts';
import { shareText, stepText } from './words.ts';

/** The names that sentences about a release need. */
export type ReleaseNames = {
  service: string;
  environment: string;
  version: string;
  baselineVersion: string | null;
};

export const ALL_ACTIONS = [
  'approve',
  'reject',
  'advance',
  'pause',
  'resume',
  'rollback',
  'cancel',
  'retry',
  'undo',
] as const satisfies readonly Action[];

export const actionsFor = (
  state: ReleaseState,
  plan: Plan,
  names: ReleaseNames,
  actor: Actor,
): Record<Action, ActionAnswer> => {
  const answer = (action: Action): ActionAnswer => {
    const refused = refusalOf(action, state, plan, actor);
    if (refused) return { allowed: false, ...refused };
    return {
      allowed: true,
      effect: EFFECTS[action](state, plan, names),
      undoableSeconds: undoableSeconds(action, state),
    };
  };
  return Object.fromEntries(ALL_ACTIONS.map((action) => [action, answer(action)])) as Record<
    Action,
    ActionAnswer
  >;
};

type EffectText = (state: ReleaseState, plan: Plan, names: ReleaseNames) => string;

/** Only what raises exposure waits in the undo window; the way to safety never does. */
const undoableSeconds = (action: Action, state: ReleaseState): number =>
  action === 'advance' || (action === 'approve' && state.phase === 'pending') ? state.undoSeconds : 0;

const baselineOf = (names: ReleaseNames): string => names.baselineVersion ?? 'the baseline';
const here = (state: ReleaseState): string => shareText(exposureBasisPoints(state));
const upwards = (state: ReleaseState, plan: Plan): string =>
  `${here(state)} → ${stepText(nextStage(state, plan))}${nextStepIsFinal(state, plan) ? ', past the point of no return: the baseline does not know the database schema after it' : ''}`;

const EFFECTS: Record<Action, EffectText> = {
  approve: (state, plan) => {
    if (state.phase !== 'pending') return `approve ${upwards(state, plan)}`;
    const missing = state.approvalsNeeded - state.approvedBy.length;
    const groups = groupsText(state);
    if (groups) return `approve${groups}`;
    return missing > 1 ? `approve; ${missing - 1} more needed` : `approve and start: ${upwards(state, plan)}`;
  },
  reject: (state, _plan, names) =>
    state.phase === 'pending'
      ? 'end the release before it starts'
      : `${here(state)} → 0 %, all traffic to ${baselineOf(names)}`,
  advance: upwards,
  pause: (state) => `stay at ${here(state)} until somebody resumes`,
  resume: (state, plan) =>
    `the gate of "${currentStage(state, plan)?.name ?? ''}" decides again, at ${here(state)}`,
  rollback: (state, _plan, names) => `${here(state)} → 0 %, all traffic to ${baselineOf(names)}`,
  cancel: (state, _plan, names) =>
    state.stageIndex < 0
      ? 'end the release before it starts'
      : `${here(state)} → 0 %, all traffic to ${baselineOf(names)}, recorded as cancelled`,
  retry: (state, _plan, names) =>
    state.phase === 'finished'
      ? `start ${names.version} again as a new release with the same plan`
      : 'ask the failed targets once more',
  undo: (state) =>
    `withdraw the ${state.queued?.action === 'approve' ? 'approval' : 'advance'} queued by ${state.queued?.by ?? 'somebody'}`,
};
