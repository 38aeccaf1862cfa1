/** Facts back from the rollups, in the shapes of the domain. */
import type { DeliveryFact, DeploymentFact, IncidentFact } from '../../domain/dora/types.ts';
import type { Queryable } from '../database.ts';

export type FactScope = {
  /** undefined = of all. */
  services?: readonly string[] | undefined;
  /** Only what windows within [start, end) count; undefined = all. Undelivered commits always belong to it. */
  span?: { start: number; end: number } | undefined;
};

type DeploymentColumns = Omit<DeploymentFact, 'recovery'> & {
  recoveryStart: number | null;
  recoveryEnd: number | null;
};

const ms = (column: string): string => `round(date_part('epoch', ${column}) * 1000)`;
const within = (column: string): string =>
  `${column} >= to_timestamp($2 / 1000.0) AND ${column} < to_timestamp($3 / 1000.0)`;
const valuesOf = ({ services, span }: FactScope) => [
  services ?? null,
  span?.start ?? null,
  span?.end ?? null,
];

export const readDeploymentFacts = async (client: Queryable, scope: FactScope): Promise<DeploymentFact[]> => {
  const { rows } = await client.query<DeploymentColumns>(
    `SELECT id, members, service, environment, commit_sha AS "commitSha", version, ${ms('started_at')} AS "startedAt",
       ${ms('finished_at')} AS "finishedAt", status, max_exposure AS "maxExposure", kind, rollback_of AS "rollbackOf",
       remediates, unplanned, is_change AS "isChange", failed_because AS "failedBecause", incidents,
       ${ms('recovery_start')} AS "recoveryStart", ${ms('recovery_end')} AS "recoveryEnd"
     FROM dora_deployment
     WHERE ($1::text[] IS NULL OR service = ANY ($1)) AND ($2::float8 IS NULL OR ${within('finished_at')}
       OR ${within('recovery_end')} OR recovery_end IS NULL AND ${within('recovery_start')})`,
    valuesOf(scope),
  );
  return rows.map(({ recoveryStart, recoveryEnd, ...fact }) => ({
    ...fact,
    recovery: recoveryStart === null ? null : { start: recoveryStart, end: recoveryEnd },
  }));
};

export const readDeliveryFacts = async (client: Queryable, scope: FactScope): Promise<DeliveryFact[]> => {
  const { rows } = await client.query<DeliveryFact>(
    `SELECT service, sha, ${ms('authored_at')} AS "authoredAt", ${ms('delivered_at')} AS "deliveredAt",
       deployment_id AS "deploymentId"
     FROM dora_delivery
     WHERE ($1::text[] IS NULL OR service = ANY ($1))
       AND ($2::float8 IS NULL OR delivered_at IS NULL OR ${within('delivered_at')})`,
    valuesOf(scope),
  );
  return rows;
};

/** Of incidents that affect these services or are linked to their deployments; undefined = of all. */
export const readIncidentFacts = async (
  client: Queryable,
  services: readonly string[] | undefined,
): Promise<IncidentFact[]> => {
  const { rows } = await client.query<IncidentFact>(
    `SELECT f.incident_id AS id, i.services, f.skipped, f.deployments
     FROM dora_incident f JOIN incident i ON i.id = f.incident_id
     WHERE $1::text[] IS NULL OR i.services && $1
       OR f.deployments && (SELECT coalesce(array_agg(id), '{}') FROM dora_deployment WHERE service = ANY ($1))
     ORDER BY f.incident_id COLLATE "C"`,
    [services ?? null],
  );
  return rows;
};

/**
 * As `readDeliveryFacts`, for numbers alone: delivered commits come without their names and deployments, which is most
 * of what would be sent.
 */
export const readDeliveryMoments = async (client: Queryable, scope: FactScope): Promise<DeliveryFact[]> => {
  const { rows } = await client.query<[string, number, number | null, string | null]>({
    text: `SELECT service, ${ms('authored_at')}, ${ms('delivered_at')}, CASE WHEN delivered_at IS NULL THEN sha END
     FROM dora_delivery
     WHERE ($1::text[] IS NULL OR service = ANY ($1))
       AND ($2::float8 IS NULL OR delivered_at IS NULL OR ${within('delivered_at')})`,
    values: valuesOf(scope),
    rowMode: 'array',
  });
  return rows.map(([service, authoredAt, deliveredAt, sha]) => ({
    service,
    sha: sha ?? '',
    authoredAt,
    deliveredAt,
    deploymentId: null,
  }));
};
