import { checkInterval } from './check-interval.ts';
import { coldSpan, youngestSince } from './cold-start.ts';
import { harmEvidence } from './combine.ts';
import type { ArmCounts, Interval } from './contract.ts';
import { observeCount } from './count.ts';
import { observeGauge } from './gauge.ts';
import { observeLatency } from './latency.ts';
import { observeMean } from './mean.ts';
import { observeParts } from './observe-parts.ts';
import { observeProportion, type Trials } from './proportion.ts';
import { newSampleRatio, observeSampleRatio } from './sample-ratio.ts';
import type { Span } from './span.ts';
import type { AnalysisState, Contact, Evidence, MetricState } from './state.ts';

/**
 * Takes in one interval and returns the next state; the given one stays as it was. Costs the same however long
 * the release runs. Impossible intervals are counted and change no evidence. Once the evidence has reached
 * the threshold the state is final.
 */
export function observeInterval(state: AnalysisState, interval: Interval): AnalysisState {
  return observeAll(state, [interval]);
}

/** The same for many intervals in their order, with one copy of the state for all of them. */
export function observeAll(state: AnalysisState, intervals: Iterable<Interval>): AnalysisState {
  return state.crossedAt === null ? observeOwned(copyOf(state), intervals) : state;
}

/** The same in place, for those who hold the only copy, as after reading it from a store. Answers with the given state. */
export function observeOwned(state: AnalysisState, intervals: Iterable<Interval>): AnalysisState {
  for (const interval of intervals) {
    if (state.crossedAt !== null) break;
    observe(state, interval);
  }
  return state;
}

/** In place, on a state that nobody else holds. */
function observe(state: AnalysisState, interval: Interval): void {
  const problem = checkInterval(state, interval);
  if (problem !== null) {
    refuse(state, interval, problem);
    return;
  }
  const span = spanOf(state, interval);
  let evidence = state.metrics.length === 0 ? 1 : 0;
  for (const metric of state.metrics) evidence += metric.weight * observeMetric(metric, span, interval);
  state.places[interval.target] = contactOf(state, interval, span);
  state.sampleRatio = checkShare(state, span, interval);
  state.newestAt = Math.max(state.newestAt ?? interval.at, interval.at);
  if (evidence >= 1 / state.policy.alpha) state.crossedAt = interval.at;
}

/** A state is plain JSON: numbers, texts, lists and records, most of it lists of numbers. */
function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (typeof value[0] === 'number' ? value.slice() : value.map(copyOf)) as T;
  const copy = { ...value };
  for (const key in copy) if (typeof copy[key] === 'object') copy[key] = copyOf(copy[key]);
  return copy;
}

function refuse(state: AnalysisState, interval: Interval, problem: string): void {
  const at = Number.isFinite(interval.at) ? interval.at : (state.newestAt ?? state.startedAt);
  const { refused } = state;
  refused.count += 1;
  refused.at = Math.max(at, refused.at ?? at);
  refused.problem = problem;
}

function spanOf(state: AnalysisState, interval: Interval): Span {
  const since = interval.at - interval.seconds * 1000;
  return {
    target: interval.target,
    since,
    until: interval.at,
    seconds: interval.seconds,
    elapsedSeconds: (interval.at - state.startedAt) / 1000,
    warmingUp: coldSpan(state, interval),
    share: interval.assignedShare ?? null,
  };
}

/** Answers with the metric's evidence for harm after the span. */
function observeMetric(metric: MetricState, span: Span, interval: Interval): number {
  metric.parts = observeParts(metric, span, interval);
  metric.evidence = observeEvidence(metric, span, interval);
  const harm = harmEvidence(metric);
  metric.evidenceMax = Math.max(metric.evidenceMax, harm);
  return harm;
}

/** All but gauges step in place. */
function observeEvidence(
  { definition, evidence }: MetricState,
  span: Span,
  { canary, baseline, latencyEdges, assignedShare }: Interval,
): Evidence {
  const { name } = definition;
  switch (evidence.type) {
    case 'latency':
      if (latencyEdges !== undefined)
        observeLatency(evidence, span, canary?.latency ?? null, baseline?.latency ?? null, latencyEdges);
      return evidence;
    case 'count': {
      const arms = {
        canary: canary?.counts?.[name] ?? null,
        baseline: baseline?.counts?.[name] ?? null,
      };
      observeCount(evidence, span, arms, assignedShare);
      return evidence;
    }
    case 'mean':
      observeMean(evidence, span, canary?.amounts?.[name] ?? null, baseline?.amounts?.[name] ?? null);
      return evidence;
    case 'gauge':
      return observeGauge(evidence, span, canary?.gauges?.[name] ?? null, baseline?.gauges?.[name] ?? null);
    case 'proportion': {
      const read = definition.kind === 'errors' ? errorsOf : (arm: ArmCounts) => eventsOf(arm, name);
      observeProportion(evidence, span, canary && read(canary), baseline && read(baseline));
      return evidence;
    }
  }
}

function errorsOf(arm: ArmCounts): Trials {
  return { n: arm.requests, bad: arm.errors };
}

function eventsOf(arm: ArmCounts, name: string): Trials | null {
  const events = arm.counts?.[name];
  return events === undefined ? null : { n: arm.requests, bad: events };
}

function checkShare(
  { sampleRatio }: AnalysisState,
  span: Span,
  { canary, baseline, assignedShare }: Interval,
): AnalysisState['sampleRatio'] {
  const known = sampleRatio ?? newSampleRatio();
  if (canary === null || baseline === null) return known;
  observeSampleRatio(known, span, canary.requests, baseline.requests, assignedShare);
  return known;
}

function contactOf(state: AnalysisState, interval: Interval, span: Span): Contact {
  const { target, at, canary, baseline } = interval;
  const last = state.places[target];
  const exposed = at > state.startedAt && canary !== null && canary.requests > 0;
  return {
    at,
    canaryAt: exposed ? at : (last?.canaryAt ?? null),
    baselineAt: baseline !== null && baseline.requests > 0 ? at : (last?.baselineAt ?? null),
    youngestSince: youngestSince(interval) ?? last?.youngestSince ?? null,
    coldSeconds: (last?.coldSeconds ?? 0) + (span.warmingUp && exposed ? interval.seconds : 0),
  };
}
