import { z } from 'zod';
import type { Queryable } from '../database.ts';

export type RepositoryDocument = {
  location: string;
  branches: string[];
  services: Record<string, string[]>;
  /** When the access token was given; null when there is none. The token itself is never part of the document. */
  tokenGivenAt: string | null;
};

const storedSchema = z.object({
  id: z.string(),
  slug: z.string(),
  location: z.string(),
  branches: z.array(z.string()),
  services: z.record(z.string(), z.array(z.string())),
  token: z.string().nullable(),
  token_given_at: z.date().nullable(),
  heads: z.array(z.object({ branch: z.string(), sha: z.string() })),
  shallow: z.boolean(),
  read_at: z.date().nullable(),
  reading: z.boolean(),
  problem: z.string().nullable(),
  commits: z.number(),
  updated_at: z.date(),
});
export type StoredRepository = z.infer<typeof storedSchema>;

const COLUMNS = `r.id, r.slug, r.location, r.branches, r.services, r.token, r.token_given_at, r.heads, r.shallow, r.read_at,
  coalesce(r.reading_until > now(), false) AS reading, r.problem, r.updated_at,
  (SELECT count(*) FROM source_commit c WHERE c.repository_id = r.id) AS commits`;

export const readRepositories = async (
  db: Queryable,
  options: { slug?: string; after?: string | undefined; limit: number },
): Promise<StoredRepository[]> => {
  const { rows } = await db.query(
    `SELECT ${COLUMNS} FROM source_repository r
     WHERE ($1::text IS NULL OR r.slug = $1) AND ($2::text IS NULL OR r.slug > $2) ORDER BY r.slug LIMIT $3`,
    [options.slug ?? null, options.after ?? null, options.limit],
  );
  return z.array(storedSchema).parse(rows);
};

export const findRepository = async (
  db: Queryable,
  slug: string,
): Promise<(StoredRepository & { document: RepositoryDocument }) | null> => {
  const [found] = await readRepositories(db, { slug, limit: 1 });
  return found ? { ...found, document: documentOf(found) } : null;
};

const documentOf = (stored: StoredRepository): RepositoryDocument => ({
  location: stored.location,
  branches: stored.branches,
  services: stored.services,
  tokenGivenAt: stored.token_given_at?.toISOString() ?? null,
});

/** Stores the document; a changed one is read from the beginning, and soon. `token` is sealed. */
export const storeRepository = async (
  db: Queryable,
  slug: string,
  document: RepositoryDocument,
  token: string | null,
): Promise<void> => {
  await db.query(
    `INSERT INTO source_repository AS r (slug, location, branches, services, token, token_given_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (slug) DO UPDATE SET location = $2, branches = $3, services = $4, token = $5, token_given_at = $6,
       heads = CASE WHEN (r.location, r.branches, r.services) IS DISTINCT FROM ($2, $3::text[], $4::jsonb)
         THEN '[]' ELSE r.heads END,
       problem = NULL, due_at = now(), updated_at = now()`,
    [
      slug,
      document.location,
      document.branches,
      JSON.stringify(document.services),
      token,
      document.tokenGivenAt,
    ],
  );
};

const LEASE = `interval '25 minutes'`;

/** Takes a repository for reading: one reader at a time. Null when somebody reads it, or there is none. */
export const claimRepository = async (db: Queryable, slug: string): Promise<StoredRepository | null> => {
  const { rowCount } = await db.query(
    `UPDATE source_repository SET reading_until = now() + ${LEASE}
     WHERE slug = $1 AND (reading_until IS NULL OR reading_until <= now())`,
    [slug],
  );
  if (rowCount !== 1) return null;
  const [found] = await readRepositories(db, { slug, limit: 1 });
  return found ?? null;
};

/** The slugs of repositories that should be read now. */
export const dueRepositories = async (db: Queryable): Promise<string[]> => {
  const { rows } = await db.query(
    `SELECT slug FROM source_repository
     WHERE due_at <= now() AND (reading_until IS NULL OR reading_until <= now()) ORDER BY due_at LIMIT 20`,
  );
  return z
    .array(z.object({ slug: z.string() }))
    .parse(rows)
    .map(({ slug }) => slug);
};

/** How a reading ended: with new heads, or without, which leaves the old ones. */
export type ReadingEnd =
  | { heads: StoredRepository['heads']; shallow: boolean; problem: null }
  | { problem: string | null };

/** Frees a claimed repository; it is due again in five minutes. A document that changed meanwhile keeps its own heads. */
export const endReading = async (
  db: Queryable,
  { id, updated_at }: Pick<StoredRepository, 'id' | 'updated_at'>,
  end: ReadingEnd,
): Promise<void> => {
  const done = 'heads' in end;
  await db.query(
    `UPDATE source_repository SET reading_until = NULL,
       due_at = CASE WHEN updated_at = $2 THEN now() + interval '5 minutes' ELSE now() END,
       problem = $3,
       read_at = CASE WHEN $4::jsonb IS NULL THEN read_at ELSE now() END,
       shallow = coalesce($5, shallow),
       heads = CASE WHEN updated_at = $2 THEN coalesce($4, heads) ELSE heads END
     WHERE id = $1`,
    [id, updated_at, end.problem, done ? JSON.stringify(end.heads) : null, done ? end.shallow : null],
  );
};
