/** Sorts selected series into the running totals of one instance. */
import type { Labels } from './compile-selector.ts';
import { asEventTotal } from './increase.ts';
import { SourceError } from './source.ts';
import { numberOf } from './text-format.ts';
import type { InstanceTotals } from './track-memory.ts';

/** Collects series of one instance. Every method throws `SourceError` for data that cannot be. */
export class TotalsBuilder {
  readonly #instance: string;
  readonly #latencyKey: string | null;
  readonly #counters = new Map<string, Map<string, number>>();
  readonly #latency = new Map<string, Map<number, number>>();
  #takenAt: number | undefined;

  constructor(instance: string, latencyKey: string | null) {
    this.#instance = instance;
    this.#latencyKey = latencyKey;
  }

  add(key: string, metric: string, labels: Labels, value: number): void {
    if (key === this.#latencyKey) this.#addBucket(metric, labels, value);
    else this.#addCounter(key, metric, labels, value);
  }

  /** When a series was taken, milliseconds since the epoch; the oldest counts. */
  takenAt(at: number): void {
    if (Number.isFinite(at)) this.#takenAt = Math.min(this.#takenAt ?? at, at);
  }

  done(): InstanceTotals {
    for (const [series, buckets] of this.#latency)
      if (!buckets.has(Number.POSITIVE_INFINITY))
        throw new SourceError(`shows no +Inf bucket for ${series.slice(0, 200)}`);
    const taken = this.#takenAt === undefined ? {} : { takenAt: this.#takenAt };
    return { instance: this.#instance, counters: this.#counters, latency: this.#latency, ...taken };
  }

  #addCounter(key: string, metric: string, labels: Labels, value: number): void {
    const series = seriesText(metric, labels);
    const totals = this.#counters.get(key) ?? new Map<string, number>();
    if (totals.has(series)) throw new SourceError(`shows ${series.slice(0, 200)} twice`);
    this.#counters.set(key, totals.set(series, asEventTotal(value, series)));
  }

  #addBucket(metric: string, labels: Labels, value: number): void {
    const edge = numberOf(labels.get('le') ?? '');
    const series = seriesText(metric, new Map([...labels].filter(([label]) => label !== 'le')));
    if (edge === null || Number.isNaN(edge))
      throw new SourceError(`shows a bucket without a numeric le label for ${series.slice(0, 200)}`);
    const buckets = this.#latency.get(series) ?? new Map<number, number>();
    if (buckets.has(edge)) throw new SourceError(`shows a bucket of ${series.slice(0, 200)} twice`);
    if (buckets.size >= bucketsMax)
      throw new SourceError(`shows more than ${bucketsMax} buckets a histogram`);
    this.#latency.set(series, buckets.set(edge, asEventTotal(value, series)));
  }
}

/** The wire carries at most 200 edges and the open bucket. */
const bucketsMax = 201;

const seriesText = (metric: string, labels: Labels): string =>
  metric + JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
