/** Agents: how one is enrolled, what it serves, and what it reports of its targets. */
import { z } from 'zod';
import { type Messages, type TargetConfig, targetConfigSchema } from '../../agent/src/protocol.ts';
import type { Queryable, Transaction } from './database.ts';
import { notify } from './notify.ts';

export type StoredAgent = {
  id: string;
  clusterId: string;
  cluster: string;
  environment: string;
  instanceId: string;
  /** Raw Ed25519 key, base64url. */
  publicKey: string;
  epoch: number;
  revoked: boolean;
};

/** Makes a one-time enrolment; only the hash of its token is kept. Answers with its end. */
export const createEnrolment = async (
  client: Queryable,
  enrolment: { clusterId: string; tokenHash: string; createdBy: string; lifetimeSeconds: number },
): Promise<Date> => {
  const { rows } = await client.query(
    `INSERT INTO enrolment (cluster_id, token_hash, created_by, expires_at)
     VALUES ($1, $2, $3, now() + make_interval(secs => $4)) RETURNING expires_at`,
    [enrolment.clusterId, enrolment.tokenHash, enrolment.createdBy, enrolment.lifetimeSeconds],
  );
  return z.tuple([z.object({ expires_at: z.date() })]).parse(rows)[0].expires_at;
};

/** Uses an enrolment up. Null when the token is unknown, used or too old, or meant for another cluster. */
export const useEnrolment = async (
  client: Queryable,
  tokenHash: string,
  cluster: string,
): Promise<{ id: string; clusterId: string; createdBy: string } | null> => {
  const { rows } = await client.query(
    `UPDATE enrolment e SET used_at = now() FROM cluster c
     WHERE e.token_hash = $1 AND e.used_at IS NULL AND e.expires_at > now() AND c.id = e.cluster_id AND c.slug = $2
     RETURNING e.id, e.cluster_id, e.created_by`,
    [tokenHash, cluster],
  );
  const row = z
    .array(z.object({ id: z.string(), cluster_id: z.string(), created_by: z.string() }))
    .parse(rows)[0];
  return row ? { id: row.id, clusterId: row.cluster_id, createdBy: row.created_by } : null;
};

/** The new agent of a cluster; the one it had before is revoked in the same transaction. Answers with its id. */
export const insertAgent = async (
  client: Transaction,
  agent: { clusterId: string; instanceId: string; publicKey: string },
): Promise<string> => {
  await client.query('SELECT 1 FROM cluster WHERE id = $1 FOR UPDATE', [agent.clusterId]);
  const former = await client.query(
    'UPDATE agent SET revoked_at = now() WHERE cluster_id = $1 AND revoked_at IS NULL RETURNING id',
    [agent.clusterId],
  );
  const { rows } = await client.query(
    'INSERT INTO agent (cluster_id, instance_id, public_key) VALUES ($1, $2, $3) RETURNING id',
    [agent.clusterId, agent.instanceId, agent.publicKey],
  );
  const [{ id }] = z.tuple([idSchema]).parse(rows);
  const revoked = z.array(idSchema).parse(former.rows);
  await notify(client, [
    ...revoked.map((row) => ({ kind: 'revoked' as const, agent: row.id })),
    { kind: 'agent', id },
  ]);
  return id;
};

/** Takes an agent's right to act away; whoever holds its socket is told. False when it had none. */
export const revokeAgent = async (client: Queryable, agentId: string): Promise<boolean> => {
  const { rowCount } = await client.query(
    'UPDATE agent SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL',
    [agentId],
  );
  if (rowCount) await notify(client, [{ kind: 'revoked', agent: agentId }]);
  return rowCount === 1;
};

export const findAgent = async (client: Queryable, agentId: string): Promise<StoredAgent | null> => {
  const { rows } = await client.query(
    `SELECT a.id, a.cluster_id AS "clusterId", c.slug AS cluster, e.slug AS environment, a.instance_id AS "instanceId",
       a.public_key AS "publicKey", a.epoch, a.revoked_at IS NOT NULL AS revoked
     FROM agent a JOIN cluster c ON c.id = a.cluster_id JOIN environment e ON e.id = c.environment_id WHERE a.id = $1`,
    [agentId],
  );
  return z.array(agentSchema).parse(rows)[0] ?? null;
};

/** The documents an agent of this cluster works from. */
export const targetsOfCluster = async (client: Queryable, clusterId: string): Promise<TargetConfig[]> => {
  const { rows } = await client.query(
    `SELECT t.id, s.slug AS service, t.router, t.source, t.workload,
       (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(
          jsonb_build_object('name', m->>'name', 'kind', m->>'kind', 'bound', m->'bound'))), '[]')
        FROM jsonb_array_elements(s.metrics) AS m) AS metrics
     FROM target t JOIN service s ON s.id = t.service_id WHERE t.cluster_id = $1 ORDER BY s.slug`,
    [clusterId],
  );
  return z.array(targetConfigSchema).parse(rows);
};

