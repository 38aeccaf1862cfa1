/** Releases as a list: filtered, newest first, page by page. */
import { z } from 'zod';
import type { Queryable } from '../database.ts';
import { RELEASE_SELECT, type ReleaseRecord, releaseRowSchema, toRelease } from '../release-record.ts';
import { type ReleaseFilter, type SearchPlace, searchIds, searchSql, searchTotal } from './release-search.ts';

export type ListedRelease = ReleaseRecord;

export type ReleasePage = {
  items: ListedRelease[];
  /** Where the following page begins; null at the end. */
  next: string | null;
  total: { count: number; exact: boolean };
};

/** One page by key, not by number, so that a release started meanwhile neither doubles nor hides a row. */
export const listReleaseRows = async (
  client: Queryable,
  filter: ReleaseFilter & { after?: SearchPlace | null; limit: number },
): Promise<ReleasePage> => {
  const search = await searchSql(client, filter);
  if (search === null) return { items: [], next: null, total: { count: 0, exact: true } };
  const after = filter.after ?? null;
  const ids = await searchIds(client, search, { after, limit: filter.limit + 1 });
  const whole = after === null && ids.length <= filter.limit;
  const total = whole ? { count: ids.length, exact: true } : await searchTotal(client, search);
  const items = await readListed(client, ids.slice(0, filter.limit));
  const last = items.at(-1);
  return { items, next: last && ids.length > filter.limit ? writeCursor(last) : null, total };
};

/** The releases of these ids, in their order. */
export const readListed = async (client: Queryable, ids: readonly string[]): Promise<ListedRelease[]> => {
  if (ids.length === 0) return [];
  const { rows } = await client.query(
    `${RELEASE_SELECT} WHERE r.id = ANY($1::uuid[]) ORDER BY r.created_at DESC, r.id DESC`,
    [ids],
  );
  return z.array(releaseRowSchema).parse(rows).map(toRelease);
};

/** A place in the list as text for addresses. */
export const writeCursor = ({ createdAt, id }: Pick<ListedRelease, 'createdAt' | 'id'>): string =>
  Buffer.from(`${createdAt.getTime()}.${id}`).toString('base64url');

const cursorSchema = z.tuple([z.coerce.number().int().min(0).max(8_640_000_000_000_000), z.uuid()]);

/** Null for a text that `writeCursor` did not write. */
export const readCursor = (cursor: string): SearchPlace | null => {
  const parsed = cursorSchema.safeParse(Buffer.from(cursor, 'base64url').toString().split('.'));
  return parsed.success ? { at: parsed.data[0], id: parsed.data[1] } : null;
};
