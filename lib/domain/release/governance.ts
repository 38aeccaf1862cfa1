/** Who may approve, for how long it counts, and what freezes: the rules around a release, as facts in its state. */
import type {
  Actor,
  Approval,
  Decided,
  FrozenFact,
  Governance,
  Refusal,
  RefusalReason,
  ReleaseEvent,
  ReleaseState,
} from './types.ts';
import { listText, momentText } from './words.ts';

type FactEvent = Extract<
  ReleaseEvent,
  { type: 'freeze-began' | 'freeze-ended' | 'approval-expired' | 'superseded' }
>;

/** Takes in what became true around a release. Nothing of it ever raises exposure. */
export const noteFact = (state: ReleaseState, event: FactEvent, now: number): Decided => {
  switch (event.type) {
    case 'freeze-began':
      if (state.frozen?.window === event.frozen.window && state.frozen.until === event.frozen.until)
        return refuse('no-change', 'The release is frozen already.');
      return { state: { ...state, frozen: event.frozen }, effects: [] };
    case 'freeze-ended': {
      const { frozen, ...open } = state;
      return frozen ? { state: open, effects: [] } : refuse('no-change', 'The release is not frozen.');
    }
    case 'approval-expired': {
      const kept = withoutExpired(state, now);
      return kept === state
        ? refuse('not-due', 'Every approval still counts.')
        : { state: kept, effects: [] };
    }
    case 'superseded':
      return state.superseded === event.by || state.phase !== 'pending'
        ? refuse('no-change', 'Nothing waits to be approved here.')
        : { state: { ...state, superseded: event.by }, effects: [] };
  }
};

/** Why exposure may not rise under a freeze, with the next open moment; null when nothing is frozen. */
export const frozenRefusal = ({ frozen }: ReleaseState): Refusal | null =>
  frozen ? { reason: 'frozen', text: frozenText(frozen) } : null;

/** Names the window, the next open moment and the way around. */
export const frozenText = ({ name, until }: FrozenFact): string =>
  `Freeze window "${name}" keeps exposure from rising. ${
    until === null
      ? 'No open moment is near; change the window'
      : `It opens ${momentText(until)}; wait until then`
  }. Rolling back is always open.`;

/** Why this actor may not approve this release, whatever its stage. */
export const approverRefusal = (state: ReleaseState, actor: Actor): Refusal | null =>
  idsOf(actor).some((id) => state.governance?.startedBy.includes(id))
    ? {
        reason: 'own-release',
        text: 'You started this release, or your token did; ask another approver to approve it.',
      }
    : null;

/** Why nobody may approve this start any more. */
export const startRefusal = (state: ReleaseState): Refusal | null =>
  state.superseded
    ? { reason: 'superseded', text: `${state.superseded}. Cancel this release and start it again.` }
    : frozenRefusal(state);

/** The ids that count as one person: theirs and that of who made the token. */
export const idsOf = (actor: Actor): string[] =>
  actor.kind === 'token' && actor.createdBy ? [actor.id, actor.createdBy] : [actor.id];

/** The state with one approval more; those too old no longer count. */
export const withApproval = (before: ReleaseState, actor: Actor, now: number): ReleaseState => {
  const state = withoutExpired(before, now);
  const approvedBy = [...state.approvedBy, actor.id];
  if (!state.governance) return { ...state, approvedBy };
  const approval: Approval = { by: actor.id, at: now, groups: groupsOf(actor) };
  return { ...state, approvedBy, approvals: [...(state.approvals ?? []), approval] };
};

/** Takes the newest approval back. */
export const withoutLastApproval = (state: ReleaseState): ReleaseState => ({
  ...state,
  approvedBy: state.approvedBy.slice(0, -1),
  ...(state.approvals ? { approvals: state.approvals.slice(0, -1) } : {}),
});

/** Are there enough approvals, and from every group that is asked for? */
export const isApproved = (state: ReleaseState): boolean =>
  state.approvedBy.length >= state.approvalsNeeded && missingGroups(state).length === 0;

/** The groups that nobody has approved for yet. */
export const missingGroups = ({ governance, approvals = [] }: ReleaseState): string[] =>
  (governance?.groups ?? []).filter((group) => !approvals.some(({ groups }) => groups.includes(group)));

/** `; one of them from the group dba`, or nothing. */
export const groupsText = (state: ReleaseState): string => {
  const missing = missingGroups(state);
  return missing.length > 0 ? `; approvals from ${listText(missing)} are missing` : '';
};

/** When the oldest approval stops counting, milliseconds; null when none ever does. */
export const approvalExpiresAt = ({ governance, approvals = [] }: ReleaseState): number | null =>
  governance?.expiresAfterSeconds && approvals.length > 0
    ? Math.min(...approvals.map(({ at }) => expiry(governance, at)))
    : null;

const expiry = ({ expiresAfterSeconds }: Governance, at: number): number =>
  expiresAfterSeconds === null ? Number.POSITIVE_INFINITY : at + expiresAfterSeconds * 1_000;

/** The same state when every approval still counts. A start that has begun keeps the approvals it began with. */
const withoutExpired = (state: ReleaseState, now: number): ReleaseState => {
  const { governance, approvals } = state;
  if (!governance || !approvals || state.phase !== 'pending') return state;
  const kept = approvals.filter(({ at }) => now < expiry(governance, at));
  if (kept.length === approvals.length) return state;
  return { ...state, approvals: kept, approvedBy: kept.map(({ by }) => by), queued: null };
};

const groupsOf = (actor: Actor): string[] => (actor.kind === 'person' ? [...(actor.groups ?? [])] : []);

const refuse = (reason: RefusalReason, text: string): { refused: Refusal } => ({ refused: { reason, text } });
