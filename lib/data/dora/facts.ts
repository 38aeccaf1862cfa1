/** The rollups: facts as rows. Everything here can be made anew from raw rows. */
import type { DeliveryFact, DeploymentFact, IncidentFact } from '../../domain/dora/types.ts';
import type { Queryable } from '../database.ts';

const CHUNK = 5_000;

const chunks = <T>(rows: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, index) =>
    rows.slice(index * CHUNK, (index + 1) * CHUNK),
  );

const time = (column: string): string => `to_timestamp(f.${column} / 1000.0)`;

/** New ones, and those that are known with other content. */
export const storeDeploymentFacts = async (
  client: Queryable,
  facts: readonly DeploymentFact[],
  isOwn: (fact: DeploymentFact) => boolean,
): Promise<void> => {
  for (const chunk of chunks(facts))
    await client.query(
      `INSERT INTO dora_deployment (service, id, members, own, environment, commit_sha, version, started_at, finished_at,
         status, max_exposure, kind, rollback_of, remediates, unplanned, is_change, failed_because, incidents,
         recovery_start, recovery_end)
       SELECT f.service, f.id, f.members, f.own, f.environment, f."commitSha", f.version, ${time('"startedAt"')},
         ${time('"finishedAt"')}, f.status, f."maxExposure", f.kind, f."rollbackOf", f.remediates, f.unplanned,
         f."isChange", f."failedBecause", f.incidents, ${time('"recoveryStart"')}, ${time('"recoveryEnd"')}
       FROM jsonb_to_recordset($1) AS f (service text, id text, members text[], own boolean, environment text,
         "commitSha" text, version text, "startedAt" float8, "finishedAt" float8, status text, "maxExposure" float8,
         kind text, "rollbackOf" text, remediates text, unplanned boolean, "isChange" boolean, "failedBecause" text[],
         incidents text[], "recoveryStart" float8, "recoveryEnd" float8)
       ON CONFLICT (service, id) DO UPDATE SET members = excluded.members, own = excluded.own,
         environment = excluded.environment, commit_sha = excluded.commit_sha, version = excluded.version,
         started_at = excluded.started_at, finished_at = excluded.finished_at, status = excluded.status,
         max_exposure = excluded.max_exposure, kind = excluded.kind, rollback_of = excluded.rollback_of,
         remediates = excluded.remediates, unplanned = excluded.unplanned, is_change = excluded.is_change,
         failed_because = excluded.failed_because, incidents = excluded.incidents,
         recovery_start = excluded.recovery_start, recovery_end = excluded.recovery_end`,
      [
        JSON.stringify(
          chunk.map(({ recovery, ...fact }) => ({
            ...fact,
            own: isOwn({ ...fact, recovery }),
            recoveryStart: recovery?.start ?? null,
            recoveryEnd: recovery?.end ?? null,
          })),
        ),
      ],
    );
};

export const dropDeploymentFacts = async (
  client: Queryable,
  facts: readonly DeploymentFact[],
): Promise<void> => {
  if (facts.length === 0) return;
  await client.query(
    'DELETE FROM dora_deployment d USING unnest($1::text[], $2::text[]) AS gone (service, id) WHERE d.service = gone.service AND d.id = gone.id',
    [facts.map(({ service }) => service), facts.map(({ id }) => id)],
  );
};

export const storeDeliveryFacts = async (
  client: Queryable,
  facts: readonly DeliveryFact[],
): Promise<void> => {
  for (const chunk of chunks(facts))
    await client.query(
      `INSERT INTO dora_delivery (service, sha, authored_at, delivered_at, deployment_id)
       SELECT service, sha, to_timestamp(authored / 1000.0), to_timestamp(delivered / 1000.0), deployment
       FROM unnest($1::text[], $2::text[], $3::float8[], $4::float8[], $5::text[])
         AS f (service, sha, authored, delivered, deployment)
       ON CONFLICT (service, sha) DO UPDATE SET authored_at = excluded.authored_at,
         delivered_at = excluded.delivered_at, deployment_id = excluded.deployment_id`,
      [
        chunk.map(({ service }) => service),
        chunk.map(({ sha }) => sha),
        chunk.map(({ authoredAt }) => authoredAt),
        chunk.map(({ deliveredAt }) => deliveredAt),
        chunk.map(({ deploymentId }) => deploymentId),
      ],
    );
};

export const storeIncidentFacts = async (
  client: Queryable,
  facts: readonly IncidentFact[],
): Promise<void> => {
  for (const chunk of chunks(facts))
    await client.query(
      `INSERT INTO dora_incident AS known (incident_id, skipped, deployments)
       SELECT f.id, f.skipped, f.deployments
       FROM jsonb_to_recordset($1) AS f (id text, skipped text, deployments text[])
       ON CONFLICT (incident_id) DO UPDATE SET skipped = excluded.skipped, deployments = excluded.deployments
       WHERE (known.skipped, known.deployments) IS DISTINCT FROM (excluded.skipped, excluded.deployments)`,
      [JSON.stringify(chunk.map(({ id, skipped, deployments }) => ({ id, skipped, deployments })))],
    );
};

/** What is stored of a service beside its facts; see the table. */
export type ServiceState = {
  service: string;
  delivered: Buffer;
  missing: readonly string[];
  until: number | null;
};

/** One that neither deploys nor has commits of its own is not kept. */
export const storeServiceFacts = async (
  client: Queryable,
  state: ServiceState,
  { deploys, deliveries }: { deploys: boolean; deliveries: readonly DeliveryFact[] },
): Promise<void> => {
  await storeDeliveryFacts(client, deliveries);
  if (deploys || deliveries.length > 0) await storeServiceState(client, state);
  else await client.query('DELETE FROM dora_service WHERE service = $1', [state.service]);
};

export const storeServiceState = async (client: Queryable, state: ServiceState): Promise<void> => {
  await client.query(
    `INSERT INTO dora_service (service, delivered, missing, delivered_until)
     VALUES ($1, $2, $3, to_timestamp($4::float8 / 1000.0))
     ON CONFLICT (service) DO UPDATE SET delivered = $2, missing = $3,
       delivered_until = excluded.delivered_until, computed_at = now()`,
    [state.service, state.delivered, state.missing, state.until],
  );
};

export const readServiceState = async (client: Queryable, service: string): Promise<ServiceState | null> => {
  const { rows } = await client.query<ServiceState>(
    `SELECT service, delivered, missing, (extract(epoch FROM delivered_until) * 1000)::float8 AS until
     FROM dora_service WHERE service = $1`,
    [service],
  );
  return rows[0] ?? null;
};

/** A bit string with a 1 at each of `numbers`, as PostgreSQL's get_bit counts. */
export const bitsOf = (numbers: readonly number[], before: Buffer = Buffer.alloc(0)): Buffer => {
  const length = numbers.reduce((most, number) => Math.max(most, (number >> 3) + 1), before.length);
  const bits = Buffer.alloc(length);
  before.copy(bits);
  for (const number of numbers) bits[number >> 3] = (bits[number >> 3] ?? 0) | (1 << (number & 7));
  return bits;
};
