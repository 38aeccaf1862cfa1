import { capEach, newMixture, type StartMixture, stepMixture } from './mixture.ts';

/**
 * The other way to earn an advance: the canary's own failure rate is below `rateMax`, whatever the baseline does.
 * Without it a service that hardly ever fails could never advance, since no ratio can be shown without failures.
 * Bets against "rate >= rateMax" by the Bernoulli likelihood ratio of smaller rates, "never fails" among them; an
 * e-process for independent requests, whatever the share (Ville's inequality). With q < r <= p a request multiplies
 * the wealth by (1-p)(1-q)/(1-r) + pq/r <= 1 on average, so p may move as long as it stays at or above r.
 * Without any failure it takes ln(1 / (alpha * RATE_CLAIM_PART)) / rateMax requests for the bet on "never fails" alone
 * and 1.2 nats more for the mixture: 5,850 at 0.1 % and alpha .05.
 */
export type RateClaim = { rateMax: number; mixture: StartMixture };

/** Null when the plan has switched it off with a rate of 0; "below 100 %" would be no claim either. */
export const newRateClaim = (rateMax: number): RateClaim | null =>
  rateMax > 0 && rateMax < 1 ? { rateMax, mixture: newMixture(STEPS.length) } : null;

/** Bets on one stratum of the canary, in place. */
export const stepRateClaim = (
  claim: RateClaim,
  canary: { n: number; bad: number },
  context: { dispersion: number; elapsedSeconds: number; cap: number },
): void => {
  const gains = STEPS.map((step) => gainOf(claim.rateMax, step, canary.n - canary.bad, canary.bad));
  stepMixture(claim.mixture, gains, context.dispersion, context.elapsedSeconds);
  capEach(claim.mixture, context.cap);
};

/** Log growth per request at a true failure rate, for each alternative; for forecasts. */
export const rateClaimGrowth = (rateMax: number, rate: number): number[] =>
  STEPS.map((step) => gainOf(rateMax, step, 1 - rate, rate));

/** Its part of the claim to advance; the rest belongs to the comparison with the baseline. */
export const RATE_CLAIM_PART = 0.2;

export const RATE_CLAIM_WEIGHTS: readonly number[] = [0.3, 0.3, 0.25, 0.15];

/** The alternatives, as parts of `rateMax`. */
const STEPS: readonly number[] = [0, 0.15, 0.4, 0.7];

const gainOf = (rateMax: number, step: number, good: number, bad: number): number => {
  const passed = good * (Math.log1p(-rateMax * step) - Math.log1p(-rateMax));
  return bad === 0 ? passed : passed + bad * Math.log(step);
};
