/** Keeps the measurements of releases for good, before the days of `sample` they lie in are dropped. */
import { z } from 'zod';
import type { SampleDetails } from '../../../agent/src/protocol.ts';
import type { Pool, Queryable } from '../database.ts';
import { DAY_MS, oldestDay } from '../sample-partitions.ts';
import type { SampleRow, Span } from '../samples.ts';
import { type ChartFacts, chartSpan, HOUR_MS, hoursOf, readPieces, writePiece } from './pieces.ts';

/** The last samples of a release are kept once they had this long to arrive. */
const GRACE_MS = 360_000;
/** Agents that were out of contact bring their samples later: releases are looked at once more after this long. */
const LATE_MS = DAY_MS;
const BATCH = 50;
const RATE_MS = 60_000;

/**
 * Freezes every release that is over for some minutes and has samples left; then again a day later, for what came
 * late. Repeatable, from many processes. Answers with how many releases were frozen.
 */
export const freezeFinished = async (pool: Pool, now: number): Promise<number> => {
  const oldest = await oldestDay(pool);
  if (oldest === null) return 0;
  let count = 0;
  for (let more = true; more; ) {
    const due = await dueReleases(pool, oldest * DAY_MS, now);
    for (const release of due) await freezeRelease(pool, release, now);
    count += due.length;
    more = due.length === BATCH;
  }
  return count;
};

/** Freezes what releases that run, or are only just over, measured before `day` (days since the epoch). */
export const freezeRunning = async (pool: Pool, day: number, now: number): Promise<void> => {
  const { rows } = await pool.query(
    `${CANDIDATE} WHERE r.created_at < $1 AND (r.outcome IS NULL OR r.finished_at >= $2)`,
    [new Date(day * DAY_MS), new Date(now - GRACE_MS)],
  );
  for (const release of z.array(candidateSchema).parse(rows).map(toCandidate)) {
    const { from, to } = chartSpan(release, now);
    await freezeSpan(pool, release, { from, to: Math.min(to, day * DAY_MS - 1) });
  }
};

type Candidate = { id: string; createdAt: Date; finishedAt: Date | null; targetIds: string[] };

const freezeRelease = async (pool: Pool, release: Candidate, now: number): Promise<void> => {
  const span = chartSpan(release, now);
  await freezeSpan(pool, release, span);
  const facts = await factsOf(pool, release, span);
  await pool.query(
    `INSERT INTO release_chart (release_id, facts, frozen_at) VALUES ($1, $2, $3)
     ON CONFLICT (release_id) DO UPDATE SET facts = excluded.facts, frozen_at = excluded.frozen_at`,
    [release.id, JSON.stringify(facts), new Date(now)],
  );
};

const freezeSpan = async (pool: Pool, { id, targetIds }: Candidate, span: Span): Promise<void> => {
  for (const hour of hoursOf(span)) {
    const rows = await readRows(pool, targetIds, {
      from: Math.max(span.from, hour * HOUR_MS - 1),
      to: Math.min(span.to, (hour + 1) * HOUR_MS - 1),
    });
    if (rows.length > 0) await writePiece(pool, id, hour, rows);
  }
};

const CANDIDATE = `
  SELECT r.id, r.created_at, r.finished_at,
    ARRAY(SELECT target_id::text FROM release_target WHERE release_id = r.id) AS target_ids
  FROM release r`;

/** Releases that ended before the oldest kept day have nothing left to freeze. */
const dueReleases = async (client: Queryable, since: number, now: number): Promise<Candidate[]> => {
  const { rows } = await client.query(
    `${CANDIDATE} LEFT JOIN release_chart c ON c.release_id = r.id
     WHERE r.finished_at >= $1 AND r.finished_at < $2
       AND (c.release_id IS NULL OR r.finished_at < $3 AND c.frozen_at < r.finished_at + $4 * interval '1 millisecond')
     ORDER BY r.finished_at LIMIT $5`,
    [new Date(since), new Date(now - GRACE_MS), new Date(now - LATE_MS), LATE_MS, BATCH],
  );
  return z.array(candidateSchema).parse(rows).map(toCandidate);
};

