import type { AnalysisPolicy, MetricVerdict, Verdict } from './contract.ts';
import { claimName, claimText } from './explain-claim.ts';
import { gaugeText, leakText } from './explain-gauge.ts';
import type { ForecastAtShare } from './forecast.ts';
import { isLimitBroken } from './gauge.ts';
import type { MetricHold } from './judge.ts';
import type { DataHold } from './silence.ts';
import type { MetricState } from './state.ts';
import { countText, durationText, percentText, secondsText, timesText, valueText } from './words.ts';

/** The sentence of a whole verdict: what to do, then why. The same text on every surface. */
export function explainVerdict(
  verdict: Omit<Verdict, 'sentence'>,
  context: { dataHold: DataHold | null; warmupLeft: number; notJudged: string[] },
): string {
  const sentences = verdict.metrics.map(({ sentence }) => sentence);
  const unjudged = context.notJudged.length > 0 ? ` Not judged: ${context.notJudged.join(', ')}.` : '';
  if (verdict.decision === 'rollback') {
    const guilty = verdict.metrics.filter(({ decision }) => decision === 'rollback');
    return `Roll back: ${guilty.map(({ sentence }) => sentence).join('. ')}.${unjudged}`;
  }
  if (verdict.decision === 'advance') return `Advance: ${sentences.join('. ')}.${unjudged}`;
  if (context.dataHold !== null) return `Hold, cannot tell yet: ${context.dataHold.text}.${unjudged}`;
  if (context.warmupLeft > 0) {
    const rest = durationText(context.warmupLeft);
    return `Hold: warming up for another ${rest}, until then only gross failures count.${unjudged}`;
  }
  if (verdict.metrics.length === 0)
    return `Hold, cannot tell: no metric of the plan can be judged.${unjudged}`;
  const waiting = verdict.metrics.filter(({ decision }) => decision === 'hold');
  return `Hold: ${waiting.map(({ sentence }) => sentence).join('. ')}.${unjudged}`;
}

export type ExplainContext = {
  metric: MetricState;
  policy: AnalysisPolicy;
  hold: MetricHold;
  forecast: number | null;
  /** A share at which the answer would come much sooner; null if none is worth telling. */
  sooner: ForecastAtShare | null;
};

/** The sentence of one metric, for example: errors: canary 1.02 % against 0.49 %, 2.1 times (at least 1.3 times) ... */
export function explainMetric(verdict: MetricVerdict, context: ExplainContext): string {
  const { metric, hold } = context;
  const { name } = verdict;
  const parts = [comparisonText(verdict, metric)];
  if (verdict.decision === 'rollback') {
    parts.push(
      recentText(verdict, metric),
      worstPartText(verdict),
      leakText(metric),
      chanceText(verdict, metric),
      excessText(verdict, metric),
      ...guardTexts(verdict),
    );
    return `${name}: ${parts.filter((part) => part !== '').join('; ')}`;
  }
  if (hold === null) return `${name}: ${parts[0]}; ${claimText(verdict, metric, context.policy)}`;
  if (hold === 'no-data' || (verdict.canary.n === 0 && verdict.canary.value === null))
    return `${name}: cannot tell yet, ${missingText(hold)}`;
  parts.push(holdText(hold, verdict, context));
  return `${name}: cannot tell yet, ${parts.join('; ')}`;
}

function comparisonText(verdict: MetricVerdict, metric: MetricState): string {
  const { canary, baseline, ratio } = verdict;
  const { kind } = metric.definition;
  const show = showOf(metric);
  const label = kind === 'latency' ? 'p95 ' : '';
  if (canary.n === 0 && canary.value === null) return '';
  if (metric.evidence.type === 'gauge') return gaugeText(metric.evidence, show);
  const per = kind === 'count' ? ' a minute at full traffic' : '';
  const values = `canary ${label}${show(canary.value)} against ${show(baseline.value)}${per}`;
  if (ratio.estimate === null) return values;
  return `${values}, ${timesText(ratio.estimate)}${boundsText(ratio)}`;
}

function boundsText({ low, high }: MetricVerdict['ratio']): string {
  if (low !== null && low >= 1) return ` (at least ${timesText(low)})`;
  if (high !== null && high <= 1) return ` (at most ${timesText(high)})`;
  if (low !== null && high !== null) return ` (between ${timesText(low)} and ${timesText(high)})`;
  return high === null ? '' : ` (at most ${timesText(high)})`;
}

