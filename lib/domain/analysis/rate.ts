import type { AnalysisPolicy, MetricDefinition, MetricPolicy } from './contract.ts';
import { CLAIM_RESERVE } from './errors.ts';
import { newGuards } from './guards.ts';
import { newProportion, type ProportionEvidence } from './proportion.ts';
import { aboveRatioBet, belowRatioBet, higherRateBet, lowerRateBet } from './split-bet.ts';

/**
 * Evidence on a business yes/no such as conversion, with the requests as trials. Where higher is better, harm
 * is a rate below (1 - margin) times the baseline's and the claim is "above the baseline's / ratioMax".
 * A guard on the rate limits it from above, so it applies only where lower is better.
 */
export function newRate(
  policy: AnalysisPolicy,
  metric: MetricPolicy,
  definition: MetricDefinition,
): ProportionEvidence {
  const higher = definition.direction === 'higher-is-better';
  const ratioMax = policy.advance.ratioMax;
  return newProportion({
    harmBet: higher ? lowerRateBet(metric.margin) : higherRateBet(metric.margin),
    claimBet: higher ? aboveRatioBet(ratioMax) : belowRatioBet(ratioMax),
    warmupBoundary: null,
    rateClaim: null,
    claimCap: CLAIM_RESERVE / policy.advance.alpha,
    guards: higher ? [] : newGuards(metric.guard, ['rate']),
  });
}
