import type { ReleaseRow } from '#lib/contract/release.ts';

const JUST_MS = 2 * 3_600_000;

/** Waiting oldest first, since the oldest has waited longest; the others newest first. */
export const groupsOf = (active: readonly ReleaseRow[], finished: readonly ReleaseRow[], now: number) => ({
  waiting: active
    .filter(({ needs }) => needs !== null)
    .toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)),
  inFlight: active.filter(({ needs }) => needs === null),
  finished: finished
    .filter(({ finishedAt }) => finishedAt !== null && now - Date.parse(finishedAt) <= JUST_MS)
    .toSorted((a, b) => Date.parse(b.finishedAt ?? '') - Date.parse(a.finishedAt ?? '')),
});

/** The number that waits stands first, so that a narrow tab still shows it. */
export const titleOf = (waiting: number): string => `${waiting > 0 ? `(${waiting}) ` : ''}Now · Slipway`;
