/** How actions are named, ordered and emphasised. Whether one is allowed comes from the API alone. */
import type { ReleaseView, releaseActions } from '#lib/contract/release.ts';
import { percentShare } from '../ui/share.ts';

/** Rolling back past the point of no return is refused, and may be forced with a reason. */
export const mayForce = (action: ActionName, { actions }: Pick<ReleaseView, 'actions'>): boolean => {
  const answer = actions[action];
  return action === 'rollback' && answer?.allowed === false && answer.reason === 'point-of-no-return';
};

export type ActionName = (typeof releaseActions)[number];

/** Towards safety asks for nothing but a second press; towards exposure shows what it stands on first. */
export const TOWARDS: Record<ActionName, 'safety' | 'exposure'> = {
  approve: 'exposure',
  advance: 'exposure',
  resume: 'exposure',
  retry: 'exposure',
  reject: 'safety',
  pause: 'safety',
  rollback: 'safety',
  cancel: 'safety',
  undo: 'safety',
};

/** Verb and object: never "yes" or "OK". */
export const actionLabel = (action: ActionName, release: ReleaseView): string =>
  actionParts(action, release).join(' ').trim();

/** The two halves of a label, for narrow buttons that stack them; the second may be empty. */
export const actionParts = (action: ActionName, release: ReleaseView): [verb: string, object: string] => {
  const here = percentShare(release.exposure.share);
  const next = release.exposure.shareAfterAdvance;
  switch (action) {
    case 'advance':
      return ['Advance', next === null ? '' : `to ${percentShare(next)}`];
    case 'approve':
      return ['Approve', next === null ? '' : percentShare(next)];
    case 'rollback':
      return ['Roll back', 'to 0 %'];
    case 'pause':
      return ['Pause', `at ${here}`];
    case 'resume':
      return ['Resume', `at ${here}`];
    default:
      return PLAIN[action];
  }
};

const PLAIN: Record<'reject' | 'cancel' | 'retry' | 'undo', [string, string]> = {
  reject: ['Reject', ''],
  cancel: ['Cancel', 'release'],
  retry: ['Retry', ''],
  undo: ['Undo', ''],
};

/** The one action to offer first, if the state or the verdict names one and it is allowed. */
export const suggestedAction = (release: ReleaseView): ActionName | null => {
  const wished: (ActionName | false)[] = [
    release.queued !== null && 'undo',
    release.verdict?.decision === 'rollback' && 'rollback',
    release.state === 'pending' && 'approve',
    release.state === 'paused' && 'resume',
    release.verdict?.decision === 'advance' && 'advance',
    waitsForPerson(release) && 'approve',
    waitsForPerson(release) && 'advance',
  ];
  return wished.find((action): action is ActionName => action !== false && allowed(release, action)) ?? null;
};

/** Always in sight: the way on, the way to stop, the way back; others when they are allowed. */
export const actionsInSight = (release: ReleaseView): ActionName[] => {
  const stop: ActionName = allowed(release, 'resume') || release.state === 'paused' ? 'resume' : 'pause';
  const sometimes: ActionName[] = ['undo', 'approve', 'reject', 'retry'];
  return [...sometimes.filter((action) => allowed(release, action)), 'advance', stop, 'rollback'];
};

const allowed = (release: ReleaseView, action: ActionName): boolean =>
  release.actions[action]?.allowed ?? false;

const waitsForPerson = (release: ReleaseView): boolean => {
  const stage = release.stages.find(({ status }) => status === 'current');
  return stage?.gate === 'manual' || stage?.gate === 'approval';
};
