import { checkInputs } from './check-inputs.ts';
import type { ArmCounts, Interval } from './contract.ts';
import type { AnalysisState } from './state.ts';

/**
 * What is impossible about an interval, as a sentence that names the field; null when it can be judged.
 * An interval that is refused changes no evidence.
 */
export function checkInterval(state: AnalysisState, interval: Interval): string | null {
  return (
    checkTime(state, interval) ??
    checkEdges(interval.latencyEdges) ??
    checkArm('canary', interval.canary, interval.latencyEdges) ??
    checkArm('baseline', interval.baseline, interval.latencyEdges) ??
    checkRates(state, 'canary', interval.canary) ??
    checkRates(state, 'baseline', interval.baseline) ??
    checkInputs(state, interval)
  );
}

function checkTime(state: AnalysisState, interval: Interval): string | null {
  const { at, seconds, target } = interval;
  if (!Number.isFinite(at)) return `at is ${at}, not a time`;
  if (!Number.isFinite(seconds) || seconds <= 0) return `seconds is ${seconds}, must be above 0`;
  const last = state.places[target]?.at;
  if (last === at) return `${target} reported the interval ending at ${at} twice`;
  if (last !== undefined && at < last)
    return `${target} reported an interval ending at ${at} after one ending at ${last}`;
  return null;
}

function checkEdges(edges: readonly number[] | undefined): string | null {
  if (edges === undefined) return null;
  const rising = edges.every(
    (edge, k) => Number.isFinite(edge) && edge > (k === 0 ? 0 : (edges[k - 1] ?? 0)),
  );
  return rising && edges.length > 0 ? null : 'latencyEdges must be positive and rise';
}

function checkArm(
  arm: string,
  counts: ArmCounts | null,
  edges: readonly number[] | undefined,
): string | null {
  if (counts === null) return null;
  return (
    checkCount(() => `${arm}.requests`, counts.requests) ??
    checkPart(() => `${arm}.errors`, counts.errors, counts.requests) ??
    checkLatency(arm, counts.latency, edges) ??
    checkCounts(arm, counts)
  );
}

function checkCounts(arm: string, counts: ArmCounts): string | null {
  for (const [name, count] of Object.entries(counts.counts ?? {})) {
    const problem = checkCount(() => `${arm}.counts.${name}`, count);
    if (problem !== null) return problem;
  }
  return null;
}

/** A yes/no metric counts requests, so it can never exceed them; other counts may. */
function checkRates(state: AnalysisState, arm: string, counts: ArmCounts | null): string | null {
  for (const { definition } of state.metrics) {
    const count = definition.kind === 'rate' ? counts?.counts?.[definition.name] : undefined;
    if (counts === null || count === undefined) continue;
    const problem = checkPart(() => `${arm}.counts.${definition.name}`, count, counts.requests);
    if (problem !== null) return problem;
  }
  return null;
}

function checkLatency(
  arm: string,
  latency: number[] | undefined,
  edges: readonly number[] | undefined,
): string | null {
  if (latency === undefined) return null;
  if (edges === undefined) return `${arm}.latency came without latencyEdges`;
  if (latency.length !== edges.length + 1) {
    return `${arm}.latency has ${latency.length} buckets, must have ${edges.length + 1}`;
  }
  const wrong = latency.findIndex((count) => !isCount(count));
  return wrong < 0 ? null : checkCount(() => `${arm}.latency[${wrong}]`, latency[wrong] ?? Number.NaN);
}

/** Names are made only for what is wrong: this runs for every count of every interval. */
function checkPart(field: () => string, part: number, whole: number): string | null {
  const problem = checkCount(field, part);
  if (problem !== null) return problem;
  return part > whole ? `${field()} is ${part}, more than the ${whole} requests` : null;
}

function checkCount(field: () => string, count: number): string | null {
  return isCount(count) ? null : `${field()} is ${count}, must be 0 or more`;
}

function isCount(count: number): boolean {
  return Number.isFinite(count) && count >= 0;
}
