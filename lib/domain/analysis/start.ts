import type { AnalysisPolicy, MetricDefinition, MetricPolicy } from './contract.ts';
import { newErrors } from './errors.ts';
import { newLatency } from './latency.ts';
import { newRate } from './rate.ts';
import type { AnalysisState, MetricState } from './state.ts';

/**
 * A judgement before any data. `startedAt` is the canary's first exposure in milliseconds since the epoch;
 * intervals up to it are history, which teaches the baseline's habits. Only `errors`, `latency` and `rate`
 * metrics with a weight above 0 are judged; their weights are scaled to sum to 1, so that
 * a metric that cannot be judged does not make the others harder to hear.
 */
export function startAnalysis(
  policy: AnalysisPolicy,
  metrics: MetricDefinition[],
  startedAt: number,
): AnalysisState {
  const wanted = policy.metrics.filter((metric) => metric.weight > 0);
  const judged = wanted.flatMap((metric) => {
    const definition = metrics.find(({ name }) => name === metric.name);
    const evidence = definition && newEvidence(policy, metric, definition);
    return evidence ? [{ definition, policy: metric, evidence }] : [];
  });
  const weights = judged.reduce((sum, metric) => sum + metric.policy.weight, 0);
  const names = new Set(judged.map((metric) => metric.policy.name));
  return {
    policy,
    startedAt,
    metrics: judged.map((metric) => ({ ...metric, weight: metric.policy.weight / weights, evidenceMax: 1 })),
    notJudged: wanted.map(({ name }) => name).filter((name) => !names.has(name)),
    places: {},
    newestAt: null,
    refused: { count: 0, at: null, problem: null },
    crossedAt: null,
  };
}

function newEvidence(
  policy: AnalysisPolicy,
  metric: MetricPolicy,
  definition: MetricDefinition,
): MetricState['evidence'] | null {
  switch (definition.kind) {
    case 'errors':
      return newErrors(policy, metric);
    case 'rate':
      return newRate(policy, metric, definition);
    case 'latency':
      return newLatency(metric);
    case 'count':
    case 'mean':
    case 'gauge':
      return null;
  }
}
