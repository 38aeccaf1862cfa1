/** The bus between processes: PostgreSQL wakes whoever listens. A notice is a hint; the rows are the truth. */
import { z } from 'zod';
import type { Queryable } from './database.ts';

export const CHANNEL = 'slipway';

export const noticeSchema = z.discriminatedUnion('kind', [
  /** A wish for a target waits in the outbox. */
  z.object({ kind: z.literal('outbox'), target: z.uuid() }),
  /** A release reached this state version. */
  z.object({ kind: z.literal('release'), id: z.uuid(), version: z.number().int() }),
  /** An agent came, went, or was enrolled. */
  z.object({ kind: z.literal('agent'), id: z.uuid() }),
  /** An agent may no longer act; whoever holds its socket closes it. */
  z.object({ kind: z.literal('revoked'), agent: z.uuid() }),
  /** Somebody's session ended; whoever holds sockets of browsers asks again whose they are. */
  z.object({ kind: z.literal('session-ended') }),
  /** A question for an agent waits in `agent_request`; whoever holds its socket asks it. */
  z.object({ kind: z.literal('agent-request'), id: z.uuid(), agent: z.uuid() }),
  /** Target documents of a cluster changed. */
  z.object({ kind: z.literal('targets'), cluster: z.uuid() }),
  /** A noun of the configuration changed. */
  z.object({ kind: z.literal('config'), noun: z.string().max(40), slug: z.string().max(200) }),
]);
export type Notice = z.infer<typeof noticeSchema>;

/** Sent when the transaction commits. For control changes only, never per sample or heartbeat: it costs much throughput. */
export const notify = async (client: Queryable, notices: readonly Notice[]): Promise<void> => {
  if (notices.length === 0) return;
  await client.query(`SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload`, [
    CHANNEL,
    notices.map((notice) => JSON.stringify(notice)),
  ]);
};
