/** Targets: how a service is driven and measured in a cluster. */
import { z } from 'zod';
import { metricSchema, targetPutSchema } from '../../contract/config.ts';
import type { Queryable } from '../database.ts';

export type TargetDocument = z.infer<typeof targetPutSchema>;
export type TargetPlace = { service: string; cluster: string };
export type TargetCheck = { ok: boolean; detail: string };
export type StoredTarget = {
  id: string;
  service: string;
  cluster: string;
  document: TargetDocument;
  checked: TargetCheck | null;
  generation: number;
  updatedAt: Date;
};

export type TargetFilter = {
  service?: string | undefined;
  cluster?: string | undefined;
  after?: TargetPlace | undefined;
  limit: number;
};

/** In the order of service and cluster. */
export const readTargets = async (client: Queryable, filter: TargetFilter): Promise<StoredTarget[]> => {
  const { rows } = await client.query(
    `SELECT t.id, s.slug AS service, c.slug AS cluster, ${DOCUMENT} AS document, t.checked,
       coalesce(ts.generation, 0) AS generation, t.updated_at AS "updatedAt"
     FROM target t JOIN service s ON s.id = t.service_id JOIN cluster c ON c.id = t.cluster_id
     LEFT JOIN target_state ts ON ts.target_id = t.id
     WHERE ($1::text IS NULL OR s.slug = $1) AND ($2::text IS NULL OR c.slug = $2)
       AND ($3::text IS NULL OR (s.slug, c.slug) > ($3, $4))
     ORDER BY s.slug, c.slug LIMIT $5`,
    [
      filter.service ?? null,
      filter.cluster ?? null,
      filter.after?.service ?? null,
      filter.after?.cluster ?? null,
      filter.limit,
    ],
  );
  return z.array(storedSchema).parse(rows);
};

/** Waits for a release that is about to start here, then keeps others from starting until the transaction ends. */
export const lockTarget = async (
  client: Queryable,
  place: TargetPlace,
): Promise<{ id: string; document: TargetDocument } | null> => {
  const { rows } = await client.query(
    `SELECT t.id, ${DOCUMENT} AS document
     FROM target t JOIN service s ON s.id = t.service_id JOIN cluster c ON c.id = t.cluster_id
     WHERE s.slug = $1 AND c.slug = $2 FOR UPDATE OF t`,
    [place.service, place.cluster],
  );
  return z.array(z.object({ id: z.string(), document: targetPutSchema })).parse(rows)[0] ?? null;
};

export type PlaceFacts = {
  service: { id: string; metrics: z.infer<typeof metricSchema>[] } | null;
  cluster: { id: string; environment: string } | null;
};

/** Null for what does not exist. */
export const findPlace = async (client: Queryable, place: TargetPlace): Promise<PlaceFacts> => {
  const { rows } = await client.query(
    `SELECT (SELECT jsonb_build_object('id', id, 'metrics', metrics) FROM service WHERE slug = $1) AS service,
       (SELECT jsonb_build_object('id', c.id, 'environment', e.slug)
        FROM cluster c JOIN environment e ON e.id = c.environment_id WHERE c.slug = $2) AS cluster`,
    [place.service, place.cluster],
  );
  return z.tuple([placeSchema]).parse(rows)[0];
};

/** A new target takes `id`; one that exists keeps its own. */
export const storeTarget = async (
  client: Queryable,
  target: {
    id: string;
    serviceId: string;
    clusterId: string;
    document: TargetDocument;
    checked: TargetCheck | null;
  },
): Promise<void> => {
  const { router, source, workload } = target.document;
  await client.query(
    `WITH stored AS (
       INSERT INTO target (id, service_id, cluster_id, router, source, workload, checked) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (service_id, cluster_id) DO UPDATE SET router = excluded.router, source = excluded.source,
         workload = excluded.workload, checked = excluded.checked, updated_at = now()
       RETURNING id
     )
     INSERT INTO target_state (target_id) SELECT id FROM stored ON CONFLICT DO NOTHING`,
    [
      target.id,
      target.serviceId,
      target.clusterId,
      JSON.stringify(router),
      JSON.stringify(source),
      JSON.stringify(workload),
      target.checked && JSON.stringify(target.checked),
    ],
  );
};

/** Notes what the agent says of a document that is stored already. */
export const storeCheck = async (client: Queryable, id: string, checked: TargetCheck): Promise<void> => {
  await client.query('UPDATE target SET checked = $2 WHERE id = $1', [id, JSON.stringify(checked)]);
};

const DOCUMENT = `jsonb_build_object('router', t.router, 'source', t.source, 'workload', t.workload)`;

const storedSchema = z.object({
  id: z.string(),
  service: z.string(),
  cluster: z.string(),
  document: targetPutSchema,
  checked: z.object({ ok: z.boolean(), detail: z.string() }).nullable(),
  generation: z.number(),
  updatedAt: z.date(),
});

const placeSchema = z.object({
  service: z.object({ id: z.string(), metrics: z.array(metricSchema) }).nullable(),
  cluster: z.object({ id: z.string(), environment: z.string() }).nullable(),
});
