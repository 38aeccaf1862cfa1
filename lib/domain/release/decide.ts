/**
 * The release state machine. `decide` is total: every event in every state gets a next state with effects, or a
 * refusal; it never throws. Invariants, held by the simulation beside this file:
 * - exposure rises only on `created`, `approve`, `advance`, `undo-window-closed` or `gate-passed`;
 * - `rollback` is accepted from every state with exposure and asks nobody;
 * - a finished release accepts nothing;
 * - generations of a target only grow.
 */
import { currentStage, isLastStage, moved, unconfirmed } from './exposure.ts';
import { bakeIsOverdue, gateHolds, watchIsOver } from './gates.ts';
import { isApproved, noteFact, startRefusal, withApproval, withoutLastApproval } from './governance.ts';
import { refusalOf, standsStill } from './refusal.ts';
import { rollbackIsBarred } from './schemas.ts';
import {
  askAgain,
  askBack,
  askSettle,
  askStep,
  confirmTarget,
  failTarget,
  holdBack,
  noteChecks,
  setConnected,
} from './targets.ts';
import type {
  Action,
  Actor,
  Decided,
  Effect,
  Intent,
  Outcome,
  Plan,
  Refusal,
  RefusalReason,
  ReleaseEvent,
  ReleaseState,
  StageMoment,
} from './types.ts';
import { listText } from './words.ts';

type EventOf<T extends ReleaseEvent['type']> = Extract<ReleaseEvent, { type: T }>;
type Step = { state: ReleaseState; plan: Plan; now: number };

const ACTIONS: readonly string[] = [
  'approve',
  'reject',
  'advance',
  'pause',
  'resume',
  'rollback',
  'cancel',
  'retry',
  'undo',
] satisfies Action[];
const isAction = (event: ReleaseEvent): event is EventOf<Action> => ACTIONS.includes(event.type);

/** `now` is the time the event is recorded with, so that replaying the record gives the same state. */
export const decide = (state: ReleaseState | null, event: ReleaseEvent, plan: Plan, now: number): Decided => {
  if (event.type === 'created')
    return state ? refuse('no-change', 'The release exists already.') : create(event, plan, now);
  if (!state) return refuse('no-change', 'There is no release yet.');
  const forced = event.type === 'rollback' && event.force === true;
  const refused = isAction(event) ? refusalOf(event.type, state, plan, event.actor, forced) : null;
  if (refused) return { refused };
  if (state.phase === 'finished')
    return refuse('finished', 'The release is finished; nothing can change it.');
  return isAction(event) ? act({ state, plan, now }, event) : observe({ state, plan, now }, event);
};

const refuse = (reason: RefusalReason, text: string): { refused: Refusal } => ({ refused: { reason, text } });
const keep = (state: ReleaseState): Decided => ({ state, effects: [] });

const create = (event: EventOf<'created'>, plan: Plan, now: number): Decided => {
  const state: ReleaseState = {
    phase: event.approvalsNeeded > 0 ? 'pending' : 'running',
    outcome: null,
    stageIndex: -1,
    stageStartedAt: null,
    stageConfirmedAt: null,
    passed: [],
    targets: event.targets.map((target) => ({
      ...target,
      wantedBasisPoints: 0,
      confirmed: 'unknown',
      failure: null,
      ...(plan.stages[0]?.wave?.clusters.includes(target.cluster) === false
        ? { waiting: true as const }
        : {}),
    })),
    approvalsNeeded: event.approvalsNeeded,
    approvedBy: [],
    stageApproved: false,
    undoSeconds: event.undoSeconds,
    queued: null,
    pausedBy: null,
    ending: null,
    bakeOverdue: false,
    lastDecision: null,
    ...(event.schemas ? { schemas: event.schemas } : {}),
    ...(event.governance ? { governance: event.governance, approvals: [] } : {}),
  };
  return state.phase === 'pending' ? keep(state) : enterStage({ state, plan, now }, 0, 'start');
};

const act = (step: Step, event: EventOf<Action>): Decided => {
  const { state } = step;
  switch (event.type) {
    case 'approve':
      return approve(step, event.actor);
    case 'reject':
      return state.phase === 'pending' ? finish(state, 'cancelled') : toBaseline(step, 'cancelled');
    case 'advance':
      return queueOr(step, 'advance', event.actor, () => enterStage(step, state.stageIndex + 1, 'advance'));
    case 'pause':
      return keep(pause(state, event.actor, event.reason ?? 'paused'));
    case 'resume':
      return keep({ ...state, phase: 'running', pausedBy: null });
    case 'rollback':
      return toBaseline(step, 'rolled-back');
    case 'cancel':
      return state.stageIndex < 0 ? finish(state, 'cancelled') : toBaseline(step, 'cancelled');
    case 'retry':
      return askAgain(state, (target) => target.failure !== null);
    case 'undo':
      return keep({ ...withdrawApproval(state), queued: null });
  }
};

