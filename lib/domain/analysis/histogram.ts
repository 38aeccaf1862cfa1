/** Counts per bucket. `edges` are the upper edges in seconds without the last, open bucket. */
export type Histogram = number[];

export function total(histogram: Histogram): number {
  return totalFrom(histogram, 0);
}

/** The counts of the bucket `first` and all above it. */
export function totalFrom(histogram: Histogram, first: number): number {
  let sum = 0;
  for (let k = first; k < histogram.length; k += 1) sum += histogram[k] ?? 0;
  return sum;
}

/** a + factor x b, bucket by bucket. */
export function addScaled(a: Histogram, b: Histogram, factor = 1): Histogram {
  return a.map((value, k) => value + factor * (b[k] ?? 0));
}

/**
 * The quantile in seconds, interpolated evenly within its bucket. In the open last bucket no number is
 * known: `beyond` is then true and `value` the last edge. Null without counts.
 */
export function quantile(
  histogram: Histogram,
  edges: readonly number[],
  q: number,
): { value: number; beyond: boolean } | null {
  const n = total(histogram);
  if (n === 0) return null;
  let below = 0;
  for (let k = 0; k < edges.length; k += 1) {
    const count = histogram[k] ?? 0;
    if (count > 0 && below + count >= q * n) {
      const low = k === 0 ? 0 : (edges[k - 1] ?? 0);
      const high = edges[k] ?? low;
      return { value: low + (high - low) * Math.max(0, (q * n - below) / count), beyond: false };
    }
    below += count;
  }
  return { value: edges[edges.length - 1] ?? 0, beyond: true };
}

/** Requests surely slower than `limit`: those above the first edge that is not below it. Null if none is. */
export function countAbove(histogram: Histogram, edges: readonly number[], limit: number): number | null {
  const at = edges.findIndex((edge) => edge >= limit);
  if (at < 0) return null;
  let sum = 0;
  for (let k = at + 1; k < histogram.length; k += 1) sum += histogram[k] ?? 0;
  return sum;
}

/**
 * Moves every latency down by the factor 1 + margin: of each bucket the part log(1+m) / log(high/low) goes
 * one bucket down. Exact where latencies lie log-uniformly within a bucket; the first bucket stays.
 */
export function shiftDown(histogram: Histogram, fractions: readonly number[]): Histogram {
  const shifted = new Array<number>(histogram.length);
  for (let k = 0; k < histogram.length; k += 1)
    shifted[k] =
      (histogram[k] ?? 0) * (1 - (fractions[k] ?? 0)) + (histogram[k + 1] ?? 0) * (fractions[k + 1] ?? 0);
  return shifted;
}

/** The parts of each bucket that `shiftDown` moves. The open last bucket moves like the one before it. */
export function shiftFractions(edges: readonly number[], margin: number): number[] {
  const inner = edges
    .slice(1)
    .map((high, i) => Math.min(1, Math.log1p(margin) / Math.log(high / (edges[i] ?? high))));
  return [0, ...inner, inner[inner.length - 1] ?? 0];
}

/** A typical latency of each bucket, in seconds. */
export function bucketMiddles(edges: readonly number[]): number[] {
  const inner = edges.slice(1).map((high, i) => Math.sqrt(high * (edges[i] ?? high)));
  const last = edges[edges.length - 1] ?? 1;
  return [(edges[0] ?? 1) / 2, ...inner, last * 1.5];
}
