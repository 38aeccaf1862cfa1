import { rateClaimEvidence } from './combine.ts';
import type { AnalysisPolicy, MetricVerdict } from './contract.ts';
import { RATE_CLAIM_PART } from './rate-claim.ts';
import type { MetricState } from './state.ts';
import { countText, percentText, timesText } from './words.ts';

/**
 * What was shown of a metric that may advance, and how sure that is. A claim is named alone only when it reached the
 * limit of its own part of alpha; else what was shown is that one of them holds, and the sentence says just that.
 */
export function claimText(verdict: MetricVerdict, metric: MetricState, policy: AnalysisPolicy): string {
  if (verdict.kind === 'latency') return `no sign of harm in ${countText(verdict.canary.n)} requests`;
  if (verdict.kind === 'gauge') return 'no sign of harm and no leak';
  const doubt = Math.round(1 / policy.advance.alpha);
  return `${shownText(verdict, metric, policy)}, with a chance of at most 1 in ${doubt} to be wrong`;
}

/** What a metric has yet to show, for "to show ... takes about". */
export function claimName(metric: MetricState, { advance }: AnalysisPolicy): string {
  if (metric.definition.direction === 'higher-is-better')
    return `more than ${percentText(1 / advance.ratioMax)} of the baseline`;
  const ratio = `less than ${timesText(advance.ratioMax)} the baseline`;
  return rateClaimEvidence(metric) === null
    ? ratio
    : `${ratio} or fewer than ${percentText(advance.rateMax)} failing`;
}

function shownText(verdict: MetricVerdict, metric: MetricState, { advance }: AnalysisPolicy): string {
  if (metric.definition.direction === 'higher-is-better')
    return `above ${percentText(1 / advance.ratioMax)} of the baseline is shown`;
  const ratio = `below ${timesText(advance.ratioMax)} the baseline`;
  const limit = 1 / advance.alpha;
  const ratePart = RATE_CLAIM_PART * (rateClaimEvidence(metric) ?? 0);
  if (verdict.advanceEvidence - ratePart >= limit) return `${ratio} is shown`;
  const below = `below ${percentText(advance.rateMax)}`;
  if (ratePart < limit) return `${ratio} or ${below} is shown`;
  const { n, bad } = verdict.canary;
  const failures = bad === 0 ? 'no failure' : `${countText(bad)} ${bad === 1 ? 'failure' : 'failures'}`;
  return `${failures} in ${countText(n)} requests: surely ${below}`;
}
