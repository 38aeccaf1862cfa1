/** The side of `agent_request` that holds the agent's socket: take the question, store the answer. */
import { z } from 'zod';
import { type Messages, messages } from '../../agent/src/protocol.ts';
import type { Queryable } from './database.ts';

/** A question that waits for this agent; null when it was answered or given up meanwhile. */
export const readQuestion = async (
  client: Queryable,
  id: string,
  agentId: string,
): Promise<Messages['ask'] | null> => {
  const { rows } = await client.query(
    'SELECT payload FROM agent_request WHERE id = $1 AND agent_id = $2 AND answer IS NULL',
    [id, agentId],
  );
  return z.array(z.object({ payload: messages.ask })).parse(rows)[0]?.payload ?? null;
};

/** Stores an agent's answer to a question it was asked; false when nobody waits for it. */
export const storeAnswer = async (
  client: Queryable,
  id: string,
  agentId: string,
  answer: { ok: boolean; detail: string },
): Promise<boolean> => {
  const { rowCount } = await client.query(
    'UPDATE agent_request SET answer = $3, answered_at = now() WHERE id = $1 AND agent_id = $2 AND answer IS NULL',
    [id, agentId, JSON.stringify(answer)],
  );
  return rowCount === 1;
};
