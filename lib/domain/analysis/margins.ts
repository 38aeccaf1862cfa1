import type { MetricPolicy } from './contract.ts';
import type { MetricKind } from './metric-kinds.ts';

/** What hosts of one version differ by, per kind: the margin of a plan that says nothing. */
export const MARGIN_DEFAULTS: Record<MetricKind, number> = {
  errors: 0.1,
  latency: 0.05,
  rate: 0.01,
  count: 0.01,
  mean: 0.01,
  gauge: 0.2,
};

/** The margin that counts once the kind is known: a plan may be written before any service is bound to it. */
export function marginOf(metric: Pick<MetricPolicy, 'margin' | 'isMarginOpen'>, kind: MetricKind): number {
  return metric.isMarginOpen === true ? MARGIN_DEFAULTS[kind] : metric.margin;
}
