/** Questions to an agent. Any process may hold its socket, so that question and answer travel through a table. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Messages } from '../../../agent/src/protocol.ts';
import { CONNECTED } from '../agent-sessions.ts';
import { type Pool, type Queryable, withTransaction } from '../database.ts';
import { notify } from '../notify.ts';

export type AgentAnswer = { ok: boolean; detail: string };

const POLL_MS = 25;
const WAIT_MS_MAX = 8_000;

/** The agent of a cluster that is in contact now; null when there is none. */
export const connectedAgent = async (client: Queryable, clusterId: string): Promise<string | null> => {
  const { rows } = await client.query(
    `SELECT a.id FROM agent a JOIN agent_session se ON se.agent_id = a.id
     WHERE a.cluster_id = $1 AND a.revoked_at IS NULL AND ${CONNECTED}`,
    [clusterId],
  );
  return z.array(z.object({ id: z.string() })).parse(rows)[0]?.id ?? null;
};

/** Asks, and waits for the answer; null when none came in time. Holds no transaction meanwhile and leaves no row behind. */
export const askAgent = async (
  pool: Pool,
  agentId: string,
  question: Omit<Messages['ask'], 'requestId'>,
  waitMsMax = WAIT_MS_MAX,
): Promise<AgentAnswer | null> => {
  const id = randomUUID();
  const payload: Messages['ask'] = { ...question, requestId: id };
  await withTransaction(pool, async (client) => {
    await client.query('INSERT INTO agent_request (id, agent_id, kind, payload) VALUES ($1, $2, $3, $4)', [
      id,
      agentId,
      question.kind,
      JSON.stringify(payload),
    ]);
    await notify(client, [{ kind: 'agent-request', id, agent: agentId }]);
  });
  try {
    return await waitForAnswer(pool, id, performance.now() + waitMsMax);
  } finally {
    await pool.query('DELETE FROM agent_request WHERE id = $1', [id]);
  }
};

const waitForAnswer = async (pool: Pool, id: string, until: number): Promise<AgentAnswer | null> => {
  for (;;) {
    const { rows } = await pool.query('SELECT answer FROM agent_request WHERE id = $1', [id]);
    const answer = z.array(z.object({ answer: answerSchema.nullable() })).parse(rows)[0]?.answer;
    if (answer) return answer;
    if (performance.now() >= until) return null;
    await pause(POLL_MS);
  }
};

const answerSchema = z.object({ ok: z.boolean(), detail: z.string() });