/** The ids of the targets an agent may speak about; a target in a message is looked up among these only. */
export const targetsOwnedBy = async (client: Queryable, agentId: string): Promise<Set<string>> => {
  const { rows } = await client.query(
    `SELECT t.id FROM target t JOIN agent a ON a.cluster_id = t.cluster_id WHERE a.id = $1 AND a.revoked_at IS NULL`,
    [agentId],
  );
  return new Set(
    z
      .array(idSchema)
      .parse(rows)
      .map((row) => row.id),
  );
};

/** The agent that serves a target now; null when its cluster has none. */
export const agentOfTarget = async (client: Queryable, targetId: string): Promise<string | null> => {
  const { rows } = await client.query(
    `SELECT a.id FROM target t JOIN agent a ON a.cluster_id = t.cluster_id AND a.revoked_at IS NULL WHERE t.id = $1`,
    [targetId],
  );
  return z.array(idSchema).parse(rows)[0]?.id ?? null;
};

export type ObservedRow = Messages['observed']['targets'][number];

/**
 * Stores what an agent sees, in one statement. Rows about targets of others, and all rows of an agent that is revoked
 * or speaks under an old epoch, are left out. Answers with the targets whose row was stored.
 */
export const recordObserved = async (
  client: Queryable,
  agent: { agentId: string; epoch: number },
  observed: readonly ObservedRow[],
): Promise<string[]> => {
  if (observed.length === 0) return [];
  const { rows } = await client.query(
    `INSERT INTO target_state AS ts (target_id, applied_generation, applied_at, set_basis_points, seen_basis_points,
       seen_requests, confirmed, seen_at, router_identity, problem, source_problem, workloads)
     SELECT o.target, CASE WHEN o.confirmed = 'yes' THEN o.generation ELSE 0 END, now(), o."setBasisPoints",
       o."seenBasisPoints", o."seenRequests", o.confirmed, now(), o.router, o.problem, o."sourceProblem", o.workloads
     FROM jsonb_to_recordset($3::jsonb) AS o (target uuid, generation bigint, "setBasisPoints" integer,
       "seenBasisPoints" integer, "seenRequests" bigint, confirmed text, router text, problem text,
       "sourceProblem" text, workloads jsonb)
     JOIN target t ON t.id = o.target
     JOIN agent a ON a.cluster_id = t.cluster_id AND a.id = $1 AND a.epoch = $2 AND a.revoked_at IS NULL
     ON CONFLICT (target_id) DO UPDATE SET
       applied_generation = greatest(ts.applied_generation, excluded.applied_generation),
       applied_at = CASE WHEN excluded.applied_generation > ts.applied_generation THEN now() ELSE ts.applied_at END,
       set_basis_points = excluded.set_basis_points, seen_basis_points = excluded.seen_basis_points,
       seen_requests = excluded.seen_requests, confirmed = excluded.confirmed, seen_at = excluded.seen_at,
       router_identity = excluded.router_identity, problem = excluded.problem,
       source_problem = excluded.source_problem, workloads = excluded.workloads
     RETURNING ts.target_id`,
    [agent.agentId, agent.epoch, JSON.stringify(observed)],
  );
  return z
    .array(z.object({ target_id: z.string() }))
    .parse(rows)
    .map((row) => row.target_id);
};

/**
 * Stores that an agent carried out a generation and takes the wish out of the outbox. True when it was news; a late
 * or repeated report, or one about a target that is not the agent's own, changes nothing.
 */
export const recordApplied = async (
  client: Queryable,
  report: { agentId: string; targetId: string; generation: number; seenBasisPoints: number | null },
  now: number,
): Promise<boolean> => {
  const { rows } = await client.query(
    `WITH own AS (
       SELECT t.id FROM target t JOIN agent a ON a.cluster_id = t.cluster_id
       WHERE t.id = $2 AND a.id = $1 AND a.revoked_at IS NULL
     ), done AS (
       DELETE FROM outbox o USING own, target_state wished
       WHERE o.target_id = own.id AND wished.target_id = own.id AND o.generation <= $3 AND $3 <= wished.generation
     )
     UPDATE target_state ts SET applied_generation = $3, applied_at = $5, confirmed = 'yes', seen_at = now(),
       set_basis_points = CASE WHEN ts.generation = $3 THEN (ts.desired->>'basisPoints')::integer ELSE ts.set_basis_points END,
       seen_basis_points = $4, seen_requests = 0
     FROM own WHERE ts.target_id = own.id AND ts.applied_generation < $3 AND $3 <= ts.generation
     RETURNING ts.target_id`,
    [report.agentId, report.targetId, report.generation, report.seenBasisPoints, new Date(now)],
  );
  return rows.length === 1;
};

const idSchema = z.object({ id: z.string() });

const agentSchema = z.object({
  id: z.string(),
  clusterId: z.string(),
  cluster: z.string(),
  environment: z.string(),
  instanceId: z.string(),
  publicKey: z.string(),
  epoch: z.number(),
  revoked: z.boolean(),
});
