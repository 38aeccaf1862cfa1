/** The record is the truth: folding a release's events gives its state. */
import { decide } from './decide.ts';
import type { Plan, ReleaseEvent, ReleaseState } from './types.ts';

export type RecordedEvent = { event: ReleaseEvent; at: number };

/** Folds recorded events. Throws when one is refused, since only accepted events are ever recorded. */
export const replay = (events: readonly RecordedEvent[], plan: Plan): ReleaseState | null =>
  events.reduce<ReleaseState | null>((state, { event, at }, index) => {
    const decided = decide(state, event, plan, at);
    if ('refused' in decided)
      throw new Error(`event ${index + 1} (${event.type}) does not replay: ${decided.refused.reason}`);
    return decided.state;
  }, null);
