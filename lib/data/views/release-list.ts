/** Releases as a list: filtered, newest first, page by page. */
import { z } from 'zod';
import type { Queryable } from '../database.ts';
import { RELEASE_SELECT, type ReleaseRecord, releaseRowSchema, toRelease } from '../release-record.ts';

export type ListedRelease = ReleaseRecord;

export type ReleaseFilter = {
  service?: string | undefined;
  environment?: string | undefined;
  /** A phase, or `active` for everything that is not finished. */
  state?: string | undefined;
  outcome?: string | undefined;
  /** Words to find in service, version, plan, reason or the starter's name; or the beginning of an id. */
  q?: string | undefined;
  /** `next` of the page before; one that cannot be read begins at the newest. */
  cursor?: string | undefined;
  limit: number;
};

/** One page by key, not by number, so that a release started meanwhile neither doubles nor hides a row. */
export const listReleaseRows = async (
  client: Queryable,
  filter: ReleaseFilter,
): Promise<{ items: ListedRelease[]; next: string | null }> => {
  const after = readCursor(filter.cursor);
  const { rows } = await client.query(LIST, [
    filter.service ?? null,
    filter.environment ?? null,
    filter.state ?? null,
    filter.outcome ?? null,
    filter.q?.trim() ? `%${escapeLike(filter.q.trim())}%` : null,
    filter.q?.trim() ? `${escapeLike(filter.q.trim())}%` : null,
    after?.at ?? null,
    after?.id ?? null,
    filter.limit + 1,
  ]);
  const releases = z.array(releaseRowSchema).parse(rows).map(toRelease);
  const items = releases.slice(0, filter.limit);
  const last = items.at(-1);
  return { items, next: last && releases.length > filter.limit ? writeCursor(last) : null };
};

const LIST = `${RELEASE_SELECT}
  WHERE ($1::text IS NULL OR s.slug = $1)
    AND ($2::text IS NULL OR e.slug = $2)
    AND ($3::text IS NULL OR r.phase = $3 OR $3 = 'active' AND r.outcome IS NULL)
    AND ($4::text IS NULL OR r.outcome = $4)
    AND ($5::text IS NULL OR s.slug ILIKE $5 OR s.name ILIKE $5 OR v.name ILIKE $5 OR p.slug ILIKE $5
      OR r.reason ILIKE $5 OR r.started_by->>'name' ILIKE $5 OR r.id::text LIKE lower($6))
    AND ($7::timestamptz IS NULL OR (r.created_at, r.id) < ($7, $8::uuid))
  ORDER BY r.created_at DESC, r.id DESC LIMIT $9`;

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`);

const writeCursor = ({ createdAt, id }: ListedRelease): string =>
  Buffer.from(`${createdAt.getTime()}.${id}`).toString('base64url');

const cursorSchema = z.tuple([z.coerce.number().int().min(0).max(8_640_000_000_000_000), z.uuid()]);

const readCursor = (cursor: string | undefined): { at: Date; id: string } | null => {
  if (!cursor) return null;
  const parsed = cursorSchema.safeParse(Buffer.from(cursor, 'base64url').toString().split('.'));
  return parsed.success ? { at: new Date(parsed.data[0]), id: parsed.data[1] } : null;
};
