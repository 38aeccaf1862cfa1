import type { ReleaseEventView } from '#lib/contract/release.ts';

/** Confirmations are proof, not story; they show with the "everything" switch. */
const PROOF = ['target-applied'];

/** The events of the timeline, newest first; without `everything` only the moments that tell the story. */
export const momentsOf = (events: readonly ReleaseEventView[], everything: boolean): ReleaseEventView[] =>
  events.filter(({ type }) => everything || !PROOF.includes(type)).toReversed();
