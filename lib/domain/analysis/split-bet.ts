/**
 * The conditional-binomial bet of a stratum: given one failure, which arm does it fall on?
 * At the boundary rho of the hypothesis it is the canary with theta0 = rho n_c / (rho n_c + n_b); under a
 * rate ratio r with theta(r) = r n_c / (r n_c + n_b). The rate itself may differ in every stratum, so shared
 * incidents, daily rhythm and changes of the traffic share cancel. Source: conditional binomial likelihood
 * ratios, shown to be e-processes for independent requests by (1+p(a-1))^n <= exp(n p (a-1)).
 */
export type SplitBet = {
  /** The boundary of the hypothesis that the evidence speaks against, as a ratio canary / baseline. */
  boundary: number;
  /** The alternatives, as ratios canary / baseline, all on the same side of the boundary. */
  ratios: readonly number[];
  weights: readonly number[];
};

/** Counts of both arms over one stratum. */
export type Split = { canaryN: number; canaryBad: number; baselineN: number; baselineBad: number };

/**
 * The log likelihood ratio of each alternative for one stratum.
 * With a stricter `boundary` than the test's own, alternatives that no longer lie beyond it abstain.
 */
export function splitGains(test: SplitBet, split: Split, boundary: number = test.boundary): number[] {
  const { ratios } = test;
  const gains = new Array<number>(ratios.length).fill(0);
  const failures = split.canaryBad + split.baselineBad;
  if (failures === 0) return gains;
  const atBoundary = Math.log(boundary * split.canaryN + split.baselineN);
  const upward = (ratios[0] ?? 0) > test.boundary;
  for (let j = 0; j < ratios.length; j += 1) {
    const ratio = ratios[j] ?? boundary;
    if (upward ? ratio <= boundary : ratio >= boundary) continue;
    const atRatio = Math.log(ratio * split.canaryN + split.baselineN);
    gains[j] = split.canaryBad * Math.log(ratio / boundary) - failures * (atRatio - atBoundary);
  }
  return gains;
}

/** Harm of a metric where lower is better: the canary's rate is more than (1 + margin) times the baseline's. */
export function higherRateBet(margin: number): SplitBet {
  return scaled(1 + margin, [1.45, 1.85, 2.6, 4.2, 9, 4_000], [0.05, 0.46, 0.23, 0.07, 0.12, 0.07]);
}

/** Harm of a metric where higher is better: the canary's rate is less than (1 - margin) times the baseline's. */
export function lowerRateBet(margin: number): SplitBet {
  return scaled(1 - margin, [0.97, 0.95, 0.91, 0.85, 0.7, 0.3], [0.06, 0.29, 0.44, 0.1, 0.07, 0.04]);
}

/** The claim "the canary's rate is below `ratioMax` times the baseline's". */
export function belowRatioBet(ratioMax: number): SplitBet {
  return scaled(ratioMax, CLAIM_STEPS, CLAIM_WEIGHTS);
}

/** The claim "the canary's rate is above the baseline's divided by `ratioMax`". */
export function aboveRatioBet(ratioMax: number): SplitBet {
  return scaled(
    1 / ratioMax,
    CLAIM_STEPS.map((step) => 1 / step),
    CLAIM_WEIGHTS,
  );
}

const CLAIM_STEPS = [0.95, 0.8, 0.67, 0.5, 0.33, 0.1];
const CLAIM_WEIGHTS = [0.05, 0.15, 0.2, 0.3, 0.2, 0.1];

function scaled(boundary: number, steps: number[], weights: number[]): SplitBet {
  return { boundary, ratios: steps.map((step) => boundary * step), weights };
}
