/** Remembers the last totals of every instance of one track and turns new ones into increases. */
import { type CounterTotals, counterIncrease, type HistogramTotals, histogramIncreases } from './increase.ts';

/** Everything read from one instance at one time; counters by query key. */
export type InstanceTotals = {
  instance: string;
  counters: ReadonlyMap<string, CounterTotals>;
  latency: HistogramTotals;
  /** When the totals were true, where that is before the time of the reading; milliseconds since the epoch. */
  takenAt?: number;
};

export type TrackIncrease = {
  /** Nothing was counted before this time, milliseconds since the epoch. */
  from: number;
  /** By query key. */
  counters: Map<string, number>;
  /** Cumulative increases of every latency series. */
  latency: ReadonlyMap<number, number>[];
};

/**
 * An instance read for the first time, or again after more than `gapMsMax`, only sets its reference: what it
 * counted before cannot be put in this span. An instance that was away for less is taken up where it was left.
 */
export class TrackMemory {
  readonly #gapMsMax: number;
  readonly #instances = new Map<string, { at: number; totals: InstanceTotals }>();

  constructor(gapMsMax: number) {
    this.#gapMsMax = gapMsMax;
  }

  /** Increases summed over the instances known before; null when there is none, which is silence and not zero. */
  advance(readings: readonly InstanceTotals[], at: number): TrackIncrease | null {
    let sum: TrackIncrease | null = null;
    this.#forget(at);
    for (const totals of readings) {
      const before = this.#instances.get(totals.instance);
      this.#instances.set(totals.instance, { at, totals });
      if (!before) continue;
      const from = before.totals.takenAt ?? before.at;
      const soFar = sum ?? { from, counters: new Map(), latency: [] };
      sum = added({ ...soFar, from: Math.min(soFar.from, from) }, before.totals, totals);
    }
    return sum;
  }

  /** Instances read lately that are not among `readings`. */
  silent(readings: readonly InstanceTotals[]): string[] {
    const present = new Set(readings.map((totals) => totals.instance));
    return [...this.#instances.keys()].filter((instance) => !present.has(instance));
  }

  histograms(): HistogramTotals[] {
    return [...this.#instances.values()].map(({ totals }) => totals.latency);
  }

  #forget(at: number): void {
    for (const [instance, { at: seenAt }] of this.#instances)
      if (at <= seenAt || at - seenAt > this.#gapMsMax) this.#instances.delete(instance);
  }
}

const added = (sum: TrackIncrease, before: InstanceTotals, now: InstanceTotals): TrackIncrease => {
  for (const [key, totals] of now.counters) {
    const increase = counterIncrease(before.counters.get(key) ?? new Map(), totals);
    sum.counters.set(key, (sum.counters.get(key) ?? 0) + increase);
  }
  return {
    ...sum,
    latency: [...sum.latency, ...histogramIncreases(before.latency, now.latency)],
  };
};
