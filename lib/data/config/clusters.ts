/** Clusters, and the agent that serves each. */
import { z } from 'zod';
import type { clusterPutSchema } from '../../contract/config.ts';
import { CONNECTED } from '../agent-sessions.ts';
import type { Queryable } from '../database.ts';

export type ClusterDocument = z.infer<typeof clusterPutSchema>;
export type StoredCluster = {
  slug: string;
  name: string;
  environment: string;
  agent: {
    id: string;
    connected: boolean;
    /** Since when it is connected, or when it was last in contact; null when it never was. */
    since: Date | null;
    version: string | null;
  } | null;
  updatedAt: Date;
};

/** In slug order, after `after`; or only the one of `slug`. */
export const readClusters = async (
  client: Queryable,
  filter: { slug?: string; after?: string | undefined; limit: number },
): Promise<StoredCluster[]> => {
  const { rows } = await client.query(
    `SELECT c.slug, c.name, e.slug AS environment, c.updated_at AS "updatedAt",
       a.id AS "agentId", a.version, coalesce(${CONNECTED}, false) AS connected, ${SINCE} AS since
     FROM cluster c JOIN environment e ON e.id = c.environment_id
     LEFT JOIN agent a ON a.cluster_id = c.id AND a.revoked_at IS NULL
     LEFT JOIN agent_session se ON se.agent_id = a.id
     WHERE ($1::text IS NULL OR c.slug = $1) AND ($2::text IS NULL OR c.slug > $2) ORDER BY c.slug LIMIT $3`,
    [filter.slug ?? null, filter.after ?? null, filter.limit],
  );
  return z.array(rowSchema).parse(rows).map(toCluster);
};

/** SQL: since when the session `se` is alive, or its last sign of life. */
export const SINCE = `CASE WHEN ${CONNECTED} THEN se.connected_at ELSE coalesce(se.disconnected_at, se.last_seen_at) END`;

export const findCluster = async (
  client: Queryable,
  slug: string,
): Promise<{ id: string; document: ClusterDocument } | null> => {
  const { rows } = await client.query(
    `SELECT c.id, c.name, e.slug AS environment FROM cluster c JOIN environment e ON e.id = c.environment_id
     WHERE c.slug = $1 FOR UPDATE OF c`,
    [slug],
  );
  const row = z.array(z.object({ id: z.string(), name: z.string(), environment: z.string() })).parse(rows)[0];
  return row ? { id: row.id, document: { name: row.name, environment: row.environment } } : null;
};

/** False, and nothing stored, when there is no such environment. */
export const storeCluster = async (
  client: Queryable,
  slug: string,
  { name, environment }: ClusterDocument,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    `INSERT INTO cluster (slug, name, environment_id) SELECT $1, $2, id FROM environment WHERE slug = $3
     ON CONFLICT (slug) DO UPDATE SET name = excluded.name, environment_id = excluded.environment_id, updated_at = now()`,
    [slug, name, environment],
  );
  return rowCount === 1;
};

/** An unfinished release that moves traffic in this cluster; null when there is none. */
export const activeReleaseOfCluster = async (
  client: Queryable,
  clusterId: string,
): Promise<string | null> => {
  const { rows } = await client.query(
    `SELECT r.id FROM target t JOIN release_target rt ON rt.target_id = t.id JOIN release r ON r.id = rt.release_id
     WHERE t.cluster_id = $1 AND r.outcome IS NULL LIMIT 1`,
    [clusterId],
  );
  return z.array(z.object({ id: z.string() })).parse(rows)[0]?.id ?? null;
};

const rowSchema = z.object({
  slug: z.string(),
  name: z.string(),
  environment: z.string(),
  updatedAt: z.date(),
  agentId: z.string().nullable(),
  version: z.string().nullable(),
  connected: z.boolean(),
  since: z.date().nullable(),
});

const toCluster = ({
  agentId,
  version,
  connected,
  since,
  ...cluster
}: z.infer<typeof rowSchema>): StoredCluster => ({
  ...cluster,
  agent: agentId === null ? null : { id: agentId, connected, since, version },
});
