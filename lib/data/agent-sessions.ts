/** Which agent is connected, to which server process, and under which epoch. All times are the database's. */
import { z } from 'zod';
import type { Queryable } from './database.ts';
import { notify } from './notify.ts';

/** Heartbeats that stay away this long mean contact is lost, whatever the socket says. */
export const LOST_AFTER_SECONDS = 30;

/** SQL: is the session `se` alive? */
export const CONNECTED = `(se.disconnected_at IS NULL AND se.last_seen_at > now() - interval '${LOST_AFTER_SECONDS} seconds')`;

export type SessionOpening = {
  agentId: string;
  instanceId: string;
  bootId: string;
  /** Identifies the server process that holds the socket. */
  replica: string;
  version: string;
  capabilities: readonly string[];
  address: string | null;
};

/**
 * Gives the agent its next epoch and makes this process the holder of its session; every earlier session is fenced
 * from now on. `takenOverFrom` names the instance that held a live session, null when none did. Null when revoked.
 */
export const openSession = async (
  client: Queryable,
  opening: SessionOpening,
): Promise<{ epoch: number; takenOverFrom: string | null } | null> => {
  const { rows } = await client.query(
    `WITH before AS (
       SELECT a.instance_id, ${CONNECTED} AS live FROM agent a JOIN agent_session se ON se.agent_id = a.id WHERE a.id = $1
     ), opened AS (
       UPDATE agent SET epoch = epoch + 1, instance_id = $2, boot_id = $3, version = $5, capabilities = $6
       WHERE id = $1 AND revoked_at IS NULL RETURNING id, epoch
     )
     INSERT INTO agent_session (agent_id, epoch, replica, address) SELECT id, epoch, $4, $7 FROM opened
     ON CONFLICT (agent_id) DO UPDATE SET epoch = excluded.epoch, replica = excluded.replica, address = excluded.address,
       connected_at = now(), last_seen_at = now(), disconnected_at = NULL, clock_skew_ms = NULL
       WHERE agent_session.epoch < excluded.epoch
     RETURNING epoch, (SELECT instance_id::text FROM before WHERE live AND instance_id <> $2) AS taken_over_from`,
    [
      opening.agentId,
      opening.instanceId,
      opening.bootId,
      opening.replica,
      opening.version,
      opening.capabilities,
      opening.address,
    ],
  );
  const opened = z
    .array(z.object({ epoch: z.number(), taken_over_from: z.string().nullable() }))
    .parse(rows)[0];
  if (!opened) return null;
  await notify(client, [{ kind: 'agent', id: opening.agentId }]);
  return { epoch: opened.epoch, takenOverFrom: opened.taken_over_from };
};

export type Heartbeat = { agentId: string; epoch: number; clockSkewMs: number | null };

/**
 * Renews the sessions that a process holds, in one statement. Answers with the agents that are no longer its own:
 * superseded by a newer epoch or revoked; their sockets must be closed.
 */
export const touchSessions = async (
  client: Queryable,
  replica: string,
  beats: readonly Heartbeat[],
): Promise<string[]> => {
  if (beats.length === 0) return [];
  const { rows } = await client.query(
    `WITH beat AS (
       SELECT * FROM unnest($2::uuid[], $3::bigint[], $4::integer[]) AS b (agent_id, epoch, skew)
     ), touched AS (
       UPDATE agent_session s SET last_seen_at = now(), disconnected_at = NULL, clock_skew_ms = coalesce(b.skew, s.clock_skew_ms)
       FROM beat b JOIN agent a ON a.id = b.agent_id AND a.revoked_at IS NULL
       WHERE s.agent_id = b.agent_id AND s.epoch = b.epoch AND s.replica = $1
       RETURNING s.agent_id
     )
     SELECT agent_id FROM beat WHERE agent_id NOT IN (SELECT agent_id FROM touched)`,
    [
      replica,
      beats.map((beat) => beat.agentId),
      beats.map((beat) => beat.epoch),
      beats.map((beat) => beat.clockSkewMs),
    ],
  );
  return z
    .array(z.object({ agent_id: z.string() }))
    .parse(rows)
    .map((row) => row.agent_id);
};

/** Ends a session, unless a newer one has taken its place already. True when it was this one. */
export const closeSession = async (client: Queryable, agentId: string, epoch: number): Promise<boolean> => {
  const { rowCount } = await client.query(
    `UPDATE agent_session SET disconnected_at = now() WHERE agent_id = $1 AND epoch = $2 AND disconnected_at IS NULL`,
    [agentId, epoch],
  );
  if (rowCount) await notify(client, [{ kind: 'agent', id: agentId }]);
  return rowCount === 1;
};

/** Those of the targets whose agent is in contact now. */
export const connectivityOf = async (
  client: Queryable,
  targetIds: readonly string[],
): Promise<Set<string>> => {
  const { rows } = await client.query(
    `SELECT t.id FROM target t
     JOIN agent a ON a.cluster_id = t.cluster_id AND a.revoked_at IS NULL
     JOIN agent_session se ON se.agent_id = a.id
     WHERE t.id = ANY($1::uuid[]) AND ${CONNECTED}`,
    [targetIds],
  );
  return new Set(
    z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map((row) => row.id),
  );
};

/** Those of the targets whose agent no process has heard since `since`, milliseconds: after a restart it may be on its way. */
export const notSeenSince = async (
  client: Queryable,
  targetIds: readonly string[],
  since: number,
): Promise<Set<string>> => {
  const { rows } = await client.query(
    `SELECT t.id FROM target t
     JOIN agent a ON a.cluster_id = t.cluster_id AND a.revoked_at IS NULL
     JOIN agent_session se ON se.agent_id = a.id
     WHERE t.id = ANY($1::uuid[]) AND greatest(se.connected_at, se.last_seen_at) < $2`,
    [targetIds, new Date(since)],
  );
  return new Set(
    z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map((row) => row.id),
  );
};