const candidateSchema = z.object({
  id: z.string(),
  created_at: z.date(),
  finished_at: z.date().nullable(),
  target_ids: z.array(z.string()),
});

const toCandidate = (row: z.infer<typeof candidateSchema>): Candidate => ({
  id: row.id,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
  targetIds: row.target_ids,
});

const readRows = async (
  client: Queryable,
  targetIds: readonly string[],
  { from, to }: Span,
): Promise<SampleRow[]> => {
  const { rows } = await client.query(
    `SELECT target_id, track, at, seconds, layout_id, requests, errors, latency, counts, assigned_basis_points, details
     FROM sample
     WHERE target_id = ANY($1::uuid[]) AND at > $2 AND at <= $3`,
    [targetIds, new Date(from), new Date(to)],
  );
  return z.array(rowSchema).parse(rows).map(toRow);
};

/** Checked when they came in; only `insertSamples` writes this column. */
const detailsSchema = z.custom<SampleDetails>((value) => typeof value === 'object');

const rowSchema = z.object({
  target_id: z.string(),
  track: z.number(),
  at: z.date(),
  seconds: z.number(),
  layout_id: z.number(),
  requests: z.number(),
  errors: z.number(),
  latency: z.array(z.number()),
  counts: z.array(z.number()),
  assigned_basis_points: z.number().nullable(),
  details: detailsSchema.nullable(),
});

const toRow = (row: z.infer<typeof rowSchema>): SampleRow => ({
  targetId: row.target_id,
  track: row.track === 0 ? 0 : 1,
  at: row.at.getTime(),
  seconds: row.seconds,
  layoutId: row.layout_id,
  requests: row.requests,
  errors: row.errors,
  latency: row.latency,
  counts: row.counts,
  assignedBasisPoints: row.assigned_basis_points,
  details: row.details,
});

/** From the frozen pieces, which may reach further back than the samples that are left. */
const factsOf = async (client: Queryable, release: Candidate, span: Span): Promise<ChartFacts> => {
  const pieces = await readPieces(client, release.id, span);
  const ended = release.finishedAt?.getTime() ?? span.to;
  const canary = pieces
    .flatMap(({ rows }) => rows)
    .filter(({ track, at }) => track === 0 && at > release.createdAt.getTime() && at <= ended);
  const newest = canary.reduce<SampleRow | null>(
    (last, row) => (last && last.at >= row.at ? last : row),
    null,
  );
  if (!newest) return { queries: null, requestsPerMinute: null, canaryRequests: null, canaryErrors: null };
  return {
    queries: await queriesOf(client, newest.layoutId),
    requestsPerMinute: ratePerMinute(canary.filter(({ at }) => at > newest.at - RATE_MS)),
    canaryRequests: canary.reduce((sum, row) => sum + row.requests, 0),
    canaryErrors: canary.reduce((sum, row) => sum + row.errors, 0),
  };
};

/** Each target over what it measured, added up, to a thousandth. */
const ratePerMinute = (rows: readonly SampleRow[]): number => {
  const targets = new Map<string, { requests: number; seconds: number }>();
  for (const { targetId, requests, seconds } of rows) {
    const sum = targets.get(targetId) ?? { requests: 0, seconds: 0 };
    targets.set(targetId, { requests: sum.requests + requests, seconds: sum.seconds + Math.fround(seconds) });
  }
  const rate = [...targets.values()].reduce(
    (total, { requests, seconds }) => total + (seconds > 0 ? (requests * 60) / seconds : 0),
    0,
  );
  return Math.round(rate * 1_000) / 1_000;
};

const queriesOf = async (client: Queryable, layoutId: number): Promise<Record<string, string> | null> => {
  const { rows } = await client.query('SELECT queries FROM sample_layout WHERE id = $1', [layoutId]);
  return z.array(z.object({ queries: z.record(z.string(), z.string()) })).parse(rows)[0]?.queries ?? null;
};
