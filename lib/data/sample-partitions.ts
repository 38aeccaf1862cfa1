/** One partition a day, in UTC: made ahead of time, and as a whole thrown away when it is old. */
import { z } from 'zod';
import { type Pool, type Queryable, withTransaction } from './database.ts';

export const DAY_MS = 86_400_000;
const AHEAD_DAYS = 3;
/** Serialises those who make partitions, not those who write samples. */
const LOCK = 5_150_001;

/** Makes the partitions of yesterday to three days ahead of `now` (milliseconds). Repeatable, from many processes. */
export const ensurePartitions = async (pool: Pool, now: number): Promise<void> => {
  const today = Math.floor(now / DAY_MS);
  await ensureDays(
    pool,
    Array.from({ length: AHEAD_DAYS + 2 }, (_, index) => today - 1 + index),
  );
};

/** Makes the partitions of these days (days since the epoch). Writers go on meanwhile. */
export const ensureDays = async (pool: Pool, days: readonly number[]): Promise<void> => {
  const missing = await missingDays(pool, days);
  if (missing.length === 0) return;
  await withTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    for (const day of await missingDays(client, missing)) {
      const name = nameOf(day);
      // Attaching a ready table does not lock out writers; CREATE TABLE ... PARTITION OF would.
      await client.query(`CREATE TABLE "${name}" (LIKE sample INCLUDING ALL)`);
      await client.query(
        `ALTER TABLE sample ATTACH PARTITION "${name}" FOR VALUES FROM ('${dateOf(day)}') TO ('${dateOf(day + 1)}')`,
      );
    }
  });
};

/** Drops the partitions that ended more than `retentionDays` before `now`. Answers with the dropped names. */
export const dropOldPartitions = async (
  pool: Pool,
  retentionDays: number,
  now: number,
): Promise<string[]> => {
  const oldest = nameOf(firstKeptDay(retentionDays, now));
  const old = (await partitions(pool)).filter((name) => name < oldest);
  for (const name of old) await pool.query(`DROP TABLE IF EXISTS "${name}"`);
  return old;
};

/** The first day (days since the epoch) that samples are kept for; null without any. */
export const oldestDay = async (client: Queryable): Promise<number | null> => {
  const [name] = await partitions(client);
  const [, year, month, day] = /^sample_(\d{4})(\d{2})(\d{2})$/.exec(name ?? '') ?? [];
  return day === undefined
    ? null
    : Math.floor(Date.UTC(Number(year), Number(month) - 1, Number(day)) / DAY_MS);
};

/** The first day (days since the epoch) that is not too old at `now`. */
export const firstKeptDay = (retentionDays: number, now: number): number =>
  Math.floor(now / DAY_MS) - retentionDays;

const missingDays = async (client: Queryable, days: readonly number[]): Promise<number[]> => {
  const present = new Set(await partitions(client));
  return days.filter((day) => !present.has(nameOf(day)));
};

const partitions = async (client: Queryable): Promise<string[]> => {
  const { rows } = await client.query(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'sample'::regclass AND c.relname ~ '^sample_[0-9]{8}$' ORDER BY 1`,
  );
  return z
    .array(z.object({ name: z.string() }))
    .parse(rows)
    .map((row) => row.name);
};

const nameOf = (day: number): string => `sample_${isoDay(day).replaceAll('-', '')}`;
const dateOf = (day: number): string => `${isoDay(day)} 00:00:00+00`;
const isoDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
