import pg from 'pg';
import { z } from 'zod';
import { messages } from '../../../agent/src/protocol.ts';
import { CHANNEL, noticeSchema } from '../../data/notify.ts';

type Question = z.infer<typeof messages.ask>;

/** Holds an agent's session and answers what it is asked, as the gateway does for a connected agent. */
export const startAnsweringAgent = async (
  url: string,
  agentId: string,
  answer: (question: Question) => { ok: boolean; detail: string },
) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    'INSERT INTO agent_session (agent_id, epoch, replica) VALUES ($1, 1, gen_random_uuid())',
    [agentId],
  );
  const asked: Question[] = [];
  client.on('notification', async ({ payload }) => {
    const notice = noticeSchema.parse(JSON.parse(payload ?? ''));
    if (notice.kind !== 'agent-request' || notice.agent !== agentId) return;
    const { rows } = await client.query('SELECT payload FROM agent_request WHERE id = $1', [notice.id]);
    const question = z.tuple([z.object({ payload: messages.ask })]).parse(rows)[0].payload;
    asked.push(question);
    await client.query('UPDATE agent_request SET answer = $2, answered_at = now() WHERE id = $1', [
      notice.id,
      JSON.stringify(answer(question)),
    ]);
  });
  await client.query(`LISTEN ${CHANNEL}`);
  return { asked, stop: () => client.end() };
};
