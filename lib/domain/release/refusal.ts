/**
 * May this actor do this now? The one place that says no, for buttons, API, CLI and chat alike.
 * Permission comes first, so that a refusal never tells a stranger about the state.
 */
import { may, type Permission } from '../policy/permissions.ts';
import { checkProblems } from './checks.ts';
import { currentStage, disconnected, hasExposure, isLastStage, unconfirmed } from './exposure.ts';
import { approverRefusal, frozenRefusal, startRefusal } from './governance.ts';
import { rollbackIsBarred } from './schemas.ts';
import type { Action, Actor, Plan, Refusal, RefusalReason, ReleaseState } from './types.ts';
import { listText, shareText } from './words.ts';

const PERMISSION: Record<Action, Permission> = {
  approve: 'release:approve',
  reject: 'release:approve',
  advance: 'release:act',
  pause: 'release:act',
  resume: 'release:act',
  rollback: 'release:act',
  cancel: 'release:act',
  retry: 'release:act',
  undo: 'release:act',
};

/** Why this actor may never do this, whatever the state; null when the role or a scope allows it. */
export const permissionRefusal = (action: Action, actor: Actor): Refusal | null =>
  may(actor, PERMISSION[action]) ? null : refuse('not-allowed', notAllowedText(action, actor));

/** Null when `action` is allowed. */
export const refusalOf = (
  action: Action,
  state: ReleaseState,
  plan: Plan,
  actor: Actor,
  force = false,
): Refusal | null => {
  const denied = permissionRefusal(action, actor);
  if (denied) return denied;
  if (state.phase === 'finished' && action !== 'retry')
    return refuse('finished', 'The release is finished; nothing can change it.');
  return RULES[action](state, plan, actor, force);
};

type Rule = (state: ReleaseState, plan: Plan, actor: Actor, force: boolean) => Refusal | null;

const refuse = (reason: RefusalReason, text: string): Refusal => ({ reason, text });

const notAllowedText = (action: Action, actor: Actor): string => {
  const needed = PERMISSION[action] === 'release:approve' ? 'approver' : 'operator';
  if (actor.kind === 'token')
    return `The token "${actor.name}" lacks the scope ${needed === 'approver' ? 'release:approve' : 'release:write'}.`;
  const role = actor.kind === 'person' ? actor.role : actor.kind;
  return `Your role is ${role}; this needs the role ${needed}. Ask an administrator.`;
};

const rollingBack = (state: ReleaseState): Refusal | null =>
  state.phase === 'rolling-back'
    ? refuse('already-rolling-back', 'All traffic is already on its way back to the baseline.')
    : null;

const approveRule: Rule = (state, plan, actor) => {
  if (state.queued) return refuse('command-queued', `The approval by ${state.queued.by} is already queued.`);
  const own = approverRefusal(state, actor);
  if (state.phase === 'pending') {
    if (own) return own;
    return state.approvedBy.includes(actor.id)
      ? refuse('already-approved', 'You approved already; another person has to.')
      : startRefusal(state);
  }
  if (state.phase !== 'running')
    return rollingBack(state) ?? refuse('not-running', 'The release is paused; resume it first.');
  if (currentStage(state, plan)?.gate !== 'approval')
    return refuse('no-approval-needed', 'No approval is asked for at this stage.');
  return state.stageApproved ? refuse('already-approved', 'This stage is already approved.') : own;
};

const rejectRule: Rule = (state, plan) => {
  if (state.phase === 'pending') return null;
  if (justApproved(state) || (state.phase === 'running' && currentStage(state, plan)?.gate === 'approval'))
    return noReturn(state, plan);
  return rollingBack(state) ?? refuse('no-approval-needed', 'No approval is asked for now.');
};

/** Somebody who says no at the moment at which somebody else says yes is still heard: the safe answer wins. */
const justApproved = (state: ReleaseState): boolean =>
  state.phase === 'running' && state.approvalsNeeded > 0 && state.stageIndex === 0;

