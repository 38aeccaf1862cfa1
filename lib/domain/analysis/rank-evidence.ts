/**
 * How surprising it is that the canary's instances rank so high among all, if every instance were alike. Given the
 * values, each choice of `canary.length` of them is then equally likely, so exp(lambda x rank sum) over its mean is an
 * e-value: exact for any law and any dependence in time. Ties share their rank. At most (n over k), so that three
 * canary instances among a dozen can say much and one among two can say nothing.
 */
export function rankEvidence(canary: readonly number[], baseline: readonly number[]): number {
  if (canary.length === 0 || baseline.length === 0) return 1;
  const ranks = midRanks([...canary, ...baseline]);
  let sum = 0;
  for (const { lambda, weight } of TILTS) sum += weight * tilted(ranks, canary.length, lambda);
  return sum;
}

const TILTS = [
  { lambda: 0.3, weight: 0.2 },
  { lambda: 1, weight: 0.3 },
  { lambda: 3, weight: 0.5 },
];

/** Ranks below the highest possible one, so that no exponential can overflow. */
function midRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    let rank = 0;
    for (const other of values) rank += other < value ? 1 : other === value ? 0.5 : 0;
    return rank - values.length;
  });
}

function tilted(ranks: readonly number[], chosen: number, lambda: number): number {
  const weights = ranks.map((rank) => Math.exp(lambda * rank));
  const seen = weights.slice(0, chosen).reduce((product, weight) => product * weight, 1);
  // Elementary symmetric sums: the mean over all choices without listing them.
  const sums = new Array<number>(chosen + 1).fill(0);
  sums[0] = 1;
  weights.forEach((weight) => {
    for (let k = chosen; k >= 1; k -= 1) sums[k] = (sums[k] ?? 0) + weight * (sums[k - 1] ?? 0);
  });
  const mean = (sums[chosen] ?? 0) / choices(ranks.length, chosen);
  return mean > 0 ? seen / mean : 1;
}

function choices(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i <= k; i += 1) count *= (n - k + i) / i;
  return count;
}
