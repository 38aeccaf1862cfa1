/** Stored samples as the analysis wants them: in the order of time, both tracks of a place side by side. */
import { z } from 'zod';
import type { ArmCounts, Interval } from '../domain/analysis/contract.ts';
import type { Queryable } from './database.ts';
import { trackOf } from './samples.ts';

/** A target that has reported nothing for this long is not waited for. */
const SILENT_SECONDS = 15;
const ROWS_MAX = 20_000;

/**
 * The intervals that ended after `after` (milliseconds), oldest first. Stops where the slowest target that still
 * reports has arrived, so that a caller who goes on from the last one never skips a late neighbour.
 */
export const readIntervals = async (
  client: Queryable,
  query: { targetIds: readonly string[]; after: number },
): Promise<Interval[]> => {
  const { rows } = await client.query(READ, [
    query.targetIds,
    new Date(query.after),
    SILENT_SECONDS,
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
  WITH newest AS (
    SELECT t.id, (SELECT max(at) FROM sample s WHERE s.target_id = t.id AND s.at > $2) AS at
    FROM unnest($1::uuid[]) AS t (id)
  ), until AS (
    SELECT min(at) AS at FROM newest WHERE at > (SELECT max(at) FROM newest) - make_interval(secs => $3)
  )
  SELECT s.target_id, s.track, s.at, s.seconds, s.requests, s.errors, s.latency, s.counts, l.edges, l.names
  FROM sample s JOIN sample_layout l ON l.id = s.layout_id
  WHERE s.target_id = ANY($1::uuid[]) AND s.at > $2 AND s.at <= (SELECT at FROM until)
  ORDER BY s.at, s.target_id, s.track LIMIT $4`;

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
