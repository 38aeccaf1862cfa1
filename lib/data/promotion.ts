/** Where a version has been before: what promotion and quarantine ask. */
import { z } from 'zod';
import type { Queryable } from './database.ts';

/** One version of a service, by its content. */
export type Content = { serviceId: string; digest: string };

/** How this content fared in an environment: since when and until when it was in charge there, milliseconds, newest first. */
export const timesInCharge = async (
  client: Queryable,
  content: Content,
  environment: string,
): Promise<{ from: number; until: number | null }[]> => {
  const { rows } = await client.query(
    `SELECT finished_at AS "from", next_at AS until FROM (
       SELECT v.digest, r.finished_at, lead(r.finished_at) OVER (ORDER BY r.finished_at, r.id) AS next_at
       FROM release r JOIN artifact_version v ON v.id = r.version_id JOIN environment e ON e.id = r.environment_id
       WHERE r.service_id = $1 AND e.slug = $2 AND r.outcome = 'released' AND r.finished_at IS NOT NULL
     ) spans WHERE digest = $3 ORDER BY finished_at DESC`,
    [content.serviceId, environment, content.digest],
  );
  return z
    .array(z.object({ from: z.date(), until: z.date().nullable() }))
    .parse(rows)
    .map(({ from, until }) => ({ from: from.getTime(), until: until?.getTime() ?? null }));
};

/** When this content was last rolled back in the environment, milliseconds; null when never, or released there since. */
export const rolledBackAt = async (
  client: Queryable,
  content: Content,
  environmentId: string,
): Promise<number | null> => {
  const { rows } = await client.query(
    `SELECT r.outcome, r.finished_at AS at FROM release r JOIN artifact_version v ON v.id = r.version_id
     WHERE r.service_id = $1 AND r.environment_id = $2 AND v.digest = $3 AND r.outcome IN ('rolled-back', 'released')
       AND r.finished_at IS NOT NULL
     ORDER BY r.finished_at DESC, r.id LIMIT 1`,
    [content.serviceId, environmentId, content.digest],
  );
  const last = z.array(z.object({ outcome: z.string(), at: z.date() })).parse(rows)[0];
  return last?.outcome === 'rolled-back' ? last.at.getTime() : null;
};

/** The newest revision of the plan that a revision belongs to. */
export const newestRevision = async (client: Queryable, revisionId: string): Promise<number | null> => {
  const { rows } = await client.query(
    `SELECT max(n.revision) AS revision FROM plan_revision r JOIN plan_revision n ON n.plan_id = r.plan_id
     WHERE r.id = $1`,
    [revisionId],
  );
  return z.array(z.object({ revision: z.number().nullable() })).parse(rows)[0]?.revision ?? null;
};

/** The service, the environment, the version in charge, since when, and the release that put it there. */
export const readMatrix = async (client: Queryable) => {
  const { rows } = await client.query(
    `SELECT s.slug AS service, e.slug AS environment, b.name AS version, b.digest, last.finished_at AS since,
       last.id AS release
     FROM service s CROSS JOIN environment e
     CROSS JOIN LATERAL (
       SELECT v.id, v.name, v.digest FROM target t JOIN cluster c ON c.id = t.cluster_id
       JOIN target_state ts ON ts.target_id = t.id
       LEFT JOIN LATERAL jsonb_to_recordset(ts.workloads) AS w(track text, version text) ON w.track = 'baseline'
       JOIN artifact_version v
         ON v.id = ts.baseline_version_id OR (v.service_id = s.id AND v.name = w.version)
       WHERE t.service_id = s.id AND c.environment_id = e.id
       ORDER BY v.id = ts.baseline_version_id DESC NULLS LAST, ts.seen_at DESC NULLS LAST LIMIT 1
     ) b
     LEFT JOIN LATERAL (
       SELECT r.id, r.finished_at FROM release r
       WHERE r.service_id = s.id AND r.environment_id = e.id AND r.version_id = b.id AND r.outcome = 'released'
       ORDER BY r.finished_at DESC LIMIT 1
     ) last ON true
     ORDER BY s.slug, e.rank, e.slug`,
  );
  return z
    .array(
      z.object({
        service: z.string(),
        environment: z.string(),
        version: z.string(),
        digest: z.string(),
        since: z.date().nullable(),
        release: z.string().nullable(),
      }),
    )
    .parse(rows);
};
