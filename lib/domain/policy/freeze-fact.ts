/** How freeze windows bear on one release: the event that is due, and when to look again. */
import { ENGINE } from '../release/gates.ts';
import type { FrozenFact, ReleaseEvent, ReleaseState } from '../release/types.ts';
import { type FreezeWindow, frozenAt, nextChangeAt, nextOpenAt } from './freeze.ts';

type Place = { service: string; environment: string };

/** `freeze-began` or `freeze-ended` when what the release knows is no longer so; null when it is. */
export const freezeEvent = (
  state: ReleaseState,
  windows: readonly FreezeWindow[],
  place: Place,
  now: number,
): ReleaseEvent | null => {
  if (state.outcome !== null || state.phase === 'rolling-back') return null;
  const frozen = frozenFact(bearingOn(state, windows), place, now);
  const known = state.frozen;
  if (!frozen) return known ? { type: 'freeze-ended', actor: ENGINE } : null;
  return known?.window === frozen.window && known.until === frozen.until
    ? null
    : { type: 'freeze-began', actor: ENGINE, frozen };
};

/** The window that holds longest, with the next open moment; null when nothing is frozen. */
export const frozenFact = (
  windows: readonly FreezeWindow[],
  place: Place,
  now: number,
): FrozenFact | null => {
  const window = frozenAt(windows, place, now)[0]?.window;
  return window ? { window: window.id, name: window.name, until: nextOpenAt(windows, place, now) } : null;
};

/** When some window that concerns the release begins or ends next; null when none is near. */
export const nextFreezeChangeAt = (
  state: ReleaseState,
  windows: readonly FreezeWindow[],
  place: Place,
  now: number,
): number | null => (state.outcome === null ? nextChangeAt(bearingOn(state, windows), place, now) : null);

/** A release that waits for its start is held by every window, a running one only by those that hold. */
const bearingOn = (
  { phase, governance }: ReleaseState,
  windows: readonly FreezeWindow[],
): readonly FreezeWindow[] =>
  governance?.emergency
    ? []
    : windows.filter(
        ({ id, running }) =>
          !governance?.freezeExempt.includes(id) && (phase === 'pending' || running === 'hold'),
      );
