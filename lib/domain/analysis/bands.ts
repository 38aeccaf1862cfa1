/**
 * Intervals around what one arm measured. Each holds at every moment at once with probability 1 - alpha, so that
 * people may look as often as they like. They are shown and never decide.
 */
import { gammaln } from 'simple-statistics';
import { type Histogram, total } from './histogram.ts';

/** `high` is null where it lies in the open last bucket: "> 2.5 s" has no number. */
export type QuantileBand = { low: number; high: number | null };
export type RateBand = { low: number; high: number };

/**
 * Where the `q` quantile of independent requests with one common law lies, in the unit of `edges`; null without
 * counts. The count of requests up to the true quantile is binomial with chance `q`, ties split as needed, so
 * a beta-binomial mixture around `q` is a martingale that reaches 1 / alpha with chance alpha at most (Ville; Howard &
 * Ramdas, arXiv 1906.09712). An edge is ruled out when its count would have reached it; what is left is given
 * out to the enclosing edges.
 */
export function quantileBand(
  histogram: Histogram,
  edges: readonly number[],
  q: number,
  alpha: number,
): QuantileBand | null {
  const n = total(histogram);
  if (n === 0) return null;
  const limit = Math.log(1 / alpha);
  const prior = { a: QUANTILE_PRIOR * q, b: QUANTILE_PRIOR * (1 - q) };
  let low = 0;
  let below = 0;
  for (const [k, edge] of edges.entries()) {
    below += histogram[k] ?? 0;
    const ruledOut = logMixture(below, n, prior) - logLikelihood(below, n, q) >= limit;
    if (ruledOut && below > q * n) return { low, high: edge };
    if (ruledOut) low = edge;
  }
  return { low, high: null };
}

/**
 * All failure rates that `bad` of `n` independent requests do not speak against; everything from 0 to 1 when there
 * were none. One beta mixture for all rates, with half a success and half a failure before any data.
 */
export function rateBand({ n, bad }: { n: number; bad: number }, alpha: number): RateBand {
  if (n === 0) return { low: 0, high: 1 };
  const reached = logMixture(bad, n, RATE_PRIOR) - Math.log(1 / alpha);
  const possible = (rate: number) => logLikelihood(bad, n, rate) > reached;
  const seen = bad / n;
  return {
    low: bad === 0 ? 0 : border(0, seen, possible),
    high: bad === n ? 1 : border(1, seen, possible),
  };
}

/** Requests that the mixture counts as known beforehand: narrowest from some hundred requests on. */
const QUANTILE_PRIOR = 40;
const RATE_PRIOR = { a: 0.5, b: 0.5 };
const HALVINGS = 50;

/** The last point on the way from `inside` to `outside` for which `possible` holds, given out to the outside. */
function border(outside: number, inside: number, possible: (rate: number) => boolean): number {
  let [out, within] = [outside, inside];
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (out + within) / 2;
    if (possible(middle)) within = middle;
    else out = middle;
  }
  return out;
}

function logMixture(k: number, n: number, { a, b }: { a: number; b: number }): number {
  return logBeta(a + k, b + n - k) - logBeta(a, b);
}

function logLikelihood(k: number, n: number, chance: number): number {
  return times(k, Math.log(chance)) + times(n - k, Math.log1p(-chance));
}

/** Nothing counted says nothing, also where the logarithm has no end. */
function times(count: number, log: number): number {
  return count === 0 ? 0 : count * log;
}

function logBeta(a: number, b: number): number {
  return gammaln(a) + gammaln(b) - gammaln(a + b);
}
