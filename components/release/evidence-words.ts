/** Numbers of a verdict in words and positions. */

import type { VerdictView } from '#lib/contract/release.ts';
import { countText, percentText, secondsText } from '#lib/domain/analysis/words.ts';

export type MetricView = VerdictView['metrics'][number];

/** "12 of 100": evidence against what is needed. Small values keep a decimal, since they grow from 1. */
export const evidenceText = (evidence: number, threshold: number): string =>
  `${amountText(evidence)} of ${amountText(threshold)}`;

const amountText = (value: number): string =>
  value < 10 ? String(Number(Math.max(0, value).toFixed(1))) : countText(value);

/** How far evidence has come on its way, 0..1, in powers of ten: evidence multiplies, it does not add. */
export const evidencePosition = (evidence: number, threshold: number): number => {
  if (evidence >= threshold) return 1;
  if (evidence <= 1 || threshold <= 1) return 0;
  return Math.log(evidence) / Math.log(threshold);
};

/** The span of a ratio scale that shows `low`..`high` and 1, as a factor to both sides, at least 2 and at most 32. */
export const ratioSpan = ({ estimate, low, high }: MetricView['ratio']): number => {
  const reach = [estimate, low, high]
    .filter((value): value is number => value !== null && value > 0)
    .map((value) => Math.max(value, 1 / value));
  return Math.min(32, Math.max(2, 2 ** Math.ceil(Math.log2(Math.max(1, ...reach)))));
};

/** Where `ratio` stands on a scale from 1/span to span, 0..1; beyond the ends it stays at the end. */
export const ratioPosition = (ratio: number, span: number): number => {
  if (ratio <= 0) return 0;
  return Math.max(0, Math.min(1, 0.5 + Math.log(ratio) / (2 * Math.log(span))));
};

/** "1.4 times, between 1.1 and 1.9", or what of it is known. */
export const ratioText = ({ estimate, low, high }: MetricView['ratio']): string => {
  if (estimate === null) return 'unknown';
  const times = `${round(estimate)} times the baseline`;
  if (low !== null && high !== null) return `${times}, surely between ${round(low)} and ${round(high)}`;
  if (low !== null) return `${times}, surely at least ${round(low)}`;
  return high === null ? times : `${times}, surely at most ${round(high)}`;
};

/** Near 1 the third digit is the difference. */
const round = (ratio: number): string =>
  String(Number(ratio.toPrecision(ratio >= 100 || (ratio > 0.8 && ratio < 1.25) ? 3 : 2)));

/** One side's value in its own unit. */
export const armValueText = (kind: MetricView['kind'], value: number | null): string => {
  if (value === null) return 'unknown';
  if (kind === 'latency') return secondsText(value);
  return kind === 'errors' || kind === 'rate' ? percentText(value) : String(Number(value.toPrecision(3)));
};

/** What `n` and `bad` count, per kind. */
export const armBasisText = (kind: MetricView['kind'], arm: { n: number; bad: number }): string =>
  kind === 'errors' || kind === 'rate'
    ? `${countText(arm.bad)} of ${countText(arm.n)}`
    : `${countText(arm.n)} measured`;

/**
 * The metric to look at first: harm that is shown, then signs of it, then what is not known, then what holds. Equals
 * stay in the plan's order, so that a card moves only when its metric's answer changes.
 */
export const worstFirst = (metrics: readonly MetricView[]): MetricView[] =>
  metrics.toSorted((a, b) => rankOf(a) - rankOf(b));

const rankOf = (metric: MetricView): number => {
  if (metric.decision === 'rollback') return 0;
  if (evidencePosition(metric.evidence, metric.threshold) >= WORRY) return 1;
  if (metric.decision === 'advance') return 4;
  return metric.canary.n === 0 || metric.baseline.n === 0 ? 2 : 3;
};

/** Half the way to a rollback, in powers of ten. */
const WORRY = 0.5;

/** "About 18 extra failed requests so far", or what is missing; null below one. */
export const extraText = ({ kind, name, badExcess }: Pick<MetricView, 'kind' | 'name' | 'badExcess'>) => {
  const count = Math.round(badExcess);
  if (count < 1) return null;
  const noun = count === 1 ? 'request' : 'requests';
  if (kind === 'errors') return `about ${countText(count)} extra failed ${noun} so far`;
  if (kind === 'latency') return `about ${countText(count)} extra slow ${noun} so far`;
  return `about ${countText(count)} ${name} worse than expected so far`;
};
