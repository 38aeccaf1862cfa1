/** Raw rows straight into the database, for tests and the bench of the rollups. */
import type { CommitRow, DeploymentRow, IncidentRow } from '../../domain/dora/types.ts';
import type { Queryable } from '../database.ts';

const at = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export const insertDeployments = async (client: Queryable, rows: readonly DeploymentRow[]): Promise<void> => {
  for (let from = 0; from < rows.length; from += 2_000)
    await client.query(
      `INSERT INTO imported_deployment (id, source, service, environment, tier, group_id, commit_sha, version, kind,
         started_at, finished_at, status, max_exposure, rollback_of, remediates, unplanned, drill)
       SELECT id, 'csv', service, environment, tier, "groupId", "commitSha", version, kind, "startedAt", "finishedAt",
         status, "maxExposure", "rollbackOf", remediates, unplanned, drill
       FROM jsonb_to_recordset($1) AS r (id text, service text, environment text, tier text, "groupId" text,
         "commitSha" text, version text, kind text, "startedAt" timestamptz, "finishedAt" timestamptz, status text,
         "maxExposure" float8, "rollbackOf" text, remediates text, unplanned boolean, drill boolean)
       ON CONFLICT (id) DO UPDATE SET finished_at = excluded.finished_at, status = excluded.status,
         max_exposure = excluded.max_exposure`,
      [
        JSON.stringify(
          rows
            .slice(from, from + 2_000)
            .map((row) => ({ ...row, startedAt: at(row.startedAt), finishedAt: at(row.finishedAt) })),
        ),
      ],
    );
};

export const insertCommits = async (client: Queryable, rows: readonly CommitRow[]): Promise<void> => {
  for (let from = 0; from < rows.length; from += 5_000)
    await client.query(
      `INSERT INTO source_commit (sha, source, parents, authored_at, services, pr)
       SELECT sha, 'csv', parents, "authoredAt", services, pr
       FROM jsonb_to_recordset($1) AS r (sha text, parents text[], "authoredAt" timestamptz, services text[], pr text)
       ON CONFLICT (sha) DO NOTHING`,
      [
        JSON.stringify(
          rows.slice(from, from + 5_000).map((row) => ({ ...row, authoredAt: at(row.authoredAt) })),
        ),
      ],
    );
};

export const insertIncidents = async (client: Queryable, rows: readonly IncidentRow[]): Promise<void> => {
  await client.query(
    `INSERT INTO incident (id, source, services, severity, started_at, detected_at, resolved_at, caused_by, cause,
       duplicate_of, drill)
     SELECT id, 'csv', services, severity, "startedAt", "detectedAt", "resolvedAt", "causedBy", cause, "duplicateOf", drill
     FROM jsonb_to_recordset($1) AS r (id text, services text[], severity integer, "startedAt" timestamptz,
       "detectedAt" timestamptz, "resolvedAt" timestamptz, "causedBy" text[], cause text, "duplicateOf" text, drill boolean)
     ON CONFLICT (id) DO UPDATE SET services = excluded.services, resolved_at = excluded.resolved_at,
       caused_by = excluded.caused_by, severity = excluded.severity`,
    [
      JSON.stringify(
        rows.map((row) => ({
          ...row,
          startedAt: at(row.startedAt),
          detectedAt: at(row.detectedAt),
          resolvedAt: at(row.resolvedAt),
        })),
      ),
    ],
  );
};
