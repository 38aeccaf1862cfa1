/** Sorts selected series into the running totals of one instance. */
import type { Amounts } from '../sample-details.ts';
import type { Labels } from './compile-selector.ts';
import { asEventTotal } from './increase.ts';
import { type AmountPart, isCounted, type MetricRoles, useOf } from './metric-roles.ts';
import { SourceError } from './source.ts';
import { numberOf } from './text-format.ts';
import type { InstanceTotals } from './track-memory.ts';

/**
 * Collects series of one instance. `add` throws `SourceError` for counts that cannot be; what is wrong with a gauge,
 * an amount or an age is remembered in words and leaves the counts alone.
 */
export class TotalsBuilder {
  readonly #instance: string;
  readonly #roles: MetricRoles;
  readonly #counters = new Map<string, Map<string, number>>();
  readonly #latency = new Map<string, Map<number, number>>();
  readonly #labels = new Map<string, Labels>();
  readonly #buckets = new Map<string, Map<string, Map<number, number>>>();
  readonly #amounts = new Map<string, Map<string, Amounts>>();
  readonly #gauges = new Map<string, number>();
  readonly #broken = new Map<string, string>();
  #takenAt: number | undefined;
  #startedAt: number | undefined;

  constructor(instance: string, roles: MetricRoles) {
    this.#instance = instance;
    this.#roles = roles;
  }

  add(key: string, metric: string, labels: Labels, value: number): void {
    if (isCounted(this.#roles, key)) {
      this.#addCount(key, metric, labels, value);
      return;
    }
    try {
      this.#addMore(key, metric, labels, value);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.breakOff(key, error.message);
    }
  }

  /** When a series was taken, milliseconds since the epoch; the oldest counts. */
  takenAt(at: number): void {
    if (Number.isFinite(at)) this.#takenAt = Math.min(this.#takenAt ?? at, at);
  }

  /** Nothing can be said of this query; `problem` says why. */
  breakOff(key: string, problem: string): void {
    this.#broken.set(key.split('.')[0] ?? key, problem);
  }

  done(): InstanceTotals {
    const [open] = withoutInfinity(this.#latency);
    if (open !== undefined) throw new SourceError(`shows no +Inf bucket for ${open.slice(0, 200)}`);
    for (const [metric, series] of this.#buckets)
      for (const text of withoutInfinity(series))
        this.breakOff(metric, `shows no +Inf bucket for ${text.slice(0, 200)}`);
    return {
      instance: this.#instance,
      counters: this.#counters,
      latency: this.#latency,
      labels: this.#labels,
      amounts: new Map(
        this.#roles.means
          .filter(({ name }) => !this.#broken.has(name))
          .map(({ name }) => [
            name,
            { buckets: this.#buckets.get(name) ?? new Map(), sums: this.#amounts.get(name) ?? new Map() },
          ]),
      ),
      gauges: new Map([...this.#gauges].filter(([key]) => !this.#broken.has(key))),
      problems: [...this.#broken.values()],
      ...(this.#takenAt === undefined ? {} : { takenAt: this.#takenAt }),
      ...(this.#startedAt === undefined ? {} : { startedAt: this.#startedAt }),
    };
  }

  #addCount(key: string, metric: string, labels: Labels, value: number): void {
    if (key === this.#roles.latency) addBucket(this.#latency, metric, labels, value);
    else this.#addCounter(key, metric, labels, value);
  }

  #addMore(key: string, metric: string, labels: Labels, value: number): void {
    const use = useOf(this.#roles, key);
    if (use.as === 'gauge') this.#addGauge(key, metric, value);
    if (use.as === 'started') this.#addStarted(metric, value);
    if (use.as !== 'amounts') return;
    if (use.part !== null) this.#addAmount(use.metric, use.part, labels, value);
    else addBucket(entryOf(this.#buckets, use.metric, newSeries), metric, labels, value);
  }

  #addCounter(key: string, metric: string, labels: Labels, value: number): void {
    const series = seriesText(metric, labels);
    const totals = entryOf(this.#counters, key, newMap<string, number>);
    if (totals.has(series)) throw new SourceError(`shows ${series.slice(0, 200)} twice`);
    totals.set(series, asEventTotal(value, series));
    this.#labels.set(series, labels);
  }

  #addGauge(key: string, metric: string, value: number): void {
    if (this.#gauges.has(key))
      throw new SourceError(
        `shows several series of ${metric}; add a label to the query of ${key} that picks one`,
      );
    if (!Number.isFinite(value)) throw new SourceError(`has no number for ${metric}`);
    this.#gauges.set(key, value);
  }

  #addStarted(metric: string, seconds: number): void {
    if (!Number.isFinite(seconds) || seconds <= 0)
      throw new SourceError(
        `has no time for ${metric}; the query started selects the second a process began`,
      );
    this.#startedAt = Math.max(this.#startedAt ?? 0, seconds * 1_000);
  }

  #addAmount(metric: string, part: AmountPart, labels: Labels, value: number): void {
    if (!Number.isFinite(value) || value < 0)
      throw new SourceError(
        `has the impossible total ${value} for ${metric}.${part}; it counts from 0 upwards`,
      );
    const series = entryOf(this.#amounts, metric, newMap<string, Amounts>);
    const totals = entryOf(series, seriesText('', labels), () => ({ n: 0, sum: 0, sumOfSquares: 0 }));
    totals[part] = value;
  }
}

const addBucket = (
  series: Map<string, Map<number, number>>,
  metric: string,
  labels: Labels,
  value: number,
): void => {
  const edge = numberOf(labels.get('le') ?? '');
  const text = seriesText(metric, new Map([...labels].filter(([label]) => label !== 'le')));
  if (edge === null || Number.isNaN(edge))
    throw new SourceError(`shows a bucket without a numeric le label for ${text.slice(0, 200)}`);
  const buckets = entryOf(series, text, newMap<number, number>);
  if (buckets.has(edge)) throw new SourceError(`shows a bucket of ${text.slice(0, 200)} twice`);
  if (buckets.size >= bucketsMax) throw new SourceError(`shows more than ${bucketsMax} buckets a histogram`);
  buckets.set(edge, asEventTotal(value, text));
};

/** The wire carries at most 200 edges and the open bucket. */
const bucketsMax = 201;

const newMap = <K, V>(): Map<K, V> => new Map();
const newSeries = (): Map<string, Map<number, number>> => new Map();

const entryOf = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
};

const withoutInfinity = (series: ReadonlyMap<string, ReadonlyMap<number, number>>): string[] =>
  [...series].flatMap(([text, buckets]) => (buckets.has(Number.POSITIVE_INFINITY) ? [] : [text]));

const seriesText = (metric: string, labels: Labels): string =>
  metric + JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
