import { joinDetails } from './join-details.ts';
import type { SourceReading } from './metrics/source.ts';
import { type Messages, type SampleDetails, TRACKS } from './protocol.ts';

export type Layout = Messages['samples']['layout'];

/** One track over one span, ready for the wire. `at` is the end of the span, milliseconds since the epoch. */
export type SampleRow = {
  target: string;
  at: number;
  seconds: number;
  track: 0 | 1;
  requests: number;
  errors: number;
  latency: number[];
  counts: number[];
  /** The share the router was set to over the whole span, in basis points; null = unknown or changed within. */
  assigned: number | null;
  details: SampleDetails | null;
  layout: Layout;
  /** Rows with equal keys can travel in one message. */
  layoutKey: string;
};

/** The rows of a reading: one per track that could be read. A track that was silent has no row, never zeros. */
export function rowsOf(target: string, reading: SourceReading, assigned: number | null = null): SampleRow[] {
  return TRACKS.flatMap((name, index) => {
    const counts = reading.tracks[name];
    if (counts === undefined || !(reading.seconds > 0)) return [];
    const names = Object.keys(counts.counts).sort();
    const layout = { edges: counts.latency.length > 0 ? reading.edges : [], names, queries: reading.queries };
    const row: SampleRow = {
      target,
      at: Math.round(reading.at),
      seconds: reading.seconds,
      track: index === 0 ? 0 : 1,
      requests: whole(counts.requests),
      errors: whole(counts.errors),
      latency: counts.latency.map(whole),
      counts: names.map((count) => whole(counts.counts[count] ?? 0)),
      assigned,
      details: counts.details ?? null,
      layout,
      layoutKey: JSON.stringify(layout),
    };
    return isCountable(row) ? [row] : [];
  });
}

/**
 * Halves the resolution: neighbouring rows of the same target, track and layout become one with the sum of
 * their counts. Rows with silence between them stay apart, so that a gap is never painted over.
 */
export function halved(rows: readonly SampleRow[]): SampleRow[] {
  const result: SampleRow[] = [];
  const open = new Map<string, number>();
  for (const row of rows) {
    const key = `${row.target} ${row.track}`;
    const index = open.get(key);
    const before = index === undefined ? undefined : result[index];
    if (index !== undefined && before !== undefined && touches(before, row)) {
      result[index] = merged(before, row);
      open.delete(key);
    } else {
      open.set(key, result.push(row) - 1);
    }
  }
  return result;
}

function touches(before: SampleRow, row: SampleRow): boolean {
  const gapMs = Math.abs(row.at - row.seconds * 1_000 - before.at);
  return before.layoutKey === row.layoutKey && gapMs < 500 && before.seconds + row.seconds <= 3_600;
}

function merged(a: SampleRow, b: SampleRow): SampleRow {
  const sum = (left: number[], right: number[]) => left.map((value, i) => value + (right[i] ?? 0));
  return {
    ...b,
    seconds: a.seconds + b.seconds,
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    latency: sum(a.latency, b.latency),
    counts: sum(a.counts, b.counts),
    assigned: a.assigned === b.assigned ? a.assigned : null,
    details: joinDetails(a.details, b.details),
  };
}

function whole(value: number): number {
  return Math.round(value);
}

/** A broken source may give NaN or negative increases; such a row is silence. */
function isCountable(row: SampleRow): boolean {
  return [row.requests, row.errors, ...row.latency, ...row.counts].every(
    (value) => Number.isSafeInteger(value) && value >= 0,
  );
}
