/** Adds histograms up over series, instances and tracks whose bucket edges may differ. Pure. */
import type { HistogramTotals } from './increase.ts';

/**
 * The finite, positive upper edges that every given series has, ascending. Layouts may differ between versions;
 * only common edges can be compared, and cumulative totals at them are exact whatever lies between.
 */
export const commonEdges = (histograms: Iterable<HistogramTotals>): number[] => {
  const layouts = [...histograms].flatMap((histogram) => [...histogram.values()]);
  const [first, ...others] = layouts;
  return [...(first?.keys() ?? [])]
    .filter((edge) => Number.isFinite(edge) && edge > 0 && others.every((buckets) => buckets.has(edge)))
    .sort((a, b) => a - b);
};

/** Counts per bucket (not cumulative) over `edges`, plus the open last one, summed over all series. */
export const bucketCounts = (
  increases: readonly ReadonlyMap<number, number>[],
  edges: readonly number[],
): number[] => {
  const cumulative = [...edges, Number.POSITIVE_INFINITY].map((edge) =>
    increases.reduce((sum, buckets) => sum + (buckets.get(edge) ?? 0), 0),
  );
  // Some client libraries read their buckets one after another, so a higher one may lag by an event.
  let highest = 0;
  return cumulative.map((total) => {
    const count = Math.max(0, total - highest);
    highest = Math.max(highest, total);
    return count;
  });
};