/** Harm that began late is hidden in the rates since the start: then the last minutes are told as well. */
function recentText({ ratio }: MetricVerdict, { evidence }: MetricState): string {
  if (evidence.type !== 'proportion' || evidence.totals.recent.n === 0) return '';
  const excludesOne = (ratio.low ?? 0) > 1 || (ratio.high ?? Number.POSITIVE_INFINITY) < 1;
  if (excludesOne) return '';
  const { n, bad, expectedBad } = evidence.totals.recent;
  return `in the last minutes ${percentText(bad / n)} against ${percentText(expectedBad / n)}`;
}

function showOf({ definition }: MetricState): (value: number | null) => string {
  if (definition.kind === 'latency') return secondsText;
  if (definition.kind === 'errors' || definition.kind === 'rate') return percentText;
  return (value) => valueText(value, definition.unit);
}

/** A hard limit is a rule and no matter of chance. */
function chanceText({ evidence }: MetricVerdict, metric: MetricState): string {
  if (metric.evidence.type === 'gauge' && isLimitBroken(metric.evidence)) return '';
  return `chance of seeing this if nothing were wrong is at most 1 in ${countText(evidence)}`;
}

function excessText({ badExcess }: MetricVerdict, { definition, evidence }: MetricState): string {
  const count = Math.round(badExcess);
  if (count <= 0) return '';
  if (evidence.type === 'latency') return `${countText(count)} extra slow requests so far`;
  if (definition.kind === 'errors') return `${countText(count)} extra failed requests so far`;
  const missing = definition.direction === 'higher-is-better';
  if (definition.kind === 'gauge') return '';
  if (definition.kind === 'mean') {
    const sum = valueText(badExcess, definition.unit);
    return `${sum} ${missing ? 'less' : 'more'} ${definition.name} than expected so far`;
  }
  return `${countText(count)} ${missing ? 'fewer' : 'more'} ${definition.name} than expected so far`;
}

/** Where the failures are, when one route or kind says much more than the rest. */
function worstPartText({ parts = [] }: MetricVerdict): string {
  const [worst] = parts;
  if (worst === undefined || worst.evidence < PART_WORTH_TELLING) return '';
  return worst.kind === 'route' ? `mostly ${worst.sentence}` : worst.sentence;
}

const PART_WORTH_TELLING = 20;

/** Guards that speak for themselves: strong evidence that a limit is broken. */
function guardTexts({ guards = [] }: MetricVerdict): string[] {
  return guards.filter(({ state }) => state === 'broken').map(({ sentence }) => `the guard ${sentence}`);
}

function missingText(hold: MetricHold): string {
  return hold === 'no-data' ? 'no recent data from both sides' : 'nothing compared yet';
}

function holdText(
  hold: MetricHold,
  verdict: MetricVerdict,
  { metric, policy, forecast, sooner }: ExplainContext,
): string {
  if (hold === 'warming-up') return 'the canary is warming up';
  if (hold === 'harm-signs') {
    return `signs of harm, evidence ${countText(verdict.evidence)} of the ${countText(verdict.threshold)} needed to roll back`;
  }
  if (hold === 'beyond-guard') return `beyond a guard just now (${guardList(verdict)})`;
  if (hold === 'failing') return 'more than half of the requests fail just now, whatever the baseline does';
  if (hold === 'leak') return leakText(metric);
  if (hold === 'beyond-margin')
    return `more than ${percentText(metric.policy.margin)} worse than the baseline`;
  const needed = NEEDED[verdict.kind] ?? claimName(metric, policy);
  if (forecast === null) return `not enough to show ${needed}, and when cannot be said at this traffic`;
  const other =
    sooner === null ? '' : `, or ${durationText(sooner.seconds)} at ${percentText(sooner.share)} traffic`;
  return `to show ${needed} takes about ${durationText(forecast)} more at this traffic${other}`;
}

/** What kinds without a claim of their own wait for. */
const NEEDED: Partial<Record<MetricVerdict['kind'], string>> = {
  latency: 'enough requests',
  gauge: 'enough whole minutes',
};

function guardList({ guards = [] }: MetricVerdict): string {
  const list = guards.filter(({ state }) => state === 'beyond' || state === 'broken');
  return list.map(({ sentence }) => sentence.replace(/(:| is broken).*$/, '')).join(', ');
}
