import type { AnalysisPolicy, MetricPolicy } from './contract.ts';
import { newGuards } from './guards.ts';
import { newProportion, type ProportionEvidence } from './proportion.ts';
import { newRateClaim } from './rate-claim.ts';
import { belowRatioBet, higherRateBet } from './split-bet.ts';

/**
 * Evidence on failures: harm is a failure rate above (1 + margin) times the baseline's, the claim needed to
 * advance is "below `advance.ratioMax` times" or "below `advance.rateMax`". During the warm-up only five times
 * and more counts as harm.
 */
export function newErrors(policy: AnalysisPolicy, metric: MetricPolicy): ProportionEvidence {
  return newProportion({
    harmBet: higherRateBet(metric.margin),
    claimBet: belowRatioBet(policy.advance.ratioMax),
    warmupBoundary: WARMUP_RATIO,
    rateClaim: newRateClaim(policy.advance.rateMax),
    claimCap: CLAIM_RESERVE / policy.advance.alpha,
    guards: newGuards(metric.guard, ['rate']),
  });
}

/** How far a claim may be over-proven: this much is lost again within a few dozen failures. */
export const CLAIM_RESERVE = 20;

/** During the warm-up only a ratio beyond this counts as harm. */
export const WARMUP_RATIO = 5;
