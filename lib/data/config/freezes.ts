/** Freeze windows as they are kept. */
import { z } from 'zod';
import type { FreezeWindow } from '../../domain/policy/freeze.ts';
import {
  type FreezeDocument,
  freezeDocumentSchema,
  freezeWindowOf,
} from '../../domain/policy/freeze-document.ts';
import type { Queryable } from '../database.ts';

export type StoredFreeze = { slug: string; document: FreezeDocument; updatedAt: Date };

/** In slug order, after `after`; or only the one of `slug`. */
export const readFreezes = async (
  client: Queryable,
  filter: { slug?: string; after?: string | undefined; limit: number },
): Promise<StoredFreeze[]> => {
  const { rows } = await client.query(
    `SELECT slug, document, updated_at AS "updatedAt" FROM freeze_window
     WHERE ($1::text IS NULL OR slug = $1) AND ($2::text IS NULL OR slug > $2) ORDER BY slug LIMIT $3`,
    [filter.slug ?? null, filter.after ?? null, filter.limit],
  );
  return z
    .array(z.object({ slug: z.string(), document: freezeDocumentSchema, updatedAt: z.date() }))
    .parse(rows);
};

const WINDOWS_MAX = 1_000;

/** Every window. They are few, and who may rise depends on all of them. */
export const readFreezeWindows = async (client: Queryable): Promise<FreezeWindow[]> =>
  (await readFreezes(client, { limit: WINDOWS_MAX })).map(({ slug, document }) =>
    freezeWindowOf(slug, document),
  );

export const findFreeze = async (
  client: Queryable,
  slug: string,
): Promise<{ document: FreezeDocument } | null> => {
  const { rows } = await client.query('SELECT document FROM freeze_window WHERE slug = $1 FOR UPDATE', [
    slug,
  ]);
  return z.array(z.object({ document: freezeDocumentSchema })).parse(rows)[0] ?? null;
};

/** Stores a window and makes every unfinished release due, since it may concern them. */
export const storeFreeze = async (
  client: Queryable,
  slug: string,
  document: FreezeDocument,
): Promise<void> => {
  await client.query(
    `INSERT INTO freeze_window (slug, document) VALUES ($1, $2)
     ON CONFLICT (slug) DO UPDATE SET document = excluded.document, updated_at = now()`,
    [slug, JSON.stringify(document)],
  );
  await hastenUnfinished(client);
};

export const removeFreeze = async (client: Queryable, slug: string): Promise<void> => {
  await client.query('DELETE FROM freeze_window WHERE slug = $1', [slug]);
  await hastenUnfinished(client);
};

const hastenUnfinished = (client: Queryable): Promise<unknown> =>
  client.query(
    'UPDATE release SET due_at = now() WHERE outcome IS NULL AND (due_at IS NULL OR due_at > now())',
  );

/** The slugs among these that are no service, and no environment. */
export const unknownPlaces = async (
  client: Queryable,
  places: { services: readonly string[]; environments: readonly string[] },
): Promise<{ services: string[]; environments: string[] }> => {
  const { rows } = await client.query(
    `SELECT
       ARRAY(SELECT n FROM unnest($1::text[]) AS n WHERE n NOT IN (SELECT slug FROM service)) AS services,
       ARRAY(SELECT n FROM unnest($2::text[]) AS n WHERE n NOT IN (SELECT slug FROM environment)) AS environments`,
    [places.services, places.environments],
  );
  const schema = z.object({ services: z.array(z.string()), environments: z.array(z.string()) });
  return z.tuple([schema]).parse(rows)[0];
};
