/** Measurements: counts per target, track and interval. Written in bulk, read summed up or in the order of time. */
import { z } from 'zod';
import type { SampleDetails } from '../../agent/src/protocol.ts';
import { chainHash, GENESIS } from './chain.ts';
import type { Pool, Queryable } from './database.ts';
import { DAY_MS, ensureDays } from './sample-partitions.ts';
import { type SampleSeries, type Step, stepSchema, toSeries } from './sample-steps.ts';

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
  /** The share the router was set to over the whole interval; null = unknown or changed within. */
  assignedBasisPoints?: number | null;
  details?: SampleDetails | null;
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

const POINTS_MAX = 300;

/** A span of time, milliseconds: what ended after `from` and not after `to`. */
export type Span = { from: number; to: number };

/** The length of a step, seconds: as asked, or longer where a series would have more than 300 points. */
export const stepOf = ({ from, to }: Span, stepSeconds: number): number =>
  Math.max(1, stepSeconds, Math.ceil((to - from) / 1_000 / POINTS_MAX));

export type StepsQuery = Span & {
  targetIds: readonly string[];
  /** Seconds; see `stepOf`. */
  step: number;
  /** Rows that are read elsewhere: those of these hours (since the epoch) within this span. */
  except?: Span & { hours: readonly number[] };
};

/** Samples of a span, summed up in steps by the database, by target, track and time. */
export const readSteps = async (client: Queryable, query: StepsQuery): Promise<Step[]> => {
  const { from, to, step, targetIds, except } = query;
  const { rows } = await client.query(READ_STEPS, [
    targetIds,
    new Date(from),
    new Date(to),
    step,
    new Date(except?.from ?? 0),
    new Date(except?.to ?? 0),
    except?.hours ?? [],
  ]);
  return z.array(stepSchema).parse(rows);
};

/**
 * Samples of a span as series: at most 300 points each, for which a longer step than asked may be taken; `step`
 * says which. Times in milliseconds.
 */
export const readSamples = async (
  client: Queryable,
  query: Span & { targetIds: readonly string[]; stepSeconds: number },
): Promise<{ step: number; edges: number[]; series: SampleSeries[] }> => {
  const step = stepOf(query, query.stepSeconds);
  return { step, ...toSeries(await readSteps(client, { ...query, step }), step) };
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
      rows.map((row) => row.assignedBasisPoints ?? null),
      rows.map((row) => (row.details ? JSON.stringify(row.details) : null)),
    ],
  });
  return rowCount ?? 0;
};

/** unnest cannot take arrays of unequal arrays, so that the inner ones travel as array literals. */
const INSERT = `
  INSERT INTO sample (target_id, track, at, seconds, layout_id, requests, errors, latency, counts,
    assigned_basis_points, details)
  SELECT target_id, track, at, seconds, layout_id, requests, errors, latency::integer[], counts::integer[],
    assigned_basis_points, details
  FROM unnest($1::uuid[], $2::smallint[], $3::timestamptz[], $4::real[], $5::integer[], $6::bigint[], $7::bigint[],
    $8::text[], $9::text[], $10::smallint[], $11::jsonb[]) AS s (target_id, track, at, seconds, layout_id, requests,
    errors, latency, counts, assigned_basis_points, details)
  ON CONFLICT DO NOTHING`;

const isMissingPartition = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23514' && /no partition/.test(error.message);

const READ_STEPS = `
  WITH picked AS MATERIALIZED (
    SELECT target_id, track, layout_id, ceil(extract(epoch FROM at) / $4::integer)::bigint AS step,
      requests, errors, latency, counts
    FROM sample WHERE target_id = ANY($1::uuid[]) AND at > $2 AND at <= $3
      AND NOT (at > $5 AND at <= $6 AND floor(extract(epoch FROM at) / 3600)::integer = ANY($7::integer[]))
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
