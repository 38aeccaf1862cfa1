import { coldSecondsLeft } from './cold-start.ts';
import { claimEvidence, combinedEvidence, harmEvidence, worryEvidence } from './combine.ts';
import type { Decision, GuardVerdict, HoldReason, MetricVerdict, Verdict } from './contract.ts';
import { estimateMetric } from './estimate.ts';
import { explainMetric, explainVerdict } from './explain.ts';
import { forecastMetric, LATENCY_REQUESTS_MIN, soonerAt } from './forecast.ts';
import { findGauge } from './gauge.ts';
import { judgeGuards } from './guard-verdicts.ts';
import { LEAK_MINUTES_MIN } from './leak.ts';
import { methodOf } from './methods.ts';
import { judgeParts } from './part-verdicts.ts';
import { type DataHold, findDataHold, SILENCE_MILLISECONDS_MAX } from './silence.ts';
import type { AnalysisState, MetricState } from './state.ts';

/** Why a metric does not let the stage pass; null when it does. */
export type MetricHold =
  | 'no-data'
  | 'warming-up'
  | 'harm-signs'
  | 'beyond-guard'
  | 'leak'
  | 'beyond-margin'
  | 'failing'
  | 'not-shown'
  | null;

/**
 * The answer at `now`, milliseconds since the epoch. `rollback` once the evidence for harm has reached the
 * threshold; `advance` only when both arms were heard lately, the warm-up is over, and every judged metric
 * has shown its claim without a sign of harm; `hold` in every other case, with what is missing.
 */
export function judge(state: AnalysisState, now: number): Verdict {
  const dataHold = findDataHold(state, now);
  const metrics = state.metrics.map((metric) => judgeMetric(state, metric, now));
  const forecastSeconds = forecastAll(state, metrics, now);
  const decision = decide(state, dataHold, metrics);
  const holdReason = decision === 'hold' ? reasonToHold(state, dataHold, now) : null;
  const verdict = {
    decision,
    holdReason,
    at: state.newestAt,
    evidence: combinedEvidence(state),
    threshold: 1 / state.policy.alpha,
    metrics: metrics.map(({ verdict }) => verdict),
    forecastSeconds: decision === 'hold' ? forecastSeconds : 0,
  };
  const warmupLeft = warmupSecondsLeft(state, now);
  return {
    ...verdict,
    sentence: explainVerdict(verdict, { dataHold, warmupLeft, notJudged: state.notJudged }),
  };
}

type Judged = { verdict: MetricVerdict; hold: MetricHold; forecast: number | null };

function decide(state: AnalysisState, dataHold: DataHold | null, metrics: Judged[]): Decision {
  if (state.crossedAt !== null) return 'rollback';
  if (dataHold !== null || metrics.length === 0) return 'hold';
  return metrics.every(({ hold }) => hold === null) ? 'advance' : 'hold';
}

function reasonToHold(state: AnalysisState, dataHold: DataHold | null, now: number): HoldReason {
  if (dataHold !== null) return dataHold.reason;
  return warmupSecondsLeft(state, now) > 0 ? 'warming-up' : 'insufficient-evidence';
}

function warmupSecondsLeft(state: AnalysisState, now: number): number {
  return coldSecondsLeft(state, now);
}

function judgeMetric(state: AnalysisState, metric: MetricState, now: number): Judged {
  const { policy } = state;
  const estimate = estimateMetric(metric, policy.alpha);
  const guards = judgeGuards(metric, estimate, policy.alpha);
  const hold = holdMetric(state, metric, guards, now);
  const forecast = forecastMetric(metric, policy, estimate.ratio);
  const harm = state.crossedAt === null ? harmEvidence(metric) : metric.evidenceMax;
  const threshold = 1 / policy.alpha;
  const guilty = state.crossedAt !== null && harm >= threshold;
  const claim = claimEvidence(metric);
  const verdict: MetricVerdict = {
    name: metric.definition.name,
    kind: metric.definition.kind,
    decision: guilty ? 'rollback' : hold === null && state.crossedAt === null ? 'advance' : 'hold',
    ...estimate,
    evidence: harm,
    threshold,
    advanceEvidence: claim ?? 1,
    advanceThreshold: claim === null ? 1 : 1 / policy.advance.alpha,
    method: methodOf(metric),
    windowSeconds: windowOf(state, metric),
    evidenceMax: metric.evidenceMax,
    parts: judgeParts(metric),
    guards,
    sentence: '',
  };
  const sooner = soonerAt(metric, policy, estimate.ratio, forecast);
  const sentence = explainMetric(verdict, { metric, policy, hold, forecast, sooner });
  return { verdict: { ...verdict, sentence }, hold, forecast };
}

/** Not worse than a baseline that fails as well is no reason to go on. */
function isFailing({ definition, evidence }: MetricState): boolean {
  if (definition.kind !== 'errors' || evidence.type !== 'proportion') return false;
  const { n, bad } = evidence.totals.recent;
  return n > 0 && bad > FAILING_PART * n;
}

const FAILING_PART = 0.5;

/** Seconds of comparison behind the numbers: since the warm-up by the clock. */
function windowOf({ startedAt, policy }: AnalysisState, { evidence }: MetricState): number | null {
  if (evidence.comparedAt === null) return null;
  return Math.max(0, (evidence.comparedAt - startedAt) / 1000 - policy.warmupSeconds);
}

function holdMetric(
  state: AnalysisState,
  metric: MetricState,
  guards: GuardVerdict[],
  now: number,
): MetricHold {
  const { evidence } = metric;
  const { comparedAt } = evidence;
  const compared = comparedAt !== null && now - comparedAt <= SILENCE_MILLISECONDS_MAX;
  if (!compared) return 'no-data';
  if (warmupSecondsLeft(state, now) > 0) return 'warming-up';
  if (harmEvidence(metric) >= worryEvidence(state.policy.alpha)) return 'harm-signs';
  if (isFailing(metric)) return 'failing';
  if (guards.some((guard) => guard.state === 'beyond' || guard.state === 'broken')) return 'beyond-guard';
  if (evidence.type === 'gauge') {
    const { leak, beyondMargin } = findGauge(evidence);
    if (leak !== null) return 'leak';
    if (beyondMargin) return 'beyond-margin';
  }
  return isShown(state, metric) ? null : 'not-shown';
}

function isShown(state: AnalysisState, metric: MetricState): boolean {
  const claim = claimEvidence(metric);
  if (claim !== null) return claim >= 1 / state.policy.advance.alpha;
  if (metric.evidence.type === 'gauge') return findGauge(metric.evidence).minutes >= LEAK_MINUTES_MIN;
  return metric.evidence.type === 'latency' && metric.evidence.totals.canaryN >= LATENCY_REQUESTS_MIN;
}

function forecastAll(state: AnalysisState, metrics: Judged[], now: number): number | null {
  if (state.newestAt === null || metrics.length === 0) return null;
  let longest = 0;
  for (const { hold, forecast } of metrics) {
    if (hold === 'no-data' || forecast === null) return null;
    longest = Math.max(longest, forecast);
  }
  return Math.ceil(warmupSecondsLeft(state, now)) + longest;
}
