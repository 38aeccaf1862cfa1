/** Increases of counters and histograms between two readings of one instance. Pure. */
import type { Amounts } from '../sample-details.ts';
import { SourceError } from './source.ts';

/** Running totals by series: the key is the series' labels in a fixed order. */
export type CounterTotals = ReadonlyMap<string, number>;
/** Cumulative bucket totals by series (labels without `le`) and upper edge; `Infinity` is the whole count. */
export type HistogramTotals = ReadonlyMap<string, ReadonlyMap<number, number>>;
/** Running sums over amounts by series. */
export type AmountTotals = ReadonlyMap<string, Amounts>;

/**
 * The increase of every series. One that fell was reset, so its new total is its increase; one that was not
 * there before counts from zero, since its instance was being read and would have shown it.
 */
export const seriesIncreases = (before: CounterTotals, now: CounterTotals): Map<string, number> =>
  new Map(
    [...now].map(([series, total]) => {
      const previous = before.get(series) ?? 0;
      return [series, total >= previous ? total - previous : total];
    }),
  );

/**
 * Cumulative increases of every series. A fall in any bucket or other edges than before mean that the process
 * restarted: then all its buckets count from zero.
 */
export const histogramIncreases = (
  before: HistogramTotals,
  now: HistogramTotals,
): ReadonlyMap<number, number>[] =>
  [...now].map(([series, buckets]) => {
    const previous = before.get(series);
    if (!previous || wasReset(previous, buckets)) return buckets;
    return new Map([...buckets].map(([edge, total]) => [edge, total - (previous.get(edge) ?? 0)]));
  });

/** The increase over all series; a fall of any of the three sums of a series resets them together. */
export const amountIncrease = (before: AmountTotals, now: AmountTotals): Amounts => {
  const sum: Amounts = { n: 0, sum: 0, sumOfSquares: 0 };
  for (const [series, totals] of now) {
    const previous = before.get(series) ?? nothing;
    const fell = AMOUNT_KEYS.some((key) => totals[key] < previous[key]);
    for (const key of AMOUNT_KEYS) sum[key] += totals[key] - (fell ? 0 : previous[key]);
  }
  return sum;
};

/** Throws `SourceError` unless `value` can be a number of events. */
export const asEventTotal = (value: number, series: string): number => {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new SourceError(
    `has the impossible total ${value} for ${series.slice(0, 200)}; counters of events are whole numbers from 0`,
  );
};

const AMOUNT_KEYS = ['n', 'sum', 'sumOfSquares'] as const;
const nothing: Amounts = { n: 0, sum: 0, sumOfSquares: 0 };

const wasReset = (previous: ReadonlyMap<number, number>, now: ReadonlyMap<number, number>): boolean =>
  previous.size !== now.size || [...now].some(([edge, total]) => total < (previous.get(edge) ?? Infinity));
