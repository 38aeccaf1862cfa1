import type { Bucket } from '#lib/domain/dora/buckets.ts';
import { spanWords } from './words.ts';

/** "under 1 h", "1 h to 3 h", "90 d and more". */
export const bucketWords = ({ low, high }: Bucket): string => {
  if (high === null) return `${spanWords(low)} and more`;
  return low === 0 ? `under ${spanWords(high)}` : `${spanWords(low)} to ${spanWords(high)}`;
};

/** One sentence that says where most of it lies, and how far it reaches. */
export const distributionSummary = (what: string, buckets: readonly Bucket[]): string => {
  const total = buckets.reduce((sum, { n }) => sum + n, 0);
  const slowest = buckets.findLast(({ n }) => n > 0);
  if (slowest === undefined) return `${what}: no data.`;
  const most = buckets.reduce((a, b) => (b.n > a.n ? b : a));
  return `${what}: ${total} in all; most, ${most.n}, took ${bucketWords(most)}; the slowest took ${bucketWords(slowest)}.`;
};
