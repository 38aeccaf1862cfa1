import { spanWords } from './words.ts';

/** How many samples lie from `low` to below `high`, in seconds; the first begins at zero, the last has no end. */
export type Bucket = { at: number; low: number; high: number | null; count: number; label: string };

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** Ends that people think in; each about twice or three times the one before, so that hours and months fit one picture. */
const LEAD_ENDS = [HOUR, 3 * HOUR, 8 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY];
const RECOVERY_ENDS = [
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

export const leadTimeBuckets = (seconds: readonly number[]): Bucket[] => bucketsOf(seconds, LEAD_ENDS);
export const recoveryBuckets = (seconds: readonly number[]): Bucket[] => bucketsOf(seconds, RECOVERY_ENDS);

const bucketsOf = (seconds: readonly number[], ends: readonly number[]): Bucket[] =>
  [...ends, null].map((high, index) => {
    const low = index === 0 ? 0 : (ends[index - 1] ?? 0);
    const count = seconds.filter((value) => value >= low && (high === null || value < high)).length;
    const label = high === null ? `${spanWords(low)} and more` : `${spanWords(low)} to ${spanWords(high)}`;
    return { at: index, low, high, count, label: index === 0 ? `under ${spanWords(high)}` : label };
  });

/** One sentence that says where most of it lies. */
export const distributionSummary = (what: string, buckets: readonly Bucket[]): string => {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return `${what}: no data.`;
  const most = buckets.reduce((a, b) => (b.count > a.count ? b : a));
  const slowest = buckets.findLast(({ count }) => count > 0);
  return `${what}: ${total} in all; most, ${most.count}, took ${most.label}; the slowest took ${slowest?.label}.`;
};
