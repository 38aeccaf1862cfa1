/** The sentences at the top of a release: what is happening, and what happens next. */
import type { Verdict } from '../analysis/contract.ts';
import type { ReleaseNames } from './actions.ts';
import { checkProblems } from './checks.ts';
import {
  currentStage,
  disconnected,
  exposureBasisPoints,
  isLastStage,
  nextStage,
  unconfirmed,
} from './exposure.ts';
import { frozenText } from './governance.ts';
import type { Plan, ReleaseState } from './types.ts';
import { durationText, listText, shareText, stepText } from './words.ts';

/** Page title, link preview and first line of every message: "shop 1.4.0 is at 5 % in Production; holding: …". */
export const headlineOf = (
  state: ReleaseState,
  plan: Plan,
  names: ReleaseNames,
  verdict: Verdict | null,
): string => {
  const what = `${state.governance?.emergency ? 'Emergency: ' : ''}${names.service} ${names.version}`;
  const where = `in ${names.environment}`;
  if (state.outcome === 'released') return `${what} is released ${where}`;
  if (state.outcome === 'rolled-back')
    return `${what} was rolled back ${where}; all traffic is on ${names.baselineVersion ?? 'the baseline'}`;
  if (state.outcome === 'cancelled') return `${what} was cancelled ${where}`;
  if (state.phase === 'pending') return `${what} waits for approval ${where}`;
  if (state.phase === 'rolling-back') return `${what} is going back to the baseline ${where}`;
  const at = `${what} is at ${shareText(exposureBasisPoints(state))} ${where}`;
  if (state.phase === 'paused') return `${at}; paused by ${state.pausedBy?.name ?? 'somebody'}`;
  return `${at}; ${standing(state, plan, verdict)}`;
};

const standing = (state: ReleaseState, plan: Plan, verdict: Verdict | null): string => {
  const lost = disconnected(state);
  if (lost.length > 0) return `no contact with ${listText(lost)}`;
  const waiting = unconfirmed(state);
  if (waiting.length > 0) return `waiting for ${listText(waiting)} to confirm`;
  if (verdict?.decision === 'rollback') return 'the analysis says roll back';
  const stage = currentStage(state, plan);
  if (state.frozen && !isLastStage(state, plan)) return `frozen by "${state.frozen.name}"`;
  if (isLastStage(state, plan)) return 'all traffic, still watching';
  if (stage && checkProblems(state, stage).length > 0) return 'the new side has not passed its checks';
  if (stage?.gate === 'check') return 'the new side has passed its checks';
  return verdict?.decision === 'advance'
    ? 'the evidence allows the next stage'
    : 'holding until there is enough evidence';
};

/** What a person has to do; null when nothing waits for one. */
export const needsOf = (state: ReleaseState, plan: Plan): string | null => {
  if (state.outcome !== null) return null;
  const failed = state.targets.filter((target) => target.failure !== null).map((target) => target.cluster);
  if (failed.length > 0) return `${listText(failed)} cannot carry out the change`;
  if (state.superseded) return 'superseded: cancel it and start again';
  if (state.phase === 'pending') return state.frozen ? null : 'approve or reject the start';
  const lost = disconnected(state);
  if (lost.length > 0) return `contact with the agent of ${listText(lost)} is lost`;
  if (state.phase === 'rolling-back') return null;
  if (state.lastDecision === 'rollback') return 'the analysis says roll back; this plan leaves it to you';
  if (state.phase === 'paused')
    return `paused by ${state.pausedBy?.name ?? 'somebody'}: ${state.pausedBy?.reason ?? ''}`;
  const stage = currentStage(state, plan);
  if (!stage || state.stageConfirmedAt === null || isLastStage(state, plan)) return null;
  if (stage.gate === 'approval' && !state.stageApproved) return `approve ${stepText(nextStage(state, plan))}`;
  if (stage.gate === 'manual') return `advance to ${stepText(nextStage(state, plan))}`;
  return state.bakeOverdue ? 'the longest bake time is over without enough evidence' : null;
};

const barredText = (state: ReleaseState, plan: Plan): string | null => {
  if (state.superseded) return `${state.superseded}. Cancel it and start again.`;
  return state.frozen && state.phase !== 'rolling-back' && !isLastStage(state, plan)
    ? frozenText(state.frozen)
    : null;
};

/** What happens if nobody acts. */
export const nextText = (state: ReleaseState, plan: Plan, verdict: Verdict | null): string => {
  if (state.outcome !== null) return 'Nothing more happens.';
  const barred = barredText(state, plan);
  if (barred) return barred;
  if (state.phase === 'pending') return 'It waits until it is approved.';
  if (state.phase === 'rolling-back') return 'It ends when every cluster has confirmed 0 %.';
  if (state.phase === 'paused')
    return `It stays at ${shareText(exposureBasisPoints(state))}; a rollback verdict is still carried out.`;
  if (state.queued)
    return `The ${state.queued.action} by ${state.queued.by} is carried out when its undo window closes.`;
  const stage = currentStage(state, plan);
  if (!stage) return 'It starts.';
  if (isLastStage(state, plan))
    return `It is released after ${durationText(stage.watchSeconds)} at full traffic, unless the analysis objects.`;
  const to = stepText(nextStage(state, plan));
  if (stage.gate === 'manual')
    return `It stays at ${shareText(stage.shareBasisPoints)} until somebody advances it to ${to}.`;
  if (stage.gate === 'approval' && !state.stageApproved)
    return `It stays at ${shareText(stage.shareBasisPoints)} until ${to} is approved.`;
  if (stage.gate === 'check')
    return checkProblems(state, stage).length > 0
      ? `It goes to ${to} when the new side has passed its checks.`
      : `It goes to ${to} when the bake time is over.`;
  if (stage.gate === 'bake' || stage.gate === 'approval')
    return `It goes to ${to} when the bake time is over.`;
  if (verdict?.decision === 'advance')
    return `There is enough evidence; it goes to ${to} when the bake time is over.`;
  const forecast = verdict?.forecastSeconds;
  const when =
    forecast === null || forecast === undefined ? '' : `, in about ${durationText(forecast)} at this traffic`;
  return `It goes to ${to} when there is enough evidence${when}.`;
};
