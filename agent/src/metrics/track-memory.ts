/** Remembers the last totals of every instance of one track and turns new ones into increases. */
import type { Amounts } from '../sample-details.ts';
import type { Labels } from './compile-selector.ts';
import {
  type AmountTotals,
  amountIncrease,
  type CounterTotals,
  type HistogramTotals,
  histogramIncreases,
  seriesIncreases,
} from './increase.ts';

/** Everything read from one instance at one time; counters by query key. */
export type InstanceTotals = {
  instance: string;
  counters: ReadonlyMap<string, CounterTotals>;
  latency: HistogramTotals;
  /** When the totals were true, where that is before the time of the reading; milliseconds since the epoch. */
  takenAt?: number;
  /** When the process began, milliseconds since the epoch; absent = it does not say. */
  startedAt?: number;
  /** The labels of the counters' series. */
  labels?: ReadonlyMap<string, Labels>;
  /** By name of a `mean` metric: its histogram or its sums, the other one empty. Absent = cannot be read. */
  amounts?: ReadonlyMap<string, { buckets: HistogramTotals; sums: AmountTotals }>;
  /** By name of a `gauge` metric. */
  gauges?: ReadonlyMap<string, number>;
  /** What is wrong with gauges, amounts or ages, in words. */
  problems?: readonly string[];
};

export type SeriesIncrease = { labels: Labels; count: number };
export type AmountIncrease = { buckets: ReadonlyMap<number, number>[]; sums: Amounts[] };

export type TrackIncrease = {
  /** Nothing was counted before this time, milliseconds since the epoch. */
  from: number;
  /** Was every instance counted, and over the same time? */
  whole: boolean;
  /** By query key, every series of every instance. */
  counters: Map<string, SeriesIncrease[]>;
  /** Cumulative increases of every latency series. */
  latency: ReadonlyMap<number, number>[];
  /** By name of a `mean` metric. */
  amounts: Map<string, AmountIncrease>;
};

/**
 * An instance read for the first time, or again after more than `gapMsMax`, only sets its reference: what it
 * counted before cannot be put in this span, unless it says that its process began within. An instance that was away
 * for less is taken up where it was left.
 */
export class TrackMemory {
  readonly #gapMsMax: number;
  readonly #instances = new Map<string, { at: number; totals: InstanceTotals }>();

  constructor(gapMsMax: number) {
    this.#gapMsMax = gapMsMax;
  }

  /**
   * Increases since the reading at `since` (null = there was none) of the instances known before; null when there is
   * none, which is silence and not zero.
   */
  advance(readings: readonly InstanceTotals[], at: number, since: number | null): TrackIncrease | null {
    let sum: TrackIncrease | null = null;
    this.#forget(at);
    const whole = this.#isWhole(readings, at, since);
    for (const totals of readings) {
      const before = this.#instances.get(totals.instance);
      this.#instances.set(totals.instance, { at, totals });
      const from = before ? (before.totals.takenAt ?? before.at) : bornAfter(totals, since);
      if (from === null) continue;
      sum ??= { from, whole, counters: new Map(), latency: [], amounts: new Map() };
      sum.from = Math.min(sum.from, from);
      add(sum, before && !hasRestarted(before.totals, totals) ? before.totals : nothing, totals);
    }
    return sum;
  }

  /** Instances read lately that are not among `readings`. */
  silent(readings: readonly InstanceTotals[]): string[] {
    const present = new Set(readings.map((totals) => totals.instance));
    return [...this.#instances.keys()].filter((instance) => !present.has(instance));
  }

  /** The latency histograms of every instance, or those of a `mean` metric. */
  histograms(mean?: string): HistogramTotals[] {
    return [...this.#instances.values()].map(({ totals }) =>
      mean === undefined ? totals.latency : (totals.amounts?.get(mean)?.buckets ?? new Map()),
    );
  }

  /**
   * Nobody is missing or new, and what everybody shows is of the same age at both ends. A scrape interval that does
   * not fit the readings puts the counts of one instance here and those of another there.
   */
  #isWhole(readings: readonly InstanceTotals[], at: number, since: number | null): boolean {
    if (since === null || this.silent(readings).length > 0) return false;
    return readings.every((now) => {
      const before = this.#instances.get(now.instance);
      if (!before) return bornAfter(now, since) !== null;
      const own = (now.takenAt ?? at) - (before.totals.takenAt ?? before.at);
      return before.at === since && Math.abs(own - (at - since)) <= SPAN_TOLERANCE * (at - since);
    });
  }

  #forget(at: number): void {
    for (const [instance, { at: seenAt }] of this.#instances)
      if (at <= seenAt || at - seenAt > this.#gapMsMax) this.#instances.delete(instance);
  }
}

const nothing: Pick<InstanceTotals, 'counters' | 'latency' | 'amounts'> = {
  counters: new Map(),
  latency: new Map(),
};

const SPAN_TOLERANCE = 0.02;

const bornAfter = ({ startedAt }: InstanceTotals, since: number | null): number | null =>
  startedAt !== undefined && since !== null && startedAt >= since ? startedAt : null;

/** A new process counts from zero in all its series, also where it has counted past the old one already. */
const hasRestarted = (before: InstanceTotals, now: InstanceTotals): boolean =>
  before.startedAt !== undefined &&
  now.startedAt !== undefined &&
  Math.abs(now.startedAt - before.startedAt) > STARTED_JITTER_MS;

/** Some client libraries work the time out anew at every scrape. */
const STARTED_JITTER_MS = 1_500;

const add = (
  sum: TrackIncrease,
  before: Pick<InstanceTotals, 'counters' | 'latency' | 'amounts'>,
  now: InstanceTotals,
): void => {
  for (const [key, totals] of now.counters) {
    const increases = seriesIncreases(before.counters.get(key) ?? new Map(), totals);
    const counted = [...increases].map(([series, count]) => ({
      labels: now.labels?.get(series) ?? noLabels,
      count,
    }));
    sum.counters.set(key, [...(sum.counters.get(key) ?? []), ...counted]);
  }
  sum.latency.push(...histogramIncreases(before.latency, now.latency));
  for (const [name, totals] of now.amounts ?? []) {
    const known = before.amounts?.get(name);
    // What could not be read the last time has no reference to count from.
    if (before !== nothing && !known) continue;
    const increase = sum.amounts.get(name) ?? { buckets: [], sums: [] };
    increase.buckets.push(...histogramIncreases(known?.buckets ?? new Map(), totals.buckets));
    increase.sums.push(amountIncrease(known?.sums ?? new Map(), totals.sums));
    sum.amounts.set(name, increase);
  }
};

const noLabels: Labels = new Map();
