/** Keeps the measurements of releases for good, before the days of `sample` they lie in are dropped. */
import { z } from 'zod';
import type { Pool, Queryable } from '../database.ts';
import { DAY_MS, oldestDay } from '../sample-partitions.ts';
import type { Span } from '../samples.ts';
import { readFacts } from './facts.ts';
import { chartSpan, HOUR_MS, hoursOf, writePiece } from './pieces.ts';
import { readRows } from './rows.ts';

/** The last samples of a release are kept once they had this long to arrive. */
const GRACE_MS = 360_000;
/** Agents that were out of contact bring their samples later: releases are looked at once more after this long. */
const LATE_MS = DAY_MS;
const BATCH = 50;

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
  const facts = await readFacts(pool, release, release.finishedAt?.getTime() ?? now);
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
