/** The raw rows that the rules read, in the shapes of the domain. */
import type { CommitRow, DeploymentRow, IncidentRow, LinkDecision } from '../../domain/dora/types.ts';
import type { Queryable } from '../database.ts';
import { readOwnDeployments } from './own-releases.ts';

const ms = (column: string, name: string): string =>
  `round(date_part('epoch', ${column}) * 1000) AS "${name}"`;

/** Imported and own deployments of these services; null = of all. */
export const readDeployments = async (
  client: Queryable,
  services: readonly string[] | null,
): Promise<DeploymentRow[]> => {
  const { rows } = await client.query<DeploymentRow>({
    name: 'dora-deployments',
    text: `SELECT id, service, environment, tier, group_id AS "groupId", commit_sha AS "commitSha", version, kind,
         ${ms('started_at', 'startedAt')}, ${ms('finished_at', 'finishedAt')}, status,
         max_exposure AS "maxExposure", rollback_of AS "rollbackOf", remediates, unplanned, drill
       FROM imported_deployment WHERE $1::text[] IS NULL OR service = ANY ($1)`,
    values: [services],
  });
  return [...rows, ...(await readOwnDeployments(client, services))];
};

/** A commit and its place in the bit strings of services. */
export type NumberedCommit = CommitRow & { number: number };

export const readCommits = async (client: Queryable): Promise<NumberedCommit[]> => {
  const { rows } = await client.query<NumberedCommit>(
    `SELECT sha, number, parents, ${ms('authored_at', 'authoredAt')}, services, pr FROM source_commit`,
  );
  return rows;
};

/** Whose incidents: of these services, caused by these deployments, or with these ids. null = all. */
export type IncidentScope = { services: readonly string[]; names: readonly string[]; ids: readonly string[] };

export const readIncidents = async (
  client: Queryable,
  scope: IncidentScope | null,
): Promise<IncidentRow[]> => {
  const { rows } = await client.query<IncidentRow>(
    `SELECT i.id, i.services, i.severity, ${ms('i.started_at', 'startedAt')}, ${ms('i.detected_at', 'detectedAt')},
       ${ms('i.resolved_at', 'resolvedAt')}, i.caused_by AS "causedBy", i.cause, i.duplicate_of AS "duplicateOf", i.drill
     FROM incident i ${
       scope === null
         ? ''
         : `WHERE i.services && $1::text[] OR i.caused_by && $2::text[] OR i.id = ANY ($3::text[])
       OR i.id IN (SELECT incident_id FROM incident_link_decision WHERE deployment_id = ANY ($2) OR instead_id = ANY ($2))`
     }`,
    scope === null ? [] : [scope.services, scope.names, scope.ids],
  );
  return rows;
};

/** Oldest first. */
export const readDecisions = async (
  client: Queryable,
  incidentIds: readonly string[] | null,
): Promise<LinkDecision[]> => {
  const { rows } = await client.query<LinkDecision>(
    `SELECT incident_id AS "incidentId", decision, deployment_id AS "deploymentId", instead_id AS "insteadId"
     FROM incident_link_decision WHERE $1::text[] IS NULL OR incident_id = ANY ($1) ORDER BY sequence`,
    [incidentIds],
  );
  return rows;
};
