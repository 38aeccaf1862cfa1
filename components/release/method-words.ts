/** How each kind of metric is judged and over what, in words that need no statistics to be checked. */
import { durationText } from '#lib/domain/release/words.ts';
import type { MetricView } from './evidence-words.ts';

const METHODS: Record<MetricView['kind'], string> = {
  errors:
    'In each moment with traffic on both sides: on which side did the failures fall, compared with where the requests went. The evidence multiplies over the moments (e-process), so looking at it often makes no mistake likelier.',
  rate: 'In each moment with traffic on both sides: on which side did the events fall, compared with where the requests went. The evidence multiplies over the moments (e-process), so looking at it often makes no mistake likelier.',
  latency:
    'In each moment: do the canary’s requests lie in slower buckets than the baseline’s, compared with how the baseline was until then. The evidence multiplies over the moments (e-process), so looking at it often makes no mistake likelier.',
  count:
    'How the events divide between the sides, compared with the share of traffic that the router was set to.',
  mean: 'How far the capped amounts of both sides lie apart in each moment, as a bet on the difference whose winnings are the evidence.',
  gauge:
    'Instances of the canary beside instances of the baseline of the same age; instances are counted, not requests.',
};

/** One paragraph: the method, the window and what the policy tolerates. */
export const methodText = (
  metric: Pick<MetricView, 'kind' | 'method' | 'windowSeconds'>,
  policy: { warmup: number; margin: number | null },
): string => {
  const since = policy.warmup > 0 ? `since the warm-up of ${policy.warmup} s` : 'since the start';
  const margin = policy.margin === null ? '' : ` Tolerated is a canary up to ${policy.margin} % worse.`;
  const name = metric.method ? `Method: ${metric.method}. ` : '';
  const span = metric.windowSeconds ? `, over ${durationText(metric.windowSeconds)}` : '';
  return `${name}${METHODS[metric.kind]} Counted ${since}${span}.${margin}`;
};
