/** How durations lie: counts between ends that people think in, since a median alone hides the slow ones. */

/** Samples from `low` to below `high`, in seconds; the first begins at zero, the last has no end. */
export type Bucket = { low: number; high: number | null; n: number };

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** Each about twice or three times the one before, so that hours and months fit one picture. */
export const LEAD_TIME_ENDS: readonly number[] = [
  HOUR,
  3 * HOUR,
  8 * HOUR,
  DAY,
  2 * DAY,
  4 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
  90 * DAY,
];

export const RECOVERY_ENDS: readonly number[] = [
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  DAY,
  3 * DAY,
  7 * DAY,
];

/** Every sample of zero or more seconds is in exactly one bucket. `ends` ascend. */
export const bucketsOf = (seconds: readonly number[], ends: readonly number[]): Bucket[] => {
  const counts = new Array<number>(ends.length + 1).fill(0);
  for (const value of seconds) {
    const place = ends.findIndex((end) => value < end);
    const index = place < 0 ? ends.length : place;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts.map((n, index) => ({ low: ends[index - 1] ?? 0, high: ends[index] ?? null, n }));
};
