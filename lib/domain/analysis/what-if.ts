/** What another policy would have decided on the same measurements, and what that would have changed. */
import { durationText } from '../release/words.ts';
import type { Verdict } from './contract.ts';
import type { Counted } from './counted.ts';
import type { Look } from './rerun.ts';
import { countText } from './words.ts';

/** The first time that a decision was reached. */
export type FirstDecision = { at: number; sentence: string };

/** How a judgement went from the first to the last look. */
export type Course = {
  rollback: FirstDecision | null;
  advance: FirstDecision | null;
  /** Every change of the decision, the first look included. */
  changes: { at: number; decision: Verdict['decision']; sentence: string }[];
  /** What had been counted when it rolled back; null when it did not. */
  countedAtRollback: Counted | null;
};

export const noCourse: Course = { rollback: null, advance: null, changes: [], countedAtRollback: null };

/** A decision that flickers fills no answer: the newest changes beyond this many are forgone. */
const CHANGES_MAX = 200;

/** Adds the next look, in order of time. */
export function addLook(course: Course, { at, verdict, counted }: Look): Course {
  const { decision, sentence } = verdict;
  const changed = course.changes.at(-1)?.decision !== decision && course.changes.length < CHANGES_MAX;
  const first = { at, sentence };
  return {
    rollback: course.rollback ?? (decision === 'rollback' ? first : null),
    advance: course.advance ?? (decision === 'advance' ? first : null),
    changes: changed ? [...course.changes, { at, decision, sentence }] : course.changes,
    countedAtRollback: course.countedAtRollback ?? (decision === 'rollback' ? counted : null),
  };
}

/** Failed requests of the canary that the other policy would have spared; negative is never known, so null. */
export type Difference = { badRequests: number; badExtra: number } | null;

/**
 * The failed requests between the other policy's rollback and the end of what was measured. Null when the
 * other policy would have let the canary go on where the own one ended it: what came then was never measured.
 */
export function differenceOf(own: Course, other: Course, end: Counted): Difference {
  if (other.countedAtRollback) {
    const then = other.countedAtRollback;
    return { badRequests: end.canary.bad - then.canary.bad, badExtra: end.badExtra - then.badExtra };
  }
  return own.rollback ? null : { badRequests: 0, badExtra: 0 };
}

/** One sentence on what the other policy would have changed. `startedAt` and the moments in milliseconds. */
export function differenceText(
  own: Course,
  other: Course,
  difference: Difference,
  startedAt: number,
): string {
  const when = ({ at }: FirstDecision) => durationText((at - startedAt) / 1_000);
  if (difference === null)
    return `It would not have rolled back by then, where the release's own policy did after ${own.rollback ? when(own.rollback) : 'some time'}. How many more requests would have failed cannot be known.`;
  if (!other.rollback)
    return `Neither policy rolls back on these measurements. ${advanceText(own, other, when)}`;
  const spared = sparedText(difference);
  if (!own.rollback)
    return `It would have rolled back after ${when(other.rollback)}, where the release's own policy did not; ${spared}.`;
  const seconds = Math.round((own.rollback.at - other.rollback.at) / 1_000);
  return seconds <= 0
    ? `Both roll back after ${when(other.rollback)}.`
    : `It would have rolled back ${durationText(seconds)} sooner, after ${when(other.rollback)} instead of ${when(own.rollback)}; ${spared}.`;
}

function advanceText(own: Course, other: Course, when: (first: FirstDecision) => string): string {
  if (!own.advance && !other.advance) return 'Neither shows enough to advance.';
  if (!other.advance) return 'It would not have shown enough to advance.';
  if (!own.advance) return `It would have shown enough to advance after ${when(other.advance)}.`;
  const seconds = Math.round((own.advance.at - other.advance.at) / 1_000);
  if (seconds === 0) return `Both show enough to advance after ${when(own.advance)}.`;
  const by = durationText(Math.abs(seconds));
  return `It would have shown enough to advance ${by} ${seconds > 0 ? 'sooner' : 'later'}, after ${when(other.advance)}.`;
}

function sparedText({ badRequests, badExtra }: NonNullable<Difference>): string {
  if (badRequests === 0) return 'no failed request lies between';
  const extra = Math.max(0, Math.round(badExtra));
  const noun = badRequests === 1 ? 'failed request' : 'failed requests';
  return `${countText(badRequests)} ${noun} of the canary lie between, about ${countText(extra)} more than the baseline would have had`;
}
