/**
 * The Mann-Whitney test with the normal approximation and its shift interval (Hodges and Lehmann 1963), as judges
 * that compare one value a minute use it.
 */

/** Two-sided p-value, with the correction for ties; 1 where nothing can be said. */
export const mannWhitneyP = (a: readonly number[], b: readonly number[]): number => {
  const n = a.length;
  const m = b.length;
  if (n === 0 || m === 0) return 1;
  let above = 0;
  for (const x of a) for (const y of b) above += x > y ? 1 : x === y ? 0.5 : 0;
  const all = [...a, ...b].sort((x, y) => x - y);
  let ties = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end] === all[start]) end += 1;
    const size = end - start;
    ties += size ** 3 - size;
    start = end;
  }
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return 1;
  const z = Math.max(0, Math.abs(above - (n * m) / 2) - 0.5) / Math.sqrt(variance);
  return 2 * normalTail(z);
};

/** The shift of `a` over `b` with its interval at 98 %; null where there are too few values. */
export const shiftInterval = (
  a: readonly number[],
  b: readonly number[],
): { low: number; estimate: number; high: number } | null => {
  const n = a.length;
  const m = b.length;
  if (n < 2 || m < 2) return null;
  const differences = a.flatMap((x) => b.map((y) => x - y)).sort((x, y) => x - y);
  const half = 2.326 * Math.sqrt((n * m * (n + m + 1)) / 12);
  const low = Math.max(0, Math.floor((n * m) / 2 - half));
  const high = Math.min(differences.length - 1, Math.ceil((n * m) / 2 + half));
  const middle = differences[Math.floor(differences.length / 2)] ?? 0;
  return { low: differences[low] ?? 0, estimate: middle, high: differences[high] ?? 0 };
};

/** Upper tail of the standard normal law, absolute error below 1e-7 (Abramowitz and Stegun 26.2.17). */
export const normalTail = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * z);
  const sum =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
};
