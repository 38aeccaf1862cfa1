/**
 * A metric source turns what a service exposes into counts per track and interval: increases, never rates
 * or running totals; histogram buckets, never percentiles.
 */
import type { SampleDetails, Track } from '../protocol.ts';

/** One reading: what happened on one track since the previous reading. */
export type TrackCounts = {
  requests: number;
  errors: number;
  /** One count per bucket of `edges`, the last bucket open-ended; empty when the service has no latency histogram. */
  latency: number[];
  /** Business counts by metric name. */
  counts: Record<string, number>;
  /** What the source tells besides; absent for one that reads nothing but counts. */
  details?: SampleDetails;
};

export type SourceReading = {
  /** End of the span, milliseconds since the epoch, and its length. */
  at: number;
  seconds: number;
  /**
   * Nothing in this reading was counted before this time; absent = the span's beginning. It is earlier when an instance
   * was away for a reading, or when what the source showed at the beginning was older than that.
   */
  countedFrom?: number;
  /**
   * Was every instance of both tracks counted, and over the same time? Only then do the counts of both tracks tell
   * how the traffic was split; absent = yes.
   */
  whole?: boolean;
  /** A track is missing when nothing could be read for it: silence, never zero. */
  tracks: Partial<Record<Track, TrackCounts>>;
  /** Upper bucket edges in seconds without the last, open one. */
  edges: number[];
  /** The resolved query or selector of every metric. */
  queries: Record<string, string>;
  /** What could not be read, in words; null when all was. */
  problem: string | null;
  /** The same without what concerns the canary alone, for when none should run; absent = `problem`. */
  problemBesidesCanary?: string | null;
};

/** Something that cannot be read, of one track or (null) of both, in words. */
export type TrackProblem = { track: Track | null; text: string };

export type MetricSource = {
  everySeconds: number;
  /** Reads once. The first reading after start or a gap only sets the reference and has no tracks. */
  read(signal: AbortSignal): Promise<SourceReading>;
  /** Tries the source once and says what is wrong; null when it answers. Used by target checks and `doctor`. */
  check(signal: AbortSignal): Promise<string | null>;
  close(): Promise<void>;
};

/** A source cannot be read now (unreachable, slow, not what it should be); the message says it in words. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

/** A query is not a plain metric selector; the message says what to write instead. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}
