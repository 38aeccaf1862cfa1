/** Stored samples as the analysis wants them: in the order of time, both tracks of a place side by side. */
import { z } from 'zod';
import type { SampleDetails } from '../../agent/src/protocol.ts';
import type { ArmCounts, Interval } from '../domain/analysis/contract.ts';
import type { Queryable } from './database.ts';
import { trackOf } from './sample-steps.ts';

/** Taken in within a fraction of a second; whoever reads more comes again. */
const ROWS_MAX = 5_000;
/** After a release the new baseline is brought up and warms up; that is nobody's habit. */
const CLEARING_MS = 60_000;

/** From where to read on for one target: the end of the last interval that was read, milliseconds. */
export type IntervalCursor = { targetId: string; after: number };

/**
 * The intervals of each target that ended after its cursor, oldest first. A target's intervals come in order and
 * complete; one that reports late is not held against the others. `more`: the limit cut the answer, read on.
 */
export const readIntervals = async (
  client: Queryable,
  cursors: readonly IntervalCursor[],
): Promise<{ intervals: Interval[]; more: boolean }> => {
  const { rows } = await client.query(READ, [
    cursors.map(({ targetId }) => targetId),
    cursors.map(({ after }) => new Date(after)),
    ROWS_MAX + 1,
  ]);
  return {
    intervals: pairIntervals(wholeMoments(z.array(rowSchema).parse(rows))),
    more: rows.length > ROWS_MAX,
  };
};

/**
 * Since when each target shows the baseline that a release started upon, milliseconds: `historyMs` before the
 * release, or the end of the release before it, with the time that its clearing away may take.
 */
export const historyCursors = async (
  client: Queryable,
  release: { id: string; targetIds: readonly string[]; startedAt: number; historyMs: number },
): Promise<IntervalCursor[]> => {
  const { rows } = await client.query(PREVIOUS_ENDS, [
    release.targetIds,
    release.id,
    new Date(release.startedAt),
  ]);
  const ends = new Map(
    z
      .array(previousEndSchema)
      .parse(rows)
      .map((row) => [row.target_id, row.ended_at.getTime()]),
  );
  return release.targetIds.map((targetId) => {
    const quiet = (ends.get(targetId) ?? Number.NEGATIVE_INFINITY) + CLEARING_MS;
    return {
      targetId,
      after: Math.min(release.startedAt, Math.max(release.startedAt - release.historyMs, quiet)),
    };
  });
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
      if (row.assigned === null || waiting.assignedShare !== row.assigned / 10_000)
        delete waiting.assignedShare;
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
      ...(row.assigned === null ? {} : { assignedShare: row.assigned / 10_000 }),
    };
    interval[track] = arm;
    intervals.push(interval);
    open.set(row.target_id, interval);
  }
  return intervals.sort((a, b) => a.at - b.at);
};

const READ = `
  SELECT s.target_id, s.track, s.at, s.seconds, s.requests, s.errors, s.latency, s.counts,
    s.assigned_basis_points AS assigned, s.details, l.edges, l.names
  FROM unnest($1::uuid[], $2::timestamptz[]) AS c (target_id, after)
  JOIN sample s ON s.target_id = c.target_id AND s.at > c.after
  JOIN sample_layout l ON l.id = s.layout_id
  ORDER BY s.at, s.target_id, s.track LIMIT $3`;

const PREVIOUS_ENDS = `
  SELECT rt.target_id, max(r.finished_at) AS ended_at FROM release_target rt JOIN release r ON r.id = rt.release_id
  WHERE rt.target_id = ANY($1::uuid[]) AND r.id <> $2 AND r.finished_at <= $3 GROUP BY 1`;

const previousEndSchema = z.object({ target_id: z.string(), ended_at: z.date() });

/** Checked when they came in; only `insertSamples` writes this column. */
const detailsSchema = z.custom<SampleDetails>((value) => typeof value === 'object');

const rowSchema = z.object({
  target_id: z.string(),
  track: z.number(),
  at: z.date(),
  seconds: z.number(),
  requests: z.number(),
  errors: z.number(),
  latency: z.array(z.number()),
  counts: z.array(z.number()),
  assigned: z.number().nullable(),
  details: detailsSchema.nullable(),
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
  ...row.details,
});
