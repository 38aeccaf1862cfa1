import { type Log, textOf } from './log.ts';
import type { MetricSource, SourceReading } from './metrics/source.ts';
import { shorten } from './report.ts';
import { rowsOf, type SampleRow } from './sample-rows.ts';

export type SamplerOptions = {
  target: string;
  source: MetricSource;
  log: Log;
  onRows: (rows: SampleRow[]) => void;
  /** Should a canary run now? If not, nobody misses its measurements. */
  canaryExpected: () => boolean;
  /** The share the router was set to all this time, in basis points; null when it cannot be said. */
  shareOver: (from: number, until: number, signal: AbortSignal) => Promise<number | null>;
};

/** Reads one target's metric source at whole multiples of its interval. A reading that fails is silence. */
export class Sampler {
  readonly #o: SamplerOptions;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #reading: Promise<void> = Promise.resolve();
  /** What was wrong with the newest reading, in words; null when all was well. */
  problem: string | null = null;

  constructor(options: SamplerOptions) {
    this.#o = options;
  }

  start(): void {
    const everyMs = this.#o.source.everySeconds * 1_000;
    // The first reading only sets the reference, so it need not wait for the grid.
    this.#reading = this.#read(everyMs).then(() => this.#next());
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#reading;
    await this.#o.source.close();
  }

  #next(): void {
    if (this.#stopped.signal.aborted) return;
    const everyMs = this.#o.source.everySeconds * 1_000;
    const delay = everyMs - (Date.now() % everyMs);
    this.#timer = setTimeout(() => {
      this.#reading = this.#read(everyMs).then(() => this.#next());
    }, delay);
  }

  async #read(timeoutMs: number): Promise<void> {
    const { source, target, onRows, shareOver, canaryExpected, log } = this.#o;
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(Math.max(1_000, timeoutMs))]);
    let problem: string | null;
    try {
      const reading = await source.read(signal);
      const { problem: all, problemBesidesCanary = all } = reading;
      problem = canaryExpected() ? all : problemBesidesCanary;
      const readAt = Date.now();
      const from = reading.countedFrom ?? reading.at - reading.seconds * 1_000;
      const comparable = hasCounts(reading) && reading.whole !== false;
      const assigned = comparable ? await shareOver(from, readAt, signal) : null;
      const rows = rowsOf(target, reading, assigned);
      if (rows.length > 0) onRows(rows);
    } catch (error) {
      problem = textOf(error);
    }
    if (this.#stopped.signal.aborted) return;
    const news = problem === null ? null : shorten(problem);
    if (news !== this.problem) log[news === null ? 'info' : 'warn']('metric source', { problem: news });
    this.problem = news;
  }
}

function hasCounts({ tracks }: SourceReading): boolean {
  return Object.keys(tracks).length > 0;
}
