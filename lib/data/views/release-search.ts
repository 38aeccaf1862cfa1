/** Which releases fit a filter: ids page by page, newest first, and how many there are in all. */
import { z } from 'zod';
import type { Queryable } from '../database.ts';

export type ReleaseFilter = {
  service?: string | undefined;
  environment?: string | undefined;
  /** A phase, or `active` for everything that is not finished. */
  state?: string | undefined;
  outcome?: string | undefined;
  /** Whoever started it or acted on it, whatever the case. */
  person?: string | undefined;
  version?: string | undefined;
  plan?: string | undefined;
  /** Started at this moment or later, and before that one; milliseconds. */
  from?: number | undefined;
  to?: number | undefined;
  /** Words that all have to occur in names, version, reasons or sentences; or the beginning of an id. */
  q?: string | undefined;
};

/** The last release of the page before. */
export type SearchPlace = { at: number; id: string };

/** A filter as SQL on `release_search t`, only with the conditions that are asked for, so that each gets its own plan. */
export type SearchSql = { where: string; values: unknown[] };

/** Null when a name is meant that does not exist, so that nothing can fit. */
export const searchSql = async (client: Queryable, filter: ReleaseFilter): Promise<SearchSql | null> => {
  const names = await resolveNames(client, filter);
  if (names === null) return null;
  const values: unknown[] = [];
  const put = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    ...Object.entries(names).map(([column, ids]) =>
      ids.length === 1 ? `t.${column} = ${put(ids[0])}::uuid` : `t.${column} = ANY(${put(ids)}::uuid[])`,
    ),
    ...stateConditions(filter, put),
    ...(filter.person ? [`t.people @> ARRAY[lower(${put(filter.person)}::text)]`] : []),
    ...(filter.from === undefined ? [] : [`t.created_at >= ${put(new Date(filter.from))}`]),
    ...(filter.to === undefined ? [] : [`t.created_at < ${put(new Date(filter.to))}`]),
    ...textConditions(filter.q, put),
  ];
  return { where: conditions.join(' AND ') || 'true', values };
};

/** The ids of one page, newest first. */
export const searchIds = async (
  client: Queryable,
  { where, values }: SearchSql,
  page: { after: SearchPlace | null; limit: number },
): Promise<string[]> => {
  const next = values.length + 1;
  const after = page.after
    ? `AND (t.created_at, t.release_id) < ($${next + 1}::timestamptz, $${next + 2}::uuid)`
    : '';
  const { rows } = await client.query(
    `SELECT t.release_id AS id FROM release_search t WHERE ${where} ${after}
     ORDER BY t.created_at DESC, t.release_id DESC LIMIT $${next}`,
    [...values, page.limit, ...(page.after ? [new Date(page.after.at), page.after.id] : [])],
  );
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map(({ id }) => id);
};

const EXACT_MAX = 10_000;

/** Counted up to 10,000; beyond that what the database's statistics say. */
export const searchTotal = async (
  client: Queryable,
  { where, values }: SearchSql,
): Promise<{ count: number; exact: boolean }> => {
  const counted = await client.query(
    `SELECT count(*) AS count FROM (SELECT 1 FROM release_search t WHERE ${where} LIMIT ${EXACT_MAX + 1}) AS found`,
    values,
  );
  const [{ count }] = z.tuple([z.object({ count: z.number() })]).parse(counted.rows);
  if (count <= EXACT_MAX) return { count, exact: true };
  const planned = await client.query(
    `EXPLAIN (FORMAT JSON) SELECT 1 FROM release_search t WHERE ${where}`,
    values,
  );
  const [row] = z.tuple([planSchema]).parse(planned.rows);
  return { count: Math.max(count, Math.round(row['QUERY PLAN'][0].Plan['Plan Rows'])), exact: false };
};

const planSchema = z.object({
  'QUERY PLAN': z.tuple([z.object({ Plan: z.object({ 'Plan Rows': z.number() }) })]),
});

/** Names as ids beforehand, because the database can foretell the rows of an id and not those of a sub-query. */
const resolveNames = async (
  client: Queryable,
  { service, environment, plan, version }: ReleaseFilter,
): Promise<Record<string, string[]> | null> => {
  const asked = { service_id: service, environment_id: environment, plan_id: plan, version_id: version };
  const wanted = Object.entries(asked).filter(([, name]) => name !== undefined);
  if (wanted.length === 0) return {};
  const { rows } = await client.query(
    `SELECT ARRAY(SELECT id::text FROM service WHERE slug = $1) AS service_id,
       ARRAY(SELECT id::text FROM environment WHERE slug = $2) AS environment_id,
       ARRAY(SELECT id::text FROM plan WHERE slug = $3) AS plan_id,
       ARRAY(SELECT v.id::text FROM artifact_version v LEFT JOIN service s ON s.id = v.service_id
             WHERE v.name = $4 AND ($1::text IS NULL OR s.slug = $1)) AS version_id`,
    [service ?? null, environment ?? null, plan ?? null, version ?? null],
  );
  const [found] = z.tuple([z.record(z.string(), z.array(z.string()))]).parse(rows);
  const names = wanted.map(([column]) => [column, found[column] ?? []] as const);
  return names.some(([, ids]) => ids.length === 0) ? null : Object.fromEntries(names);
};

type Put = (value: unknown) => string;

/** All but the finished are few, so that their phase is looked up in `release` itself. */
const stateConditions = ({ state, outcome }: ReleaseFilter, put: Put): string[] => [
  ...(outcome ? [`t.outcome = ${put(outcome)}`] : []),
  ...(state === 'finished' ? ['t.outcome IS NOT NULL'] : []),
  ...(state && state !== 'finished' ? ['t.outcome IS NULL'] : []),
  ...(state && state !== 'finished' && state !== 'active'
    ? [`EXISTS (SELECT 1 FROM release r WHERE r.id = t.release_id AND r.phase = ${put(state)})`]
    : []),
];

/** Three letters are the least that the index of the text can find anywhere; fewer it finds where a word begins. */
const SHORT = /^[a-z0-9]{1,2}$/;
const ID_START = /^[0-9a-f]{8}(-[0-9a-f-]{0,28})?$/;

const textConditions = (q: string | undefined, put: Put): string[] =>
  [...new Set((q ?? '').toLowerCase().split(/\s+/).filter(Boolean))].map((word) => {
    const text = SHORT.test(word)
      ? `(t.document LIKE ${put(`${word}%`)} OR t.document LIKE ${put(`% ${word}%`)})`
      : `t.document LIKE ${put(`%${escapeLike(word)}%`)}`;
    if (!ID_START.test(word)) return text;
    const [low, high] = ['0', 'f'].map((fill) => put(idOf(word, fill)));
    return `(${text} OR t.release_id BETWEEN ${low}::uuid AND ${high}::uuid)`;
  });

/** The first or last id that begins so. */
const idOf = (start: string, fill: string): string =>
  start
    .replaceAll('-', '')
    .slice(0, 32)
    .padEnd(32, fill)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`);
