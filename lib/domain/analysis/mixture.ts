/**
 * A mixture of likelihood-ratio bets over alternatives and over the moment at which the harm began.
 * Per alternative j it follows M(t) = (M(t-1) + w_t) LR_j(t), the Shiryaev-Roberts recursion of e-detectors
 * (arXiv 2203.03532); the evidence is sum_j w_j M_j plus the weight that has not started yet.
 * `tempered` is the same with every log LR divided by the dispersion at that moment. The answer is the
 * smaller of both, so the guarantee of the plain e-process holds however the dispersion was found.
 */
export type StartMixture = {
  plain: number[];
  tempered: number[];
  /** Seconds since the start up to which starting weight was handed out. */
  startedSeconds: number;
};

/** A mixture over `size` alternatives before the first bet. Its evidence is 1. */
export function newMixture(size: number): StartMixture {
  const first = new Array<number>(size).fill(WEIGHT_AT_ONSET);
  return { plain: first, tempered: [...first], startedSeconds: 0 };
}

/** Bets once, in place. `gains` are log likelihood ratios, one per alternative; `dispersion` is at least 1. */
export function stepMixture(
  mixture: StartMixture,
  gains: ArrayLike<number>,
  dispersion: number,
  elapsedSeconds: number,
): void {
  const { plain, tempered } = mixture;
  const now = Math.max(mixture.startedSeconds, elapsedSeconds);
  const fresh = unstartedWeight(mixture.startedSeconds) - unstartedWeight(now);
  mixture.startedSeconds = now;
  for (let j = 0; j < plain.length; j += 1) {
    const gain = gains[j] ?? 0;
    const factor = gain === 0 ? 1 : Math.min(WEALTH_MAX, Math.exp(gain));
    plain[j] = Math.min(WEALTH_MAX, ((plain[j] ?? 0) + fresh) * factor);
    const calm = dispersion === 1 || gain === 0 ? factor : Math.min(WEALTH_MAX, Math.exp(gain / dispersion));
    tempered[j] = Math.min(WEALTH_MAX, ((tempered[j] ?? 0) + fresh) * calm);
  }
}

/** The e-value now. `weights` are those of the alternatives and sum to 1. */
export function mixtureEvidence(mixture: StartMixture, weights: readonly number[]): number {
  const waiting = unstartedWeight(mixture.startedSeconds);
  return Math.min(weighted(mixture.plain, weights), weighted(mixture.tempered, weights)) + waiting;
}

/**
 * Limits the evidence to `cap` by giving wealth away, which keeps it an e-process.
 * A claim that was shown long ago can then be lost again within minutes.
 */
export function capMixture(mixture: StartMixture, weights: readonly number[], cap: number): void {
  scaleDown(mixture.plain, weighted(mixture.plain, weights), cap);
  scaleDown(mixture.tempered, weighted(mixture.tempered, weights), cap);
}

/**
 * Limits every alternative to `cap`, which keeps the evidence an e-process as well. Unlike a common scale it lets no
 * alternative starve beside the best one: after a long good time the others are still there to take over.
 */
export function capEach({ plain, tempered }: StartMixture, cap: number): void {
  for (let j = 0; j < plain.length; j += 1) {
    plain[j] = Math.min(plain[j] ?? 0, cap);
    tempered[j] = Math.min(tempered[j] ?? 0, cap);
  }
}

/** The weight of "the harm starts later than this", with a tail that never runs out. */
export function unstartedWeight(elapsedSeconds: number): number {
  return (1 - WEIGHT_AT_ONSET) / (1 + elapsedSeconds / START_SCALE_SECONDS);
}

const WEIGHT_AT_ONSET = 0.63;
const START_SCALE_SECONDS = 900;
/** Keeps every number finite, hence storable as JSON, whatever one interval brings. */
const WEALTH_MAX = 1e250;

function weighted(values: number[], weights: readonly number[]): number {
  let total = 0;
  for (let j = 0; j < values.length; j += 1) total += (values[j] ?? 0) * (weights[j] ?? 0);
  return total;
}

function scaleDown(values: number[], total: number, cap: number): void {
  if (total <= cap) return;
  for (let j = 0; j < values.length; j += 1) values[j] = (values[j] ?? 0) * (cap / total);
}
