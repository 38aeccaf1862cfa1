/** Agents as the configuration shows them: who serves which cluster, and how its targets stand. */
import { z } from 'zod';
import { CONNECTED } from '../agent-sessions.ts';
import type { Queryable, Transaction } from '../database.ts';
import { SINCE } from './clusters.ts';

/** In the order of enrolment, newest first, after the agent with id `after`; or only the one with `id`. */
export const readAgents = async (
  client: Queryable,
  filter: { id?: string; after?: string | undefined; limit: number },
): Promise<StoredAgentState[]> => {
  const { rows } = await client.query(READ, [filter.id ?? null, filter.after ?? null, filter.limit]);
  return z.array(rowSchema).parse(rows);
};

/** The agent that a cluster has now; the cluster is locked until the end of the transaction, so that it stays so. */
export const lockActiveAgent = async (client: Transaction, clusterId: string): Promise<string | null> => {
  await client.query('SELECT 1 FROM cluster WHERE id = $1 FOR UPDATE', [clusterId]);
  const { rows } = await client.query('SELECT id FROM agent WHERE cluster_id = $1 AND revoked_at IS NULL', [
    clusterId,
  ]);
  return z.array(z.object({ id: z.string() })).parse(rows)[0]?.id ?? null;
};

/** A revoked agent has no targets any more: its cluster's belong to the next one. */
const TARGETS = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('service', s.slug,
    'wantedBasisPoints', (ts.desired->>'basisPoints')::integer, 'seenBasisPoints', ts.seen_basis_points,
    'confirmed', CASE WHEN ts.applied_generation >= ts.generation THEN ts.confirmed ELSE 'unknown' END,
    'problem', ts.problem, 'sourceProblem', ts.source_problem) ORDER BY s.slug), '[]')
  FROM target t JOIN service s ON s.id = t.service_id LEFT JOIN target_state ts ON ts.target_id = t.id
  WHERE t.cluster_id = a.cluster_id AND a.revoked_at IS NULL)`;

const READ = `
  SELECT a.id, c.slug AS cluster, e.slug AS environment, a.version, a.capabilities, a.enrolled_at AS "enrolledAt",
    a.revoked_at IS NOT NULL AS revoked, a.revoked_at IS NULL AND coalesce(${CONNECTED}, false) AS connected,
    ${SINCE} AS since, se.last_seen_at AS "lastSeenAt", se.clock_skew_ms AS "clockSkewMs", ${TARGETS} AS targets
  FROM agent a JOIN cluster c ON c.id = a.cluster_id JOIN environment e ON e.id = c.environment_id
  LEFT JOIN agent_session se ON se.agent_id = a.id
  WHERE ($1::uuid IS NULL OR a.id = $1)
    AND ($2::uuid IS NULL OR (a.enrolled_at, a.id) < (SELECT enrolled_at, id FROM agent WHERE id = $2))
  ORDER BY a.enrolled_at DESC, a.id DESC LIMIT $3`;

const rowSchema = z.object({
  id: z.string(),
  cluster: z.string(),
  environment: z.string(),
  version: z.string().nullable(),
  capabilities: z.array(z.string()),
  enrolledAt: z.date(),
  revoked: z.boolean(),
  connected: z.boolean(),
  since: z.date().nullable(),
  lastSeenAt: z.date().nullable(),
  clockSkewMs: z.number().nullable(),
  targets: z.array(
    z.object({
      service: z.string(),
      wantedBasisPoints: z.number().nullable(),
      seenBasisPoints: z.number().nullable(),
      confirmed: z.enum(['yes', 'no', 'unknown']),
      problem: z.string().nullable(),
      sourceProblem: z.string().nullable(),
    }),
  ),
});
export type StoredAgentState = z.infer<typeof rowSchema>;
