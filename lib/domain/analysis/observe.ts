import { checkInterval } from './check-interval.ts';
import { combinedEvidence, harmEvidence } from './combine.ts';
import type { ArmCounts, Interval } from './contract.ts';
import { type LatencyEvidence, observeLatency } from './latency.ts';
import { observeProportion, type ProportionEvidence, type Trials } from './proportion.ts';
import type { Span } from './span.ts';
import type { AnalysisState, Contact, MetricState } from './state.ts';

/**
 * Takes in one interval and returns the next state; the given one stays as it was. Costs the same however long
 * the release runs. Impossible intervals are counted and change no evidence. Once the evidence has reached
 * the threshold the state is final.
 */
export function observeInterval(state: AnalysisState, interval: Interval): AnalysisState {
  if (state.crossedAt !== null) return state;
  const problem = checkInterval(state, interval);
  if (problem !== null) return refuse(state, interval, problem);
  const span = spanOf(state, interval);
  const next: AnalysisState = {
    ...state,
    metrics: state.metrics.map((metric) => observeMetric(metric, span, interval)),
    places: { ...state.places, [interval.target]: contactOf(state, interval) },
    newestAt: Math.max(state.newestAt ?? interval.at, interval.at),
  };
  const crossed = combinedEvidence(next) >= 1 / state.policy.alpha;
  return crossed ? { ...next, crossedAt: interval.at } : next;
}

function refuse(state: AnalysisState, interval: Interval, problem: string): AnalysisState {
  const at = Number.isFinite(interval.at) ? interval.at : (state.newestAt ?? state.startedAt);
  return {
    ...state,
    refused: { count: state.refused.count + 1, at: Math.max(at, state.refused.at ?? at), problem },
  };
}

function spanOf(state: AnalysisState, interval: Interval): Span {
  const since = interval.at - interval.seconds * 1000;
  return {
    target: interval.target,
    since,
    until: interval.at,
    seconds: interval.seconds,
    elapsedSeconds: (interval.at - state.startedAt) / 1000,
    warmingUp: since < state.startedAt + state.policy.warmupSeconds * 1000,
  };
}

function observeMetric(metric: MetricState, span: Span, interval: Interval): MetricState {
  const evidence = observeEvidence(metric, span, interval);
  const next = { ...metric, evidence };
  return { ...next, evidenceMax: Math.max(metric.evidenceMax, harmEvidence(next)) };
}

function observeEvidence(
  { definition, evidence }: MetricState,
  span: Span,
  { canary, baseline, latencyEdges }: Interval,
): ProportionEvidence | LatencyEvidence {
  if (evidence.type === 'latency') {
    if (latencyEdges === undefined) return evidence;
    return observeLatency(evidence, span, canary?.latency ?? null, baseline?.latency ?? null, latencyEdges);
  }
  const read = definition.kind === 'errors' ? errorsOf : (arm: ArmCounts) => eventsOf(arm, definition.name);
  return observeProportion(evidence, span, canary && read(canary), baseline && read(baseline));
}

function errorsOf(arm: ArmCounts): Trials {
  return { n: arm.requests, bad: arm.errors };
}

function eventsOf(arm: ArmCounts, name: string): Trials | null {
  const events = arm.counts?.[name];
  return events === undefined ? null : { n: arm.requests, bad: events };
}

function contactOf(state: AnalysisState, { target, at, canary, baseline }: Interval): Contact {
  const last = state.places[target];
  const exposed = at > state.startedAt && canary !== null && canary.requests > 0;
  return {
    at,
    canaryAt: exposed ? at : (last?.canaryAt ?? null),
    baselineAt: baseline !== null && baseline.requests > 0 ? at : (last?.baselineAt ?? null),
  };
}
