/** What must hold before the next stage, and what is due by the clock. */
import type { HoldReason, Verdict } from '../analysis/contract.ts';
import { checkProblems } from './checks.ts';
import { currentStage, disconnected, isLastStage, nextStage, unconfirmed } from './exposure.ts';
import { approvalExpiresAt, frozenText } from './governance.ts';
import { standsStill } from './refusal.ts';
import type { Actor, Plan, ReleaseEvent, ReleaseState, Stage } from './types.ts';
import { durationText, listText, shareText } from './words.ts';

/** Evidence older than this many judgement intervals (at least `FRESH_SECONDS_MIN`) is no evidence for going on. */
const FRESH_INTERVALS = 3;
const FRESH_SECONDS_MIN = 30;
const BLIND: readonly (HoldReason | null)[] = [
  'no-canary-data',
  'no-baseline-data',
  'stale-data',
  'bad-data',
  'sample-ratio',
];

const FRESH_DATA = 'Fresh data from canary and baseline';

export const ENGINE: Actor = { kind: 'engine', id: 'engine', name: 'engine' };

/** One requirement of the present gate, for the checklist. */
export type Requirement = { met: boolean; text: string };

/** Does the gate of the present stage let exposure rise now? Missing, stale or impossible data never does. */
export const gateHolds = (state: ReleaseState, plan: Plan, verdict: Verdict | null, now: number): boolean => {
  const stage = currentStage(state, plan);
  if (!stage || state.phase !== 'running' || state.queued || stage.gate === 'manual') return false;
  if (standsStill(state, plan) !== null || !bakedLongEnough(state, stage, now)) return false;
  if (stage.gate === 'approval') return state.stageApproved && verdict?.decision !== 'rollback';
  if (stage.gate === 'check' && stage.shareBasisPoints === 0) return true;
  const seen = verdict !== null && isFresh(verdict, state, plan, now);
  if (stage.gate === 'bake' || stage.gate === 'check')
    return seen && verdict.decision !== 'rollback' && !BLIND.includes(verdict.holdReason);
  return seen && verdict.decision === 'advance';
};

/** The event that the clock or the evidence makes due, or null. The engine offers it to `decide`, which checks it again. */
export const dueEvent = (
  state: ReleaseState,
  plan: Plan,
  verdict: Verdict | null,
  now: number,
): ReleaseEvent | null => {
  if (state.queued) return now >= state.queued.dueAt ? { type: 'undo-window-closed', actor: ENGINE } : null;
  const expiresAt = state.phase === 'pending' ? approvalExpiresAt(state) : null;
  if (expiresAt !== null && now >= expiresAt) return { type: 'approval-expired', actor: ENGINE };
  const stage = currentStage(state, plan);
  if (!stage || state.phase !== 'running') return null;
  if (watchIsOver(state, plan, now)) return { type: 'watch-finished', actor: ENGINE, verdict };
  if (gateHolds(state, plan, verdict, now))
    return { type: 'gate-passed', actor: ENGINE, gate: stage.gate, verdict };
  if (bakeIsOverdue(state, stage, now)) return { type: 'bake-overdue', actor: ENGINE, verdict };
  return null;
};

export const watchIsOver = (state: ReleaseState, plan: Plan, now: number): boolean => {
  const stage = currentStage(state, plan);
  if (!stage || !isLastStage(state, plan) || state.stageConfirmedAt === null || state.phase !== 'running')
    return false;
  return (
    unconfirmed(state).length === 0 &&
    state.lastDecision !== 'rollback' &&
    now >= state.stageConfirmedAt + stage.watchSeconds * 1_000
  );
};

export const bakeIsOverdue = (state: ReleaseState, stage: Stage, now: number): boolean =>
  !state.bakeOverdue &&
  state.stageConfirmedAt !== null &&
  stage.bakeSecondsMax !== null &&
  now >= state.stageConfirmedAt + stage.bakeSecondsMax * 1_000;

