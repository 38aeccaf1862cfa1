import type { Queryable } from '../database.ts';

/** When the first and the last finished production deployment ended; null = there is none. */
export const deploymentEnds = async (
  client: Queryable,
  services: readonly string[] | undefined,
): Promise<{ first: number | null; last: number | null }> => {
  const { rows } = await client.query<{ first: number | null; last: number | null }>(
    `SELECT (extract(epoch FROM min(finished_at)) * 1000)::float8 AS first,
       (extract(epoch FROM max(finished_at)) * 1000)::float8 AS last
     FROM dora_deployment WHERE $1::text[] IS NULL OR service = ANY ($1)`,
    [services ?? null],
  );
  return rows[0] ?? { first: null, last: null };
};

/** A service that is declared here, or that history names. */
export const isKnownService = async (client: Queryable, service: string): Promise<boolean> => {
  const { rows } = await client.query(
    `SELECT 1 FROM service WHERE slug = $1 UNION ALL SELECT 1 FROM dora_service WHERE service = $1
     UNION ALL (SELECT 1 FROM imported_deployment WHERE service = $1 LIMIT 1)`,
    [service],
  );
  return rows.length > 0;
};
