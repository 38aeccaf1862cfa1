/** Environments: Prisma reads, and the one upsert of `PUT`. */
import { z } from 'zod';
import { environmentPutSchema } from '../../contract/config.ts';
import type { Database, Queryable } from '../database.ts';

export type EnvironmentDocument = z.infer<typeof environmentPutSchema>;
export type StoredEnvironment = {
  slug: string;
  document: EnvironmentDocument;
  clusters: string[];
  schema: { version: number; reportedAt: Date; reportedBy: string } | null;
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
    schema:
      row.schemaVersion === null || row.schemaReportedAt === null
        ? null
        : {
            version: row.schemaVersion,
            reportedAt: row.schemaReportedAt,
            reportedBy: row.schemaReportedBy ?? '',
          },
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

/** Stores what a migration reported; answers with the schema before, or null when there is no such environment. */
export const storeEnvironmentSchema = async (
  client: Queryable,
  report: { slug: string; version: number; by: string; at: Date },
): Promise<{ before: number | null } | null> => {
  const { rows } = await client.query(
    `UPDATE environment e SET schema_version = $2, schema_reported_by = $3, schema_reported_at = $4
     FROM (SELECT id, schema_version AS before FROM environment WHERE slug = $1 FOR UPDATE) o
     WHERE e.id = o.id RETURNING o.before`,
    [report.slug, report.version, report.by, report.at],
  );
  return z.array(z.object({ before: z.number().nullable() })).parse(rows)[0] ?? null;
};
