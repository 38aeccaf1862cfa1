/** Services: what is declared of them, and which version of each is in charge where. */
import { z } from 'zod';
import { servicePutSchema } from '../../contract/config.ts';
import type { Queryable } from '../database.ts';

export type ServiceDocument = z.infer<typeof servicePutSchema>;
export type StoredService = {
  slug: string;
  document: ServiceDocument;
  versions: { environment: string; version: string | null; activeRelease: string | null }[];
  targets: number;
  updatedAt: Date;
};

/** In slug order, after `after`; or only the one of `slug`. */
export const readServices = async (
  client: Queryable,
  filter: { slug?: string; after?: string | undefined; limit: number },
): Promise<StoredService[]> => {
  const { rows } = await client.query(READ, [filter.slug ?? null, filter.after ?? null, filter.limit]);
  return z.array(storedSchema).parse(rows);
};

export const findService = async (
  client: Queryable,
  slug: string,
): Promise<{ id: string; document: ServiceDocument } | null> => {
  const { rows } = await client.query(
    `SELECT s.id, ${DOCUMENT} AS document FROM service s WHERE s.slug = $1 FOR UPDATE`,
    [slug],
  );
  return z.array(z.object({ id: z.string(), document: servicePutSchema })).parse(rows)[0] ?? null;
};

export const storeService = async (
  client: Queryable,
  slug: string,
  { name, owners, repository, tier, metrics }: ServiceDocument,
): Promise<void> => {
  await client.query(
    `INSERT INTO service (slug, name, owners, repository, tier, metrics) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (slug) DO UPDATE SET name = excluded.name, owners = excluded.owners, repository = excluded.repository,
       tier = excluded.tier, metrics = excluded.metrics, updated_at = now()`,
    [slug, name, owners, repository ?? null, tier ?? null, JSON.stringify(metrics)],
  );
};

/** The newest unfinished release of a service, anywhere; null when nothing of it moves. */
export const activeReleaseOfService = async (
  client: Queryable,
  serviceId: string,
): Promise<string | null> => {
  const { rows } = await client.query(
    'SELECT id FROM release WHERE service_id = $1 AND outcome IS NULL ORDER BY created_at DESC LIMIT 1',
    [serviceId],
  );
  return z.array(z.object({ id: z.string() })).parse(rows)[0]?.id ?? null;
};

/** The clusters whose agents work with this service. */
export const clustersOfService = async (client: Queryable, serviceId: string): Promise<string[]> => {
  const { rows } = await client.query('SELECT cluster_id AS id FROM target WHERE service_id = $1', [
    serviceId,
  ]);
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map((row) => row.id);
};

const DOCUMENT = `jsonb_strip_nulls(jsonb_build_object('name', s.name, 'owners', s.owners, 'repository', s.repository,
  'tier', s.tier, 'metrics', s.metrics))`;

/** In charge is what the targets have as baseline, else what was released last, else what the agents see running. */
const READ = `
  SELECT s.slug, ${DOCUMENT} AS document, s.updated_at AS "updatedAt",
    (SELECT count(*) FROM target t WHERE t.service_id = s.id) AS targets,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('environment', e.slug, 'version', coalesce(
        (SELECT v.name FROM target t JOIN cluster c ON c.id = t.cluster_id JOIN target_state ts ON ts.target_id = t.id
         JOIN artifact_version v ON v.id = ts.baseline_version_id
         WHERE t.service_id = s.id AND c.environment_id = e.id ORDER BY ts.applied_at DESC NULLS LAST, c.slug LIMIT 1),
        (SELECT v.name FROM release r JOIN artifact_version v ON v.id = r.version_id
         WHERE r.service_id = s.id AND r.environment_id = e.id AND r.outcome = 'released' ORDER BY r.finished_at DESC LIMIT 1),
        (SELECT w->>'version' FROM target t JOIN cluster c ON c.id = t.cluster_id JOIN target_state ts ON ts.target_id = t.id,
           jsonb_array_elements(ts.workloads) AS w
         WHERE t.service_id = s.id AND c.environment_id = e.id AND w->>'track' = 'baseline' ORDER BY c.slug LIMIT 1)),
      'activeRelease', (SELECT r.id FROM release r
        WHERE r.service_id = s.id AND r.environment_id = e.id AND r.outcome IS NULL)) ORDER BY e.rank, e.slug), '[]')
     FROM environment e
     WHERE EXISTS (SELECT 1 FROM target t JOIN cluster c ON c.id = t.cluster_id
                   WHERE t.service_id = s.id AND c.environment_id = e.id)
        OR EXISTS (SELECT 1 FROM release r WHERE r.service_id = s.id AND r.environment_id = e.id)) AS versions
  FROM service s
  WHERE ($1::text IS NULL OR s.slug = $1) AND ($2::text IS NULL OR s.slug > $2)
  ORDER BY s.slug LIMIT $3`;

const storedSchema = z.object({
  slug: z.string(),
  document: servicePutSchema,
  versions: z.array(
    z.object({
      environment: z.string(),
      version: z.string().nullable(),
      activeRelease: z.string().nullable(),
    }),
  ),
  targets: z.number(),
  updatedAt: z.date(),
});
