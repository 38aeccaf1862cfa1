/** Means of one instance over whole minutes; `index` counts the minutes since the canary's start. */
export type MinuteMean = { index: number; mean: number };

/**
 * The slope a minute by the median of all pairs (Theil and Sen), which a few spikes cannot move, and how many of the
 * pairs rise. Null below three minutes.
 */
export function theilSen(means: readonly MinuteMean[]): { slope: number; rising: number } | null {
  if (means.length < LEAK_MINUTES_MIN) return null;
  const slopes: number[] = [];
  means.forEach((a, i) => {
    for (const b of means.slice(i + 1))
      if (b.index !== a.index) slopes.push((b.mean - a.mean) / (b.index - a.index));
  });
  if (slopes.length === 0) return null;
  const rising = slopes.filter((slope) => slope > 0).length / slopes.length;
  return { slope: median(slopes), rising };
}

/** The middle of the values; 0 without any. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** Seconds until a value that grows by `slope` a minute reaches `limit`: 0 when it is there, null when it never will. */
export function secondsUntil(limit: number, value: number, slope: number): number | null {
  if (value >= limit) return 0;
  return slope > 0 ? ((limit - value) / slope) * 60 : null;
}

export const LEAK_MINUTES_MIN = 3;
