/** What a chart says in words, for the line above it, for screen readers and for the readout. */
import type { AnalysisPointView } from '#lib/contract/analysis.ts';
import { countText } from '#lib/domain/analysis/words.ts';
import type { ComparisonLimit } from './comparison-chart.tsx';
import type { Arm, ChartPoint } from './points.ts';

export type Format = (value: number) => string;

/** "1.02 %", "> 2.5 s", or "unknown": a missing number is never a zero. */
export const armText = (arm: Arm | null, format: Format): string => {
  if (!arm || arm.value === null) return 'unknown';
  return `${arm.beyond ? '> ' : ''}${format(arm.value)}`;
};

/** "34 of 3,310" or "3,310 requests": what the value stands on. */
export const basisText = (arm: Arm | null): string => {
  if (!arm) return '';
  return arm.bad === null ? `${countText(arm.n)} requests` : `${countText(arm.bad)} of ${countText(arm.n)}`;
};

/** "0.41 % to 2.10 %", or "from 1 s on" where the last bucket is open; empty where nothing is known. */
export const bandText = (arm: Arm | null, format: Format): string =>
  arm?.band ? spanText(arm.band, format) : '';

/** The ends of an interval; a missing one has no limit. */
export const spanText = (
  { low, high }: { low: number | null; high: number | null },
  format: Format,
): string => {
  if (low !== null && high !== null) return `${format(low)} to ${format(high)}`;
  if (low !== null) return `at least ${format(low)}`;
  return high === null ? 'no interval yet' : `at most ${format(high)}`;
};

/** A sentence of its own that names the limit; empty without one. */
export const limitText = (limit: ComparisonLimit | null, format: Format): string => {
  if (!limit) return '';
  return limit.kind === 'guard'
    ? ` The guard is ${format(limit.value)}.`
    : ` Tolerated is ${timesLabel(limit.factor)} the baseline.`;
};

/** A ratio on an axis: "1.1 ×", "1/4 ×". */
export const timesLabel = (ratio: number): string => {
  const inverse = 1 / ratio;
  if (ratio < 0.99 && Math.abs(inverse - Math.round(inverse)) < 1e-9) return `1/${Math.round(inverse)} ×`;
  return `${Number(ratio.toPrecision(ratio < 2 || ratio >= 100 ? 3 : 2))} ×`;
};

type Ratio = AnalysisPointView['ratio'];

/** One sentence on how canary and baseline compare, and whether the interval leaves out "same" or the limit. */
export const ratioSummary = (what: string, ratio: Ratio | null, limit: number): string => {
  if (!ratio || ratio.estimate === null) return `${what}: cannot be told yet.`;
  const now = `${what}: now ${timesLabel(ratio.estimate)}, surely ${spanText(ratio, timesLabel)}`;
  const tolerated = `tolerated is ${timesLabel(limit)}`;
  const apart = (ratio.low ?? 0) > 1 || (ratio.high ?? Number.POSITIVE_INFINITY) < 1;
  return `${now}; ${tolerated}; ${apart ? '"same" is ruled out' : '"same" is still possible'}.`;
};

/** Evidence as a number: small ones with a decimal, since they grow from 1, huge ones as a power of ten. */
export const evidenceAmount = (value: number): string =>
  value < 10 ? String(Number(Math.max(0, value).toFixed(1))) : countText(value);

/** One sentence on how far the evidence has come in both directions. */
export const evidenceSummary = (
  what: string,
  point: Pick<AnalysisPointView, 'evidence' | 'advanceEvidence'> | null,
  { threshold, advanceThreshold }: { threshold: number; advanceThreshold: number },
): string => {
  if (!point) return `${what}: nothing was judged yet.`;
  const harm = `${evidenceAmount(point.evidence)} of the ${evidenceAmount(threshold)} needed to roll back`;
  if (advanceThreshold <= 1) return `${what}: ${harm}.`;
  return `${what}: ${harm}, ${evidenceAmount(point.advanceEvidence)} of the ${evidenceAmount(advanceThreshold)} needed to advance.`;
};

/** One sentence: the present values and the range each line moved in. */
export const summaryOf = (what: string, points: readonly ChartPoint[], format: Format): string => {
  const last = points.at(-1);
  if (!last) return `${what}: nothing was measured yet.`;
  const range = (track: 'canary' | 'baseline') => {
    const values = points.flatMap((point) => point[track]?.value ?? []);
    if (values.length === 0) return 'nothing measured';
    const [low, high] = [format(Math.min(...values)), format(Math.max(...values))];
    const span = low === high ? `steady at ${low}` : `between ${low} and ${high}`;
    return `now ${armText(last[track], format)}, ${span}`;
  };
  return `${what}: canary ${range('canary')}; baseline ${range('baseline')}.`;
};

/** The points as comma-separated values, for a spreadsheet. */
export const csvOf = (points: readonly ChartPoint[]): string =>
  csvRows(
    ['at', ...['canary', 'baseline'].flatMap((track) => COLUMNS.map((column) => `${track}_${column}`))],
    points,
    ({ canary, baseline }) => [...cells(canary), ...cells(baseline)],
  );

const COLUMNS = ['value', 'requests', 'bad', 'low', 'high'];
const cells = (arm: Arm | null) => [arm?.value, arm?.n, arm?.bad, arm?.band?.low, arm?.band?.high];

/** Points as comma-separated values; what is not known stays empty. */
export const csvRows = <P extends { at: number }>(
  head: readonly string[],
  points: readonly P[],
  row: (point: P) => readonly (number | null | undefined)[],
): string =>
  [
    head.join(','),
    ...points.map((point) =>
      [new Date(point.at).toISOString(), ...row(point).map((cell) => cell ?? '')].join(','),
    ),
  ].join('\n');
