/** Stored samples as the analysis wants them: in the order of time, both tracks of a place side by side. */
import { z } from 'zod';
import type { ArmCounts, Interval } from '../domain/analysis/contract.ts';
import type { Queryable } from './database.ts';
import { trackOf } from './sample-steps.ts';

const ROWS_MAX = 20_000;

/** From where to read on for one target: the end of the last interval that was read, milliseconds. */
export type IntervalCursor = { targetId: string; after: number };

/**
 * The intervals of each target that ended after its cursor, oldest first. A target's intervals come in order and
 * complete; one that reports late is not held against the others.
 */
export const readIntervals = async (
  client: Queryable,
  cursors: readonly IntervalCursor[],
): Promise<Interval[]> => {
  const { rows } = await client.query(READ, [
    cursors.map(({ targetId }) => targetId),
    cursors.map(({ after }) => new Date(after)),
    ROWS_MAX + 1,
  ]);
  return pairIntervals(wholeMoments(z.array(rowSchema).parse(rows)));
};

/** A row of `sample` with the meaning of its columns. */
export type SampleRecord = z.infer<typeof rowSchema>;

/** Puts the two tracks of a place together when their intervals end at nearly the same moment. Rows come in order of time. */
export const pairIntervals = (rows: readonly SampleRecord[]): Interval[] => {
  const intervals: Interval[] = [];
  const open = new Map<string, Interval>();
  for (const row of rows) {
    const arm = toArm(row);
    const at = row.at.getTime();
    const track = trackOf(row.track);
    const waiting = open.get(row.target_id);
    if (waiting && waiting[track] === null && at - waiting.at <= (row.seconds * 1_000) / 2) {
      waiting[track] = arm;
      waiting.at = at;
      waiting.seconds = Math.max(waiting.seconds, row.seconds);
      open.delete(row.target_id);
      continue;
    }
    const interval: Interval = {
      target: row.target_id,
      at,
      seconds: row.seconds,
      canary: null,
      baseline: null,
      latencyEdges: row.edges,
    };
    interval[track] = arm;
    intervals.push(interval);
    open.set(row.target_id, interval);
  }
  return intervals.sort((a, b) => a.at - b.at);
};

const READ = `
  SELECT s.target_id, s.track, s.at, s.seconds, s.requests, s.errors, s.latency, s.counts, l.edges, l.names
  FROM unnest($1::uuid[], $2::timestamptz[]) AS c (target_id, after)
  JOIN sample s ON s.target_id = c.target_id AND s.at > c.after
  JOIN sample_layout l ON l.id = s.layout_id
  ORDER BY s.at, s.target_id, s.track LIMIT $3`;

const rowSchema = z.object({
  target_id: z.string(),
  track: z.number(),
  at: z.date(),
  seconds: z.number(),
  requests: z.number(),
  errors: z.number(),
  latency: z.array(z.number()),
  counts: z.array(z.number()),
  edges: z.array(z.number()),
  names: z.array(z.string()),
});

/** When the limit cut the answer, the last moment may be incomplete and is left for the next read. */
const wholeMoments = (rows: readonly SampleRecord[]): readonly SampleRecord[] => {
  const last = rows.at(-1);
  if (rows.length <= ROWS_MAX || !last) return rows;
  return rows.filter((row) => row.at.getTime() < last.at.getTime());
};

const toArm = (row: SampleRecord): ArmCounts => ({
  requests: row.requests,
  errors: row.errors,
  ...(row.latency.length > 0 ? { latency: row.latency } : {}),
  counts: Object.fromEntries(row.names.map((name, index) => [name, row.counts[index] ?? 0])),
});
