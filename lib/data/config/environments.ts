/** Environments: Prisma reads, and the one upsert of `PUT`. */
import { z } from 'zod';
import { environmentPutSchema } from '../../contract/config.ts';
import type { Database, Queryable } from '../database.ts';

export type EnvironmentDocument = z.infer<typeof environmentPutSchema>;
export type StoredEnvironment = {
  slug: string;
  document: EnvironmentDocument;
  clusters: string[];
  updatedAt: Date;
};

/** In slug order, after `after`; or only the one of `slug`. */
export const readEnvironments = async (
  { prisma }: Database,
  filter: { slug?: string; after?: string | undefined; limit: number },
): Promise<StoredEnvironment[]> => {
  const rows = await prisma.environment.findMany({
    where: {
      ...(filter.slug === undefined ? {} : { slug: filter.slug }),
      ...(filter.after === undefined ? {} : { slug: { gt: filter.after } }),
    },
    orderBy: { slug: 'asc' },
    take: filter.limit,
    include: { clusters: { select: { slug: true }, orderBy: { slug: 'asc' } } },
  });
  return rows.map((row) => ({
    slug: row.slug,
    document: environmentPutSchema.parse({
      name: row.name,
      tier: row.tier,
      rank: row.rank,
      undoSeconds: row.undoSeconds,
      protection: row.protection,
    }),
    clusters: row.clusters.map((cluster) => cluster.slug),
    updatedAt: row.updatedAt,
  }));
};

export const findEnvironment = async (
  client: Queryable,
  slug: string,
): Promise<{ id: string; document: EnvironmentDocument } | null> => {
  const { rows } = await client.query(
    `SELECT id, jsonb_build_object('name', name, 'tier', tier, 'rank', rank, 'undoSeconds', undo_seconds,
       'protection', protection) AS document
     FROM environment WHERE slug = $1 FOR UPDATE`,
    [slug],
  );
  return z.array(z.object({ id: z.string(), document: environmentPutSchema })).parse(rows)[0] ?? null;
};

export const storeEnvironment = async (
  client: Queryable,
  slug: string,
  { name, tier, rank, undoSeconds, protection }: EnvironmentDocument,
): Promise<void> => {
  await client.query(
    `INSERT INTO environment (slug, name, tier, rank, undo_seconds, protection) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (slug) DO UPDATE SET name = excluded.name, tier = excluded.tier, rank = excluded.rank,
       undo_seconds = excluded.undo_seconds, protection = excluded.protection, updated_at = now()`,
    [slug, name, tier, rank, undoSeconds, JSON.stringify(protection)],
  );
};
