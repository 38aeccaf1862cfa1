import type { ReleaseEventView } from '#lib/contract/release.ts';

/** Confirmations are proof, not story; they show with the "everything" switch. */
const PROOF = ['target-applied'];

/** The events of the timeline, newest first; without `everything` only the moments that tell the story. */
export const momentsOf = (events: readonly ReleaseEventView[], everything: boolean): ReleaseEventView[] =>
  events.filter(({ type }) => everything || !PROOF.includes(type)).toReversed();

/** Longer than this, a text shows its first sentence and keeps the rest behind "why". */
const LONG = 120;

/** The first sentence of an event's text, and what follows it if the whole would be long. */
export const headAndRest = (text: string): { head: string; rest: string | null } => {
  const end = /\. /.exec(text);
  if (text.length <= LONG || !end) return { head: text, rest: null };
  return { head: text.slice(0, end.index + 1), rest: text.slice(end.index + 2) };
};
