import { type Random, standardNormal } from './random.ts';

export const behaviourNames = ['healthy', 'errors', 'slow', 'fewer-orders'] as const;
export type BehaviourName = (typeof behaviourNames)[number];

/** What a version of the shop does to its users, as numbers; part of the version's digest. */
export type BehaviourProfile = {
  /** Part of the requests that fail: orders by a payment time-out, everything else by a lost catalogue read. */
  failureRate: number;
  /** Median of the log-normal waiting time of a request, and its spread as the sigma of the logarithm. */
  latencySecondsMedian: number;
  latencySigma: number;
  /** How long the payment provider may take before the order is given up. */
  paymentSecondsMax: number;
  /** Part of the valid orders that are abandoned at checkout. */
  abandonRate: number;
};

const healthy: BehaviourProfile = {
  failureRate: 0.005,
  latencySecondsMedian: 0.04,
  latencySigma: 0.5,
  paymentSecondsMax: 0.4,
  abandonRate: 0.1,
};

/** Every behaviour differs from `healthy` in one thing only, so that a verdict has one right cause. */
export const behaviours: Record<BehaviourName, BehaviourProfile> = {
  healthy,
  errors: { ...healthy, failureRate: 3 * healthy.failureRate },
  slow: { ...healthy, latencySecondsMedian: 1.5 * healthy.latencySecondsMedian },
  // 15 % of the orders that a healthy version completes are lost on top.
  'fewer-orders': { ...healthy, abandonRate: 1 - (1 - healthy.abandonRate) * 0.85 },
};

/** The luck of one request, drawn when it arrives. */
export type Fate = { delaySeconds: number; fails: boolean; abandons: boolean };

/**
 * Draws one fate per request. The number of draws per request is constant, so that two versions with the same
 * seed meet the same luck and differ by their profile alone.
 */
export function createFates(profile: BehaviourProfile, random: Random): () => Fate {
  return () => {
    const spread = Math.exp(profile.latencySigma * standardNormal(random));
    return {
      delaySeconds: profile.latencySecondsMedian * spread,
      fails: random() < profile.failureRate,
      abandons: random() < profile.abandonRate,
    };
  };
}