/** The next moment at which the clock alone may change something; null when only people or evidence can. */
export const nextDueAt = (state: ReleaseState, plan: Plan, now: number): number | null => {
  if (state.queued) return state.queued.dueAt;
  if (state.phase === 'pending') return approvalExpiresAt(state);
  const stage = currentStage(state, plan);
  if (!stage || state.phase !== 'running' || state.stageConfirmedAt === null) return null;
  const from = state.stageConfirmedAt;
  const moments = isLastStage(state, plan)
    ? [from + stage.watchSeconds * 1_000]
    : [
        from + stage.bakeSecondsMin * 1_000,
        ...(stage.bakeSecondsMax === null || state.bakeOverdue ? [] : [from + stage.bakeSecondsMax * 1_000]),
      ];
  const ahead = moments.filter((moment) => moment > now);
  return ahead.length > 0 ? Math.min(...ahead) : null;
};

/** The present gate as a checklist in words. Empty when there is no further stage. */
export const requirementsOf = (
  state: ReleaseState,
  plan: Plan,
  verdict: Verdict | null,
  now: number,
): Requirement[] => {
  const stage = currentStage(state, plan);
  if (!stage || state.outcome !== null || state.phase === 'rolling-back') return [];
  const share = shareText(stage.shareBasisPoints);
  const waiting = unconfirmed(state);
  const lost = disconnected(state);
  const list: Requirement[] = [
    {
      met: waiting.length === 0,
      text:
        waiting.length === 0 ? `Every cluster confirmed ${share}` : `${listText(waiting)} confirms ${share}`,
    },
    {
      met: lost.length === 0,
      text:
        lost.length === 0 ? 'Every agent is in contact' : `The agent of ${listText(lost)} is back in contact`,
    },
  ];
  if (state.frozen && !isLastStage(state, plan)) list.push({ met: false, text: frozenText(state.frozen) });
  if (state.phase === 'paused')
    list.push({
      met: false,
      text: `Somebody resumes the release (paused by ${state.pausedBy?.name ?? 'somebody'})`,
    });
  if (isLastStage(state, plan)) {
    const over = watchIsOver(state, plan, now);
    return [...list, { met: over, text: `Watched for ${durationText(stage.watchSeconds)} at full traffic` }];
  }
  if (stage.bakeSecondsMin > 0)
    list.push({
      met: bakedLongEnough(state, stage, now),
      text: `At least ${durationText(stage.bakeSecondsMin)} at ${share}`,
    });
  return [...list, ...checkRequirements(state, stage), ...gateRequirements(state, plan, stage, verdict, now)];
};

const checkRequirements = (state: ReleaseState, stage: Stage): Requirement[] => {
  if (stage.checks.length === 0 && stage.parity !== 'required') return [];
  const problems = checkProblems(state, stage);
  return problems.length === 0
    ? [{ met: true, text: 'Every check of the new side has passed' }]
    : problems.map((text) => ({ met: false, text }));
};

const gateRequirements = (
  state: ReleaseState,
  plan: Plan,
  stage: Stage,
  verdict: Verdict | null,
  now: number,
): Requirement[] => {
  const to = shareText(nextStage(state, plan)?.shareBasisPoints ?? 10_000);
  const seen = verdict !== null && isFresh(verdict, state, plan, now);
  switch (stage.gate) {
    case 'manual':
      return [{ met: false, text: `A person advances to ${to}` }];
    case 'approval':
      return [{ met: state.stageApproved, text: `An approver approves ${to}` }];
    case 'check':
      if (stage.shareBasisPoints === 0) return [];
      return [{ met: seen && !BLIND.includes(verdict.holdReason), text: FRESH_DATA }];
    case 'bake':
      return [{ met: seen && !BLIND.includes(verdict.holdReason), text: FRESH_DATA }];
    case 'evidence':
      return [
        { met: seen && !BLIND.includes(verdict.holdReason), text: FRESH_DATA },
        {
          met: seen && verdict.decision === 'advance',
          text: 'Evidence that the canary is not worse than the plan allows',
        },
      ];
  }
};

const bakedLongEnough = (state: ReleaseState, stage: Stage, now: number): boolean =>
  state.stageConfirmedAt !== null && now >= state.stageConfirmedAt + stage.bakeSecondsMin * 1_000;

/** Evidence counts for a stage only if some of it was gathered at the stage's own share. */
const isFresh = (verdict: Verdict, state: ReleaseState, plan: Plan, now: number): boolean => {
  if (verdict.at === null || state.stageConfirmedAt === null) return false;
  const limit = Math.max(FRESH_SECONDS_MIN, FRESH_INTERVALS * plan.analysis.everySeconds) * 1_000;
  return now - verdict.at <= limit && verdict.at > state.stageConfirmedAt;
};
