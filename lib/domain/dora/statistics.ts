/** Sorted samples in, numbers out; null where there is nothing to say. */

/** Interpolates between neighbours, as PostgreSQL's percentile_cont. `sorted` ascends; `share` is 0..1. */
export const percentile = (sorted: ArrayLike<number>, share: number): number | null => {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)];
  const high = sorted[Math.ceil(place)];
  if (low === undefined || high === undefined) return null;
  return low + (high - low) * (place - Math.floor(place));
};

export const mean = (values: Iterable<number> & { length: number }): number | null => {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? null : sum / values.length;
};

/** A half as the next number up, exact on what people write; null stays null. */
export const round = <T extends number | null>(value: T, places: number): T =>
  (value === null ? null : Number(Number(value).toFixed(places))) as T;
