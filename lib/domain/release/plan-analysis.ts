/** The analysis block of a plan on its own: parsed by the plan's rules, and written as a plan writes it. */
import type { AnalysisPolicy, MetricDefinition } from '../analysis/contract.ts';
import { marginOf } from '../analysis/margins.ts';
import { checkPlanMetrics, type PlanError, parsePlan } from './plan.ts';

export type ParsedAnalysis = { policy: AnalysisPolicy; errors: null } | { policy: null; errors: PlanError[] };

/**
 * Parses what could stand under `spec.analysis`, against the metrics of a service. `field` is what the
 * paths of errors begin with: `analysis.metrics[0].margin`.
 */
export const parseAnalysis = (
  document: unknown,
  metrics: readonly Pick<MetricDefinition, 'name' | 'kind'>[],
  field: string,
): ParsedAnalysis => {
  const { plan, errors } = parsePlan({
    apiVersion: 'slipway/v1',
    kind: 'Plan',
    metadata: { name: 'analysis' },
    spec: { strategy: 'canary', stages: [{ name: 'all', share: 100 }], analysis: document },
  });
  const found = errors ?? checkPlanMetrics(plan, metrics);
  if (plan && found.length === 0) return { policy: bindMargins(plan.analysis, metrics), errors: null };
  const rename = (path: string) => path.replace(/^spec\.analysis/, field);
  return { policy: null, errors: found.map(({ path, message }) => ({ path: rename(path), message })) };
};

/** The policy once a service is known: margins that the plan left open are those of the metrics' kinds. */
export const bindMargins = (
  policy: AnalysisPolicy,
  metrics: readonly Pick<MetricDefinition, 'name' | 'kind'>[],
): AnalysisPolicy => ({
  ...policy,
  metrics: policy.metrics.map(({ isMarginOpen, ...metric }) => {
    const kind = metrics.find(({ name }) => name === metric.name)?.kind;
    if (!isMarginOpen) return metric;
    return kind
      ? { ...metric, margin: marginOf({ ...metric, isMarginOpen }, kind) }
      : { ...metric, isMarginOpen };
  }),
});

/** A policy as a plan writes it: durations in seconds, margins and rates in percent. */
export const analysisDocument = (policy: AnalysisPolicy) => ({
  alpha: policy.alpha,
  warmup: policy.warmupSeconds,
  every: policy.everySeconds,
  advance: {
    ratioMax: policy.advance.ratioMax,
    rateMax: percent(policy.advance.rateMax),
    alpha: policy.advance.alpha,
  },
  metrics: policy.metrics.map(({ name, margin, weight, guard }) => ({
    name,
    margin: percent(margin),
    ...(weight > 0 ? { weight } : {}),
    ...(guard ? { guard: limitsOf(guard) } : {}),
  })),
});
export type AnalysisDocument = ReturnType<typeof analysisDocument>;

const limitsOf = (guard: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(guard).map(([key, limit]) => [key, key === 'rate' ? percent(limit) : limit]),
  );

/** With the two decimals that a plan may write. */
const percent = (fraction: number): number => Math.round(fraction * 10_000) / 100;
