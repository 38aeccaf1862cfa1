/** Measurements: counts per target, track and interval. Written in bulk, read summed up or in the order of time. */
import { z } from 'zod';
import { TRACKS, type Track } from '../../agent/src/protocol.ts';
import { chainHash, GENESIS } from './chain.ts';
import type { Pool, Queryable } from './database.ts';
import { DAY_MS, ensureDays } from './sample-partitions.ts';

/** What the columns of a batch mean: upper bucket edges in seconds, names of the counts, what was asked. */
export type SampleLayout = {
  edges: readonly number[];
  names: readonly string[];
  queries: Record<string, string>;
};

export type SampleRow = {
  targetId: string;
  /** Index into `TRACKS`. */
  track: 0 | 1;
  /** End of the interval, milliseconds. */
  at: number;
  seconds: number;
  layoutId: number;
  requests: number;
  errors: number;
  /** One count per edge of the layout and one for the open bucket; each below 2^31. */
  latency: readonly number[];
  /** In the order of the layout's names; each below 2^31. */
  counts: readonly number[];
};

/** Samples further from now than this are clocks gone wrong; they get no partition. */
const PAST_DAYS_MAX = 30;
const FUTURE_DAYS_MAX = 1;

/**
 * Stores samples; one that is known already (same target, track and end) is left as it is, so that a replay is free.
 * Answers with how many were new. A day without a partition gets one; samples over 30 days old or over one day
 * ahead are not stored.
 */
export const insertSamples = async (
  pool: Pool,
  rows: readonly SampleRow[],
  now: number = Date.now(),
): Promise<number> => {
  const plausible = rows.filter(
    (row) => row.at > now - PAST_DAYS_MAX * DAY_MS && row.at < now + FUTURE_DAYS_MAX * DAY_MS,
  );
  if (plausible.length === 0) return 0;
  try {
    return await insert(pool, plausible);
  } catch (error) {
    if (!isMissingPartition(error)) throw error;
    await ensureDays(pool, [...new Set(plausible.map((row) => Math.floor(row.at / DAY_MS)))]);
    return insert(pool, plausible);
  }
};

const layouts = new WeakMap<Pool, Map<string, number>>();
const LAYOUTS_MAX = 5_000;

/** The id of a layout, stored at its first use and remembered by this process. */
export const ensureLayout = async (pool: Pool, layout: SampleLayout): Promise<number> => {
  const known = layouts.get(pool) ?? new Map<string, number>();
  layouts.set(pool, known);
  const digest = chainHash({ ...layout, previousHash: GENESIS });
  const id = known.get(digest);
  if (id !== undefined) return id;
  const { rows } = await pool.query(
    `INSERT INTO sample_layout (digest, edges, names, queries) VALUES ($1, $2, $3, $4)
     ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING id`,
    [digest, layout.edges, layout.names, JSON.stringify(layout.queries)],
  );
  const [made] = z.tuple([z.object({ id: z.number() })]).parse(rows);
  if (known.size >= LAYOUTS_MAX) known.clear();
  known.set(digest, made.id);
  return made.id;
};

export type SamplePoint = {
  /** End of the step, milliseconds. */
  at: number;
  requests: number;
  errors: number;
  /** Counts per bucket of `edges`; empty where another layout was in use. */
  latency: number[];
  counts: Record<string, number>;
};
export type SampleSeries = { targetId: string; track: Track; points: SamplePoint[] };

const POINTS_MAX = 300;

/**
 * Samples of a span, summed up in steps by the database: at most 300 points a series, for which a longer step than
 * asked may be taken; `step` says which. Times in milliseconds.
 */
export const readSamples = async (
  client: Queryable,
  query: { targetIds: readonly string[]; from: number; to: number; stepSeconds: number },
): Promise<{ step: number; edges: number[]; series: SampleSeries[] }> => {
  const step = Math.max(1, query.stepSeconds, Math.ceil((query.to - query.from) / 1_000 / POINTS_MAX));
  const { rows } = await client.query(READ_STEPS, [
    query.targetIds,
    new Date(query.from),
    new Date(query.to),
    step,
  ]);
  const steps = z.array(stepSchema).parse(rows);
  const edges =
    steps.reduce<Step | null>(
      (newest, row) => (newest === null || row.layout_id > newest.layout_id ? row : newest),
      null,
    )?.edges ?? [];
  return { step, edges, series: toSeries(steps, edges, step) };
};

const insert = async (pool: Pool, rows: readonly SampleRow[]): Promise<number> => {
  const { rowCount } = await pool.query({
    name: 'sample-insert',
    text: INSERT,
    values: [
      rows.map((row) => row.targetId),
      rows.map((row) => row.track),
      rows.map((row) => new Date(row.at)),
      rows.map((row) => row.seconds),
      rows.map((row) => row.layoutId),
      rows.map((row) => row.requests),
      rows.map((row) => row.errors),
      rows.map((row) => `{${row.latency.join()}}`),
      rows.map((row) => `{${row.counts.join()}}`),
    ],
  });
  return rowCount ?? 0;
};

