import { withParts } from './error-parts.ts';
import { gaugeHarm } from './gauge.ts';
import { guardEvidence } from './guards.ts';
import { MEAN_BET_WEIGHTS } from './mean-bet.ts';
import { mixtureEvidence } from './mixture.ts';
import { RATE_CLAIM_PART, RATE_CLAIM_WEIGHTS } from './rate-claim.ts';
import type { AnalysisState, MetricState } from './state.ts';
import { TILT_WEIGHTS } from './tilts.ts';

/**
 * The evidence for harm over all metrics: the weighted sum of their e-values, which is an e-value under any
 * dependence between them (Vovk and Wang, arXiv 1912.06116). Roll back once it reaches 1 / alpha.
 */
export function combinedEvidence(state: AnalysisState): number {
  let total = state.metrics.length === 0 ? 1 : 0;
  for (const metric of state.metrics) total += metric.weight * harmEvidence(metric);
  return total;
}

/** The e-value for harm of one metric: its comparison, mixed with its guards where it has any. */
export function harmEvidence(metric: MetricState): number {
  const { evidence } = metric;
  const compared = comparedEvidence(metric);
  const guards = 'guards' in evidence ? evidence.guards : [];
  if (guards.length === 0) return compared;
  const guarded = guards.reduce((sum, guard) => sum + guardEvidence(guard), 0) / guards.length;
  return (1 - GUARD_WEIGHT) * compared + GUARD_WEIGHT * guarded;
}

/**
 * The e-value for "good enough to advance"; null where the metric makes no claim of its own. Where two claims stand
 * for one another, the weighted mean of their e-values is one against "neither holds".
 */
export function claimEvidence(metric: MetricState): number | null {
  const { evidence } = metric;
  if (evidence.type === 'latency' || evidence.type === 'gauge') return null;
  if (evidence.type === 'mean') return mixtureEvidence(evidence.claimBet.mixture, MEAN_BET_WEIGHTS);
  const ratio = mixtureEvidence(evidence.claim, evidence.claimBet.weights);
  const rate = rateClaimEvidence(metric);
  return rate === null ? ratio : (1 - RATE_CLAIM_PART) * ratio + RATE_CLAIM_PART * rate;
}

/** The e-value for the canary's own rate being below the plan's limit; null where that claim is not made. */
export function rateClaimEvidence({ evidence }: MetricState): number | null {
  if (evidence.type !== 'proportion' || evidence.rateClaim === null) return null;
  return mixtureEvidence(evidence.rateClaim.mixture, RATE_CLAIM_WEIGHTS);
}

/** Above this a metric shows signs of harm: too little to roll back, too much to advance. */
export function worryEvidence(alpha: number): number {
  return alpha ** -0.25;
}

const GUARD_WEIGHT = 0.1;

function comparedEvidence({ evidence, parts }: MetricState): number {
  switch (evidence.type) {
    case 'latency':
      return mixtureEvidence(evidence.harm, TILT_WEIGHTS);
    case 'count':
      return mixtureEvidence(evidence.harm, evidence.harmBet.weights);
    case 'mean':
      return mixtureEvidence(evidence.harmBet.mixture, MEAN_BET_WEIGHTS);
    case 'gauge':
      return gaugeHarm(evidence);
    case 'proportion': {
      const total = mixtureEvidence(evidence.harm, evidence.harmBet.weights);
      return parts === undefined ? total : withParts(parts, total, evidence.harmBet);
    }
  }
}