const advanceRule: Rule = (state, plan) => {
  if (state.phase === 'pending')
    return refuse('waiting-for-approval', 'The release waits for approval before its first stage.');
  if (state.phase === 'paused') return refuse('not-running', 'The release is paused; resume it first.');
  const moving = rollingBack(state);
  if (moving) return moving;
  if (state.queued) return refuse('command-queued', `The advance by ${state.queued.by} is already queued.`);
  return standsStill(state, plan);
};

/** What must hold before exposure may rise, whoever asks for it. */
export const standsStill: (state: ReleaseState, plan: Plan) => Refusal | null = (state, plan) => {
  const stage = currentStage(state, plan);
  if (!stage || isLastStage(state, plan))
    return refuse('last-stage', 'This is the last stage; there is nothing to advance to.');
  const frozen = frozenRefusal(state);
  if (frozen) return frozen;
  if (state.lastDecision === 'rollback')
    return refuse('verdict-rollback', 'The analysis says roll back; exposure cannot rise on that verdict.');
  const lost = disconnected(state);
  if (lost.length > 0)
    return refuse(
      'agent-lost',
      `No contact with the agent of ${listText(lost)}; exposure cannot rise blind.`,
    );
  const waiting = unconfirmed(state);
  if (waiting.length > 0)
    return refuse(
      'stage-not-confirmed',
      `${listText(waiting)} has not confirmed ${shareText(stage.shareBasisPoints)} yet.`,
    );
  const failing = checkProblems(state, stage);
  if (failing.length > 0)
    return refuse('checks-not-passed', `Not everything is checked and well: ${failing.join('; ')}.`);
  if (stage.gate === 'approval' && !state.stageApproved)
    return refuse('waiting-for-approval', 'This stage waits for an approval; approve it to go on.');
  return null;
};

const pauseRule: Rule = (state) => {
  if (state.phase === 'paused')
    return refuse('already-paused', `Already paused by ${state.pausedBy?.name ?? 'somebody'}.`);
  if (state.phase === 'pending')
    return refuse('not-running', 'Nothing moves yet: the release waits for approval.');
  return rollingBack(state);
};

const resumeRule: Rule = (state) =>
  state.phase === 'paused'
    ? null
    : (rollingBack(state) ?? refuse('not-paused', 'The release is not paused.'));

const rollbackRule: Rule = (state, plan, _actor, force) => {
  if (!hasExposure(state))
    return refuse('no-exposure', 'The canary has no traffic yet; cancel the release instead.');
  if (state.ending === 'rolled-back') return rollingBack(state);
  return force ? null : noReturn(state, plan);
};

const cancelRule: Rule = (state, plan) => rollingBack(state) ?? noReturn(state, plan);

/** Promised: said before and after, and never a trap. Forcing is a decision of its own, with a reason. */
const noReturn = (state: ReleaseState, plan: Plan): Refusal | null =>
  rollbackIsBarred(state, plan)
    ? refuse(
        'point-of-no-return',
        'The baseline does not know the database schema any more. Pause, go on, or roll back by force with a reason.',
      )
    : null;

const retryRule: Rule = (state) => {
  if (state.phase === 'finished')
    return state.outcome === 'released'
      ? refuse('nothing-to-retry', 'The release succeeded; there is nothing to retry.')
      : null;
  return state.targets.some((target) => target.failure !== null)
    ? null
    : refuse('nothing-to-retry', 'No target has failed.');
};

const undoRule: Rule = (state) =>
  state.queued
    ? null
    : refuse('nothing-to-undo', 'No command waits in an undo window. To go back, roll back.');

const RULES: Record<Action, Rule> = {
  approve: approveRule,
  reject: rejectRule,
  advance: advanceRule,
  pause: pauseRule,
  resume: resumeRule,
  rollback: rollbackRule,
  cancel: cancelRule,
  retry: retryRule,
  undo: undoRule,
};
