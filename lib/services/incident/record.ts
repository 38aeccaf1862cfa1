import type { Transaction } from '../../data/database.ts';
import { appendLedger } from '../../data/ledger.ts';
import { notify } from '../../data/notify.ts';
import type { Context } from '../context.ts';

/** Tells those who watch, and writes the ledger; last in its transaction. */
export const recordIncident = async (
  client: Transaction,
  ctx: Pick<Context, 'now' | 'requestId'> & { actor: { kind: string; name: string } },
  entry: { action: string; id: string; reason?: string | null; data: Record<string, unknown> },
): Promise<void> => {
  await notify(client, [{ kind: 'config', noun: 'incident', slug: entry.id }]);
  await appendLedger(client, {
    at: new Date(ctx.now()),
    actor: { kind: ctx.actor.kind, name: ctx.actor.name },
    action: entry.action,
    subject: `incident:${entry.id}`,
    reason: entry.reason ?? null,
    requestId: ctx.requestId,
    data: entry.data,
  });
};