const observe = (step: Step, event: Exclude<ReleaseEvent, EventOf<Action | 'created'>>): Decided => {
  switch (event.type) {
    case 'undo-window-closed':
      return closeUndoWindow(step);
    case 'gate-passed':
      return gateHolds(step.state, step.plan, event.verdict, step.now)
        ? enterStage(step, step.state.stageIndex + 1, 'advance')
        : refuse('not-due', 'The gate of this stage does not hold.');
    case 'verdict':
      return takeVerdict(step, event);
    case 'bake-overdue':
      return markOverdue(step);
    case 'watch-finished':
      return watchIsOver(step.state, step.plan, step.now)
        ? settle(step)
        : refuse('not-due', 'The watch time is not over.');
    case 'target-applied':
      return confirm(step, event);
    case 'target-failed':
      return failTarget(step.state, event.targetId, event.generation, event.reason);
    case 'target-checked':
      return noteChecks(step.state, event, currentStage(step.state, step.plan));
    case 'cluster-verdict':
      return takeClusterVerdict(step, event);
    case 'agent-lost':
      return loseAgents(step, event);
    case 'agent-back':
      return setConnected(step.state, event.targetIds, true);
    case 'freeze-began':
    case 'freeze-ended':
    case 'approval-expired':
    case 'superseded':
      return noteFact(step.state, event, step.now);
  }
};

const approve = (step: Step, actor: Actor): Decided => {
  if (step.state.phase !== 'pending') return keep({ ...step.state, stageApproved: true });
  const state = withApproval(step.state, actor, step.now);
  if (!isApproved(state)) return keep(state);
  return queueOr({ ...step, state }, 'approve', actor, () =>
    enterStage({ ...step, state: { ...state, phase: 'running' } }, 0, 'start'),
  );
};

/** An approval whose undo window is still open counts as never given. */
const withdrawApproval = (state: ReleaseState): ReleaseState =>
  state.queued?.action === 'approve' ? withoutLastApproval(state) : state;

const queueOr = (step: Step, action: 'advance' | 'approve', actor: Actor, run: () => Decided): Decided => {
  const { state, now } = step;
  if (state.undoSeconds === 0) return run();
  return keep({ ...state, queued: { action, by: actor.name, dueAt: now + state.undoSeconds * 1_000 } });
};

/** The world may have moved while the command waited: what no longer holds is dropped, not carried out. */
const closeUndoWindow = (step: Step): Decided => {
  const { queued } = step.state;
  if (!queued || step.now < queued.dueAt) return refuse('not-due', 'The undo window is still open.');
  const state: ReleaseState = { ...step.state, queued: null };
  if (queued.action === 'approve' && startRefusal(state)) return keep(withoutLastApproval(state));
  if (queued.action === 'approve')
    return enterStage({ ...step, state: { ...state, phase: 'running' } }, 0, 'start');
  if (state.phase !== 'running' || standsStill(state, step.plan)) return keep(state);
  return enterStage({ ...step, state }, state.stageIndex + 1, 'advance');
};

const enterStage = ({ state, plan, now }: Step, index: number, intent: Intent): Decided => {
  const stage = plan.stages[index];
  if (!stage) return refuse('last-stage', 'This is the last stage; there is nothing to advance to.');
  const entered: ReleaseState = {
    ...state,
    stageIndex: index,
    stageStartedAt: now,
    stageConfirmedAt: null,
    passed: passedUntil(state, now),
    stageApproved: false,
    bakeOverdue: false,
    queued: null,
  };
  return askStep(entered, intent, stage);
};

/** The present stage, if there is one, joins those that are over. */
const passedUntil = (state: ReleaseState, now: number): StageMoment[] =>
  state.stageStartedAt === null
    ? state.passed
    : [
        ...state.passed,
        { startedAt: state.stageStartedAt, confirmedAt: state.stageConfirmedAt, endedAt: now },
      ];

const pause = (state: ReleaseState, actor: Actor, reason: string): ReleaseState => ({
  ...state,
  phase: 'paused',
  queued: null,
  pausedBy: { kind: actor.kind, name: actor.name, reason },
});

const toBaseline = ({ state, now }: Step, ending: 'rolled-back' | 'cancelled'): Decided => {
  const leaving: ReleaseState = { ...state, phase: 'rolling-back', ending, queued: null, pausedBy: null };
  if (state.phase === 'rolling-back') return keep(leaving);
  return finishWhenBack(askBack({ ...leaving, passed: passedUntil(state, now) }));
};

