import type { AnalysisPolicy, MetricDefinition, MetricPolicy } from './contract.ts';
import { newCount } from './count.ts';
import { newErrorParts } from './error-parts.ts';
import { newErrors } from './errors.ts';
import { newGauge } from './gauge.ts';
import { newLatency } from './latency.ts';
import { marginOf } from './margins.ts';
import { newMean } from './mean.ts';
import { newRate } from './rate.ts';
import { newSampleRatio } from './sample-ratio.ts';
import type { AnalysisState, MetricState } from './state.ts';

/**
 * A judgement before any data. `startedAt` is the canary's first exposure in milliseconds since the epoch;
 * intervals up to it are history, which teaches the baseline's habits. Judged are the
 * metrics with a weight above 0 that the service declares, a `mean` only with a bound; their weights are scaled to sum
 * to 1, so that a metric that cannot be judged does not make the others harder to hear. A margin that the plan left
 * open is that of the metric's kind.
 */
export function startAnalysis(
  policy: AnalysisPolicy,
  metrics: MetricDefinition[],
  startedAt: number,
): AnalysisState {
  const wanted = policy.metrics.filter((metric) => metric.weight > 0);
  const judged = wanted.flatMap((metric) => {
    const definition = metrics.find(({ name }) => name === metric.name);
    if (definition === undefined) return [];
    const bound = { ...metric, margin: marginOf(metric, definition.kind) };
    const evidence = newEvidence(policy, bound, definition);
    if (evidence === null) return [];
    const parts = definition.kind === 'errors' && evidence.type === 'proportion';
    return [
      { definition, policy: bound, evidence, ...(parts && { parts: newErrorParts(evidence.harmBet) }) },
    ];
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
    sampleRatio: newSampleRatio(),
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
      return newCount(policy, metric, definition);
    case 'mean':
      return newMean(policy, metric, definition);
    case 'gauge':
      return newGauge(metric, definition);
  }
}
