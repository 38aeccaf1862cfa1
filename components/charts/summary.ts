/** What a chart says in words, for the line above it, for screen readers and for the readout. */
import { countText } from '#lib/domain/analysis/words.ts';
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
  [
    'at,canary_value,canary_requests,canary_bad,baseline_value,baseline_requests,baseline_bad',
    ...points.map(({ at, canary, baseline }) =>
      [new Date(at).toISOString(), ...cells(canary), ...cells(baseline)].join(','),
    ),
  ].join('\n');

const cells = (arm: Arm | null) => [arm?.value ?? '', arm?.n ?? '', arm?.bad ?? ''];
