/** Everything that the start of a release has to know, read in one transaction. */
import type { z } from 'zod';
import { protectionSchema } from '../contract/config.ts';
import type { MetricDefinition } from '../domain/analysis/contract.ts';
import type { CreatedTarget, Plan, SchemaRange } from '../domain/release/types.ts';
import { CONNECTED } from './agent-sessions.ts';
import type { Queryable } from './database.ts';
import { type Artifact, planOf } from './release-record.ts';

/** What was found for each name of a start; null = there is no such thing. */
export type StartFacts = {
  service: { id: string; metrics: MetricDefinition[] } | null;
  environment: {
    id: string;
    protection: z.infer<typeof protectionSchema>;
    undoSeconds: number;
    schema: number | null;
  } | null;
  version: StartArtifact | null;
  /** The version in charge: the newest release that succeeded here, else what the agents see on the baseline track. */
  baseline: StartArtifact | null;
  plan: { revisionId: string; plan: Plan } | null;
  targets: CreatedTarget[];
  /** Clusters whose agent cannot check a side under trial. */
  cannotProve: string[];
};

/** A version with the database schemas it works with; null = it did not say. */
export type StartArtifact = Artifact & { schema: SchemaRange | null };

export type StartNames = { service: string; environment: string; version: string; plan: string };

/** Reads the facts of a start. The targets' rows are locked, so that their generations hold until the commit. */
export const loadStart = async (client: Queryable, names: StartNames): Promise<StartFacts> => {
  const [service, environment, plan] = [
    await readService(client, names.service),
    await readEnvironment(client, names.environment),
    await readPlan(client, names.plan),
  ];
  const version = service ? await readVersion(client, service.id, names.version) : null;
  const found = service && environment ? await readTargets(client, service.id, environment.id) : [];
  const targets = found.map(({ proves: _proves, ...target }) => target);
  const baseline = service ? await readBaseline(client, service.id, targets) : null;
  const cannotProve = found.filter(({ proves }) => !proves).map(({ cluster }) => cluster);
  return { service, environment, version, baseline, plan, targets, cannotProve };
};

const readService = async (client: Queryable, slug: string): Promise<StartFacts['service']> => {
  const { rows } = await client.query<{ id: string; metrics: MetricDefinition[] }>(
    'SELECT id, metrics FROM service WHERE slug = $1',
    [slug],
  );
  return rows[0] ?? null;
};

const readEnvironment = async (client: Queryable, slug: string): Promise<StartFacts['environment']> => {
  const { rows } = await client.query<{
    id: string;
    undo_seconds: number;
    protection: unknown;
    schema_version: number | null;
  }>('SELECT id, undo_seconds, protection, schema_version FROM environment WHERE slug = $1', [slug]);
  const row = rows[0];
  return row
    ? {
        id: row.id,
        undoSeconds: row.undo_seconds,
        schema: row.schema_version,
        protection: protectionSchema.parse(row.protection),
      }
    : null;
};

const readVersion = async (
  client: Queryable,
  serviceId: string,
  name: string,
): Promise<StartArtifact | null> => {
  const { rows } = await client.query<ArtifactRow>(
    'SELECT id, name AS version, digest, schema_oldest, schema_newest FROM artifact_version WHERE service_id = $1 AND name = $2',
    [serviceId, name],
  );
  return toArtifact(rows[0]);
};

type ArtifactRow = Artifact & { schema_oldest: number | null; schema_newest: number | null };

const toArtifact = (row: ArtifactRow | undefined): StartArtifact | null => {
  if (!row) return null;
  const { schema_oldest: oldest, schema_newest: newest, ...artifact } = row;
  return { ...artifact, schema: oldest === null || newest === null ? null : { oldest, newest } };
};

const readPlan = async (client: Queryable, slug: string): Promise<StartFacts['plan']> => {
  const { rows } = await client.query<{ revision_id: string; document: unknown }>(
    `SELECT r.id AS revision_id, r.document FROM plan p JOIN plan_revision r ON r.plan_id = p.id
     WHERE p.slug = $1 ORDER BY r.revision DESC LIMIT 1`,
    [slug],
  );
  const row = rows[0];
  return row ? { revisionId: row.revision_id, plan: planOf(row.revision_id, row.document) } : null;
};

/** What an agent says at its start when it can run checks and compare both sides. */
export const PROOF = 'proof';

type TargetRow = {
  id: string;
  cluster: string;
  generation: number;
  connected: boolean;
  proves: boolean;
  workload_driver: string;
};

const readTargets = async (
  client: Queryable,
  serviceId: string,
  environmentId: string,
): Promise<(CreatedTarget & { proves: boolean })[]> => {
  const { rows } = await client.query<TargetRow>(
    `SELECT t.id, c.slug AS cluster, coalesce(s.generation, 0) AS generation, t.workload ->> 'driver' AS workload_driver,
            EXISTS (SELECT 1 FROM agent a JOIN agent_session se ON se.agent_id = a.id
                    WHERE a.cluster_id = c.id AND a.revoked_at IS NULL AND ${CONNECTED}) AS connected,
            EXISTS (SELECT 1 FROM agent a WHERE a.cluster_id = c.id AND a.revoked_at IS NULL
                    AND $3 = ANY (a.capabilities)) AS proves
     FROM target t JOIN cluster c ON c.id = t.cluster_id LEFT JOIN target_state s ON s.target_id = t.id
     WHERE t.service_id = $1 AND c.environment_id = $2
     ORDER BY c.slug FOR UPDATE OF t`,
    [serviceId, environmentId, PROOF],
  );
  return rows.map(({ workload_driver, ...target }) => ({ ...target, managed: workload_driver !== 'none' }));
};

const readBaseline = async (
  client: Queryable,
  serviceId: string,
  targets: readonly CreatedTarget[],
): Promise<StartArtifact | null> => {
  const { rows } = await client.query<ArtifactRow>(
    `SELECT id, version, digest, schema_oldest, schema_newest FROM (
       SELECT v.id, v.name AS version, v.digest, v.schema_oldest, v.schema_newest, 0 AS place, s.seen_at AS at
       FROM target_state s JOIN artifact_version v ON v.id = s.baseline_version_id
       WHERE s.target_id = ANY($2)
       UNION ALL
       SELECT v.id, v.name, v.digest, v.schema_oldest, v.schema_newest, 1, s.seen_at
       FROM target_state s CROSS JOIN LATERAL jsonb_to_recordset(s.workloads) AS w(track text, version text)
       JOIN artifact_version v ON v.service_id = $1 AND v.name = w.version
       WHERE s.target_id = ANY($2) AND w.track = 'baseline'
     ) found ORDER BY place, at DESC NULLS LAST LIMIT 1`,
    [serviceId, targets.map(({ id }) => id)],
  );
  return toArtifact(rows[0]);
};
