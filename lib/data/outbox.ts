/** Wishes on their way to the agents: one row per target, the newest wish only, gone once it was carried out. */
import { z } from 'zod';
import { type Desired, desiredSchema } from '../../agent/src/protocol.ts';
import type { Queryable } from './database.ts';

export type DueWish = {
  agentId: string;
  targetId: string;
  generation: number;
  desired: Desired;
  /** How often it was sent already. */
  attempts: number;
};

/**
 * Wishes that are due for these agents, oldest first; `targetIds` narrows to what a notice named. A moment is stored
 * to the millisecond and may have been rounded up, so that one which is due just now counts as due.
 */
export const dueDesired = async (
  client: Queryable,
  scope: { agentIds: readonly string[]; targetIds?: readonly string[] },
  limit: number,
): Promise<DueWish[]> => {
  if (scope.agentIds.length === 0) return [];
  const { rows } = await client.query({
    name: 'outbox-due',
    text: `SELECT a.id AS "agentId", o.target_id AS "targetId", o.generation, o.desired, o.attempts
     FROM outbox o
     JOIN target t ON t.id = o.target_id
     JOIN agent a ON a.cluster_id = t.cluster_id AND a.revoked_at IS NULL
     WHERE o.due_at <= now() + interval '1 millisecond' AND a.id = ANY($1::uuid[]) AND ($2::uuid[] IS NULL OR o.target_id = ANY($2))
     ORDER BY o.due_at LIMIT $3`,
    values: [scope.agentIds, scope.targetIds ?? null, limit],
  });
  return z.array(dueSchema).parse(rows);
};

/** Notes that wishes went out and when to repeat them: after 2, 4, 8, 16, then every 30 s. A newer wish is left alone. */
export const markSent = async (
  client: Queryable,
  sent: readonly { targetId: string; generation: number }[],
): Promise<void> => {
  if (sent.length === 0) return;
  await client.query(
    `UPDATE outbox o SET sent_at = now(), attempts = o.attempts + 1,
       due_at = now() + make_interval(secs => least(30, power(2, least(o.attempts, 5) + 1)))
     FROM unnest($1::uuid[], $2::bigint[]) AS s (target_id, generation)
     WHERE o.target_id = s.target_id AND o.generation = s.generation`,
    [sent.map((wish) => wish.targetId), sent.map((wish) => wish.generation)],
  );
};

/** Takes a wish out once it was carried out; a newer one stays. */
export const removeApplied = async (
  client: Queryable,
  targetId: string,
  generation: number,
): Promise<void> => {
  await client.query('DELETE FROM outbox WHERE target_id = $1 AND generation <= $2', [targetId, generation]);
};

/**
 * After a reconnect: puts the newest wish of every target the agent is behind on back into the outbox, due now.
 * `held` is what the agent says it carried out last. Answers with the targets that will be sent again.
 */
export const resync = async (
  client: Queryable,
  agentId: string,
  held: readonly { target: string; generation: number }[],
): Promise<string[]> => {
  const { rows } = await client.query(
    `INSERT INTO outbox AS o (target_id, generation, desired)
     SELECT ts.target_id, ts.generation, ts.desired
     FROM target_state ts
     JOIN target t ON t.id = ts.target_id
     JOIN agent a ON a.cluster_id = t.cluster_id AND a.id = $1 AND a.revoked_at IS NULL
     LEFT JOIN unnest($2::uuid[], $3::bigint[]) AS h (target_id, generation) ON h.target_id = ts.target_id
     WHERE ts.desired IS NOT NULL AND ts.generation > coalesce(h.generation, 0)
     ON CONFLICT (target_id) DO UPDATE SET due_at = now(), attempts = 0 WHERE o.generation <= excluded.generation
     RETURNING o.target_id`,
    [agentId, held.map((row) => row.target), held.map((row) => row.generation)],
  );
  return z
    .array(z.object({ target_id: z.string() }))
    .parse(rows)
    .map((row) => row.target_id);
};

const dueSchema = z.object({
  agentId: z.string(),
  targetId: z.string(),
  generation: z.number(),
  desired: desiredSchema,
  attempts: z.number(),
});
