/** The part of a metric source that does not know where totals come from: spans, gaps, increases, layout. */
import { TRACKS, type Track } from '../protocol.ts';
import { bucketCounts, commonEdges } from './histogram.ts';
import type { MetricRoles } from './metric-roles.ts';
import { DetailsReader } from './read-details.ts';
import type { SourceReading, TrackCounts, TrackProblem } from './source.ts';
import { type InstanceTotals, type TrackIncrease, TrackMemory } from './track-memory.ts';

/** What a source read at one time, and what it could not read, in words. */
export type TotalsReading = {
  at: number;
  tracks: Record<Track, InstanceTotals[]>;
  problems: TrackProblem[];
};

export class IncreaseReader {
  readonly #roles: MetricRoles;
  readonly #everySeconds: number;
  readonly #queries: Record<string, string>;
  readonly #memory: Record<Track, TrackMemory>;
  readonly #details: DetailsReader;
  #lastAt: number | null = null;

  constructor(options: { roles: MetricRoles; everySeconds: number; queries: Record<string, string> }) {
    this.#roles = options.roles;
    this.#everySeconds = options.everySeconds;
    this.#queries = options.queries;
    this.#details = new DetailsReader(options.roles);
    const gapMsMax = this.#gapMsMax();
    this.#memory = { canary: new TrackMemory(gapMsMax), baseline: new TrackMemory(gapMsMax) };
  }

  /** Instances that counted lately and are missing now. */
  silent(track: Track, readings: readonly InstanceTotals[]): string[] {
    return this.#memory[track].silent(readings);
  }

  /**
   * Increases since the last reading that had any instance. The first one, and one more than three intervals
   * after, have no tracks: they only set the reference. An instance that comes back sooner brings all it counted.
   */
  read({ at, tracks, problems }: TotalsReading): SourceReading {
    const span = this.#lastAt === null ? 0 : at - this.#lastAt;
    const known = span > 0 && span <= this.#gapMsMax();
    const increases: Record<Track, TrackIncrease | null> = {
      canary: this.#memory.canary.advance(tracks.canary, at, this.#lastAt),
      baseline: this.#memory.baseline.advance(tracks.baseline, at, this.#lastAt),
    };
    if (TRACKS.some((track) => tracks[track].length > 0)) this.#lastAt = at;
    this.#details.learn(increases);
    const edges = this.#roles.latency === null ? [] : this.#edges();
    const counts: Partial<Record<Track, TrackCounts>> = {};
    const found = [...problems];
    for (const track of TRACKS) {
      const increase = known ? increases[track] : null;
      if (!increase) continue;
      const one = this.#countsOf(increase, edges);
      if (one.errors > one.requests) {
        const text = `${one.errors} errors of ${one.requests} requests; errors must select a part of requests`;
        found.push({ track, text });
        continue;
      }
      const instances = tracks[track];
      const { details, problems: left } = this.#details.of({
        at,
        increase,
        instances,
        edges: this.#meanEdges(),
        counted: one,
      });
      counts[track] = details === null ? one : { ...one, details };
      const texts = new Set([...left, ...instances.flatMap((each) => each.problems ?? [])]);
      for (const text of texts) found.push({ track, text });
    }
    const from = TRACKS.flatMap((track) => (known && increases[track] ? [increases[track].from] : []));
    return {
      at,
      seconds: known ? span / 1000 : this.#everySeconds,
      ...(from.length > 0 ? { countedFrom: Math.min(...from) } : {}),
      whole: TRACKS.every((track) => counts[track] !== undefined && increases[track]?.whole === true),
      tracks: counts,
      edges,
      queries: this.#queries,
      problem: problemText(found),
      problemBesidesCanary: problemText(found.filter(({ track }) => track !== 'canary')),
    };
  }

  /** A reading in which nothing could be read at all. */
  unreadable(at: number, problem: string): SourceReading {
    return this.read({
      at,
      tracks: { canary: [], baseline: [] },
      problems: [{ track: null, text: problem }],
    });
  }

  #gapMsMax(): number {
    return 3 * this.#everySeconds * 1000;
  }

  /** The bucket edges that every instance of both tracks has, of the latency histogram or of a mean. */
  #edges(mean?: string): number[] {
    return commonEdges(TRACKS.flatMap((track) => this.#memory[track].histograms(mean)));
  }

  #meanEdges(): Map<string, number[]> {
    return new Map(this.#roles.means.map(({ name }) => [name, this.#edges(name)]));
  }

  #countsOf(increase: TrackIncrease, edges: number[]): TrackCounts {
    const of = (key: string) => (increase.counters.get(key) ?? []).reduce((sum, { count }) => sum + count, 0);
    const { requests, errors, latency, counts } = this.#roles;
    return {
      requests: of(requests),
      errors: errors === null ? 0 : of(errors),
      latency: latency === null || edges.length === 0 ? [] : bucketCounts(increase.latency, edges),
      counts: Object.fromEntries(counts.map((name) => [name, of(name)])),
    };
  }
}

/** At most 500 characters, the room that the wire gives a problem. */
const problemText = (problems: TrackProblem[]): string | null => {
  const text = problems
    .map((one) => (one.track === null ? one.text : `${one.track}: ${one.text}`))
    .join('; ');
  if (text === '') return null;
  return text.length <= 500 ? text : `${text.slice(0, 499)}…`;
};