/** unnest cannot take arrays of unequal arrays, so that the inner ones travel as array literals. */
const INSERT = `
  INSERT INTO sample (target_id, track, at, seconds, layout_id, requests, errors, latency, counts)
  SELECT target_id, track, at, seconds, layout_id, requests, errors, latency::integer[], counts::integer[]
  FROM unnest($1::uuid[], $2::smallint[], $3::timestamptz[], $4::real[], $5::integer[], $6::bigint[], $7::bigint[],
    $8::text[], $9::text[]) AS s (target_id, track, at, seconds, layout_id, requests, errors, latency, counts)
  ON CONFLICT DO NOTHING`;

const isMissingPartition = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23514' && /no partition/.test(error.message);

const READ_STEPS = `
  WITH picked AS MATERIALIZED (
    SELECT target_id, track, layout_id, ceil(extract(epoch FROM at) / $4::integer)::bigint AS step,
      requests, errors, latency, counts
    FROM sample WHERE target_id = ANY($1::uuid[]) AND at > $2 AND at <= $3
  ), total AS (
    SELECT target_id, track, layout_id, step, sum(requests)::bigint AS requests, sum(errors)::bigint AS errors
    FROM picked GROUP BY 1, 2, 3, 4
  ), bucket AS (
    SELECT target_id, track, layout_id, step, array_agg(n ORDER BY place) AS latency FROM (
      SELECT target_id, track, layout_id, step, place, sum(value)::bigint AS n
      FROM picked, unnest(latency) WITH ORDINALITY AS u (value, place) GROUP BY 1, 2, 3, 4, 5
    ) AS b GROUP BY 1, 2, 3, 4
  ), counted AS (
    SELECT target_id, track, layout_id, step, array_agg(n ORDER BY place) AS counts FROM (
      SELECT target_id, track, layout_id, step, place, sum(value)::bigint AS n
      FROM picked, unnest(counts) WITH ORDINALITY AS u (value, place) GROUP BY 1, 2, 3, 4, 5
    ) AS c GROUP BY 1, 2, 3, 4
  )
  SELECT t.*, coalesce(b.latency, '{}') AS latency, coalesce(c.counts, '{}') AS counts, l.edges, l.names
  FROM total t JOIN sample_layout l ON l.id = t.layout_id
  LEFT JOIN bucket b USING (target_id, track, layout_id, step)
  LEFT JOIN counted c USING (target_id, track, layout_id, step)
  ORDER BY t.target_id, t.track, t.step, t.layout_id`;

const stepSchema = z.object({
  target_id: z.string(),
  track: z.number(),
  layout_id: z.number(),
  step: z.number(),
  requests: z.number(),
  errors: z.number(),
  latency: z.array(z.number()),
  counts: z.array(z.number()),
  edges: z.array(z.number()),
  names: z.array(z.string()),
});
type Step = z.infer<typeof stepSchema>;

/** Rows come sorted; where a layout changed within a step, both parts are added up. */
const toSeries = (steps: readonly Step[], edges: readonly number[], stepSeconds: number): SampleSeries[] => {
  const series = new Map<string, SampleSeries>();
  for (const row of steps) {
    const key = `${row.target_id}/${row.track}`;
    const one = series.get(key) ?? { targetId: row.target_id, track: trackOf(row.track), points: [] };
    series.set(key, one);
    const point = toPoint(row, edges, stepSeconds);
    const last = one.points.at(-1);
    if (last?.at === point.at) one.points.splice(-1, 1, addPoints(last, point));
    else one.points.push(point);
  }
  return [...series.values()];
};

export const trackOf = (code: number): Track => (code === 0 ? TRACKS[0] : TRACKS[1]);

const toPoint = (row: Step, edges: readonly number[], stepSeconds: number): SamplePoint => ({
  at: row.step * stepSeconds * 1_000,
  requests: row.requests,
  errors: row.errors,
  latency: sameEdges(row.edges, edges) ? row.latency : [],
  counts: Object.fromEntries(row.names.map((name, index) => [name, row.counts[index] ?? 0])),
});

const addPoints = (a: SamplePoint, b: SamplePoint): SamplePoint => ({
  at: a.at,
  requests: a.requests + b.requests,
  errors: a.errors + b.errors,
  latency: Array.from(
    { length: Math.max(a.latency.length, b.latency.length) },
    (_, index) => (a.latency[index] ?? 0) + (b.latency[index] ?? 0),
  ),
  counts: Object.fromEntries(
    [...new Set([...Object.keys(a.counts), ...Object.keys(b.counts)])].map((name) => [
      name,
      (a.counts[name] ?? 0) + (b.counts[name] ?? 0),
    ]),
  ),
});

const sameEdges = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((edge, index) => edge === b[index]);