/** Where every cluster had gone back alone already, nobody is left to wait for. */
const finishWhenBack = (decided: { state: ReleaseState; effects: Effect[] }): Decided =>
  decided.effects.length === 0 && unconfirmed(decided.state).length === 0
    ? finish(decided.state, decided.state.ending ?? 'rolled-back')
    : decided;

const finish = (state: ReleaseState, outcome: Outcome): Decided => ({
  state: { ...state, phase: 'finished', outcome, queued: null, pausedBy: null },
  effects: [],
});

/** The new version takes charge; targets are asked to make it their baseline after the release itself is over. */
const settle = ({ state, now }: Step): Decided => {
  const asked = askSettle({ ...state, passed: passedUntil(state, now) });
  return {
    state: { ...asked.state, phase: 'finished', outcome: 'released', pausedBy: null },
    effects: asked.effects,
  };
};

const takeVerdict = (step: Step, event: EventOf<'verdict'>): Decided => {
  const { verdict } = event;
  const { state, plan } = step;
  if (state.phase !== 'running' && state.phase !== 'paused')
    return refuse('not-running', 'No verdict is needed now.');
  if (verdict.decision === state.lastDecision) return refuse('no-change', 'The verdict is unchanged.');
  const judged: ReleaseState = { ...state, lastDecision: verdict.decision };
  if (verdict.decision !== 'rollback') return keep(judged);
  if (!plan.rollback.automatic) return keep({ ...judged, queued: null });
  return rollbackIsBarred(judged, plan)
    ? keep(pause(judged, event.actor, 'the analysis says roll back, past the point of no return'))
    : toBaseline({ ...step, state: judged }, 'rolled-back');
};

/** Harm that is seen in single clusters only; what it does is the plan's choice. */
const takeClusterVerdict = (step: Step, event: EventOf<'cluster-verdict'>): Decided => {
  const { state, plan } = step;
  if (state.phase !== 'running' && state.phase !== 'paused')
    return refuse('not-running', 'No verdict is needed now.');
  const harmed = state.targets.filter((target) => moved(target) && event.clusters.includes(target.cluster));
  if (harmed.length === 0) return refuse('no-change', 'Known already.');
  const clusters = harmed.map(({ cluster }) => cluster);
  const reason = `the analysis says roll back in ${listText(clusters)}`;
  if (!plan.rollback.automatic || plan.rollback.onBadCluster === 'pause' || rollbackIsBarred(state, plan))
    return state.phase === 'paused'
      ? refuse('no-change', 'The release is paused already.')
      : keep(pause(state, event.actor, reason));
  if (plan.rollback.onBadCluster === 'all') return toBaseline(step, 'rolled-back');
  const back = holdBack(state, wavesOf(plan, clusters));
  if (!back.state.targets.some(moved)) return toBaseline(step, 'rolled-back');
  return { state: pause(back.state, event.actor, reason), effects: back.effects };
};

/** Every cluster of the waves that these clusters belong to. */
const wavesOf = (plan: Plan, clusters: readonly string[]): string[] => {
  const waves = plan.stages.flatMap(({ wave }) =>
    wave?.clusters.some((cluster) => clusters.includes(cluster)) ? wave.clusters : [],
  );
  return [...new Set([...waves, ...clusters])];
};

const markOverdue = ({ state, plan, now }: Step): Decided => {
  const stage = currentStage(state, plan);
  const due =
    stage && state.phase === 'running' && !isLastStage(state, plan) && bakeIsOverdue(state, stage, now);
  return due
    ? keep({ ...state, bakeOverdue: true })
    : refuse('not-due', 'The longest bake time is not over.');
};

const confirm = ({ state, now }: Step, event: EventOf<'target-applied'>): Decided => {
  const decided = confirmTarget(state, event.targetId, event.generation);
  if ('refused' in decided) return decided;
  const all = decided.state.stageIndex >= 0 && unconfirmed(decided.state).length === 0;
  if (!all) return decided;
  if (state.phase === 'rolling-back') return finish(decided.state, state.ending ?? 'rolled-back');
  return keep({ ...decided.state, stageConfirmedAt: decided.state.stageConfirmedAt ?? now });
};

const loseAgents = (step: Step, event: EventOf<'agent-lost'>): Decided => {
  const decided = setConnected(step.state, event.targetIds, false);
  if ('refused' in decided || step.state.phase !== 'running') return decided;
  const policy = step.plan.rollback.onAgentLost;
  if (policy === 'rollback' && !rollbackIsBarred(decided.state, step.plan))
    return toBaseline({ ...step, state: decided.state }, 'rolled-back');
  return policy !== 'hold'
    ? keep(pause(decided.state, event.actor, 'contact with an agent was lost'))
    : decided;
};
