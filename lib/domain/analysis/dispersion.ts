/**
 * How bursty failures are, against independent ones: phi = sum d^2 / sum v over neighbouring blocks of ten
 * seconds, d the difference of failures after scaling the busier block down to the other's requests, v the
 * variance that d would have for independent failures. Evidence counts with the exponent 1 / phi.
 * Both arms count: the baseline says most, and before it has said much a burst in the canary itself does.
 */
export type Dispersion = { squares: number; variance: number; pairs: number };

/** One arm's blocks at one place: the one that is filling and the finished one before it. */
export type BlockPair = { open: Block; previous: Block | null };
export type Block = { n: number; bad: number; seconds: number; until: number };

export const noDispersion: Dispersion = { squares: 0, variance: 0, pairs: 0 };
export const emptyBlock: Block = { n: 0, bad: 0, seconds: 0, until: 0 };

/** The exponent's divisor, at least 1. `pending` are the pairs of blocks that are still filling. */
export function dispersionFactor(closed: Dispersion, pending: Dispersion[]): number {
  let { squares, variance, pairs } = closed;
  for (const pair of pending) {
    squares += pair.squares;
    variance += pair.variance;
    pairs += pair.pairs;
  }
  if (variance === 0) return 1;
  const beyond = squares / variance - 1;
  const chance = pairs < PAIRS_MIN ? 0 : CHANCE * Math.sqrt(2 / pairs);
  return Math.max(1, 1 + STRADDLING * (beyond - chance));
}

/** Adds one span of one arm; `finished` is the block that it completed, if any. */
export function addToBlocks(
  pair: BlockPair,
  span: Block & { since: number },
): { pair: BlockPair; finished: Block | null } {
  const { open, previous } = pair;
  const silent = open.until > 0 && span.since - open.until > GAP_MILLISECONDS_MAX;
  const base = silent ? emptyBlock : open;
  const next = {
    n: base.n + span.n,
    bad: base.bad + span.bad,
    seconds: base.seconds + span.seconds,
    until: span.until,
  };
  const before = silent ? null : previous;
  if (next.seconds < BLOCK_SECONDS) return { pair: { open: next, previous: before }, finished: null };
  return { pair: { open: { ...emptyBlock, until: span.until }, previous: next }, finished: next };
}

/** The blocks of both arms at one place. */
export type BlockPairs = { canary: BlockPair; baseline: BlockPair };

/** Adds one span to an arm's blocks and what a finished block says to the sum, in place. */
export function learnArm(
  dispersion: Dispersion,
  place: BlockPairs,
  arm: keyof BlockPairs,
  span: Block & { since: number },
): void {
  const { previous } = place[arm];
  const { pair, finished } = addToBlocks(place[arm], span);
  place[arm] = pair;
  if (finished) addDispersion(dispersion, comparePair(previous, finished));
}

/** What two neighbouring blocks say about burstiness. Nothing when either of them served no request. */
export function comparePair(earlier: Block | null, later: Block): Dispersion {
  if (earlier === null || earlier.n === 0 || later.n === 0) return noDispersion;
  const [small, large] = earlier.n <= later.n ? [earlier, later] : [later, earlier];
  const scale = small.n / large.n;
  const difference = small.bad - scale * large.bad;
  const variance = small.bad + scale * scale * large.bad;
  return { squares: Math.min(difference * difference, LUMP_MAX * variance), variance, pairs: 1 };
}

/** Adds `more` to `sum`, in place. */
export function addDispersion(sum: Dispersion, more: Dispersion): void {
  sum.squares += more.squares;
  sum.variance += more.variance;
  sum.pairs += more.pairs;
}

/** From so many pairs of blocks on, as much as independent failures show by chance alone is not called a burst. */
const PAIRS_MIN = 30;
const CHANCE = 1;
/** A burst across the border of two blocks hides from their difference; simulated, this makes up for it. */
const STRADDLING = 1.45;
/** One jump says no more than a lump of this size would, or an outage would pass for one great burst. */
const LUMP_MAX = 15;
const BLOCK_SECONDS = 10;
const GAP_MILLISECONDS_MAX = 30_000;
