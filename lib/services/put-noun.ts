import stringify from 'safe-stable-stringify';
import { lockNoun } from '../data/config/lock.ts';
import { type Transaction, withTransaction } from '../data/database.ts';
import { appendLedger } from '../data/ledger.ts';
import { type Notice, notify } from '../data/notify.ts';
import type { Context } from './context.ts';

export type Put<Found extends { document: object }, Wish extends object> = {
  /** `service`, `environment`, ...; the ledger says `<noun>.put` about `<noun>:<name>`. */
  noun: string;
  name: string;
  document: Wish;
  find: (client: Transaction) => Promise<Found | null>;
  /** Refuses what may not change, by throwing. */
  check?: (client: Transaction, before: Found | null) => Promise<void>;
  store: (client: Transaction, before: Found | null) => Promise<unknown>;
  /** Who else must hear of it, beside those who watch the configuration. */
  notices?: (client: Transaction, before: Found | null) => Promise<readonly Notice[]>;
};

/**
 * Stores a declared document: one writer a name at a time, ledger entry with before and after. The same document
 * again changes nothing and leaves no entry.
 */
export const putNoun = <Found extends { document: object }, Wish extends object>(
  ctx: Context,
  put: Put<Found, Wish>,
): Promise<{ created: boolean; changed: boolean }> =>
  withTransaction(ctx.db.pool, async (client) => {
    await lockNoun(client, put.noun, put.name);
    const before = await put.find(client);
    if (before && stringify(before.document) === stringify(put.document))
      return { created: false, changed: false };
    await put.check?.(client, before);
    await put.store(client, before);
    const more = (await put.notices?.(client, before)) ?? [];
    await notify(client, [{ kind: 'config', noun: put.noun, slug: put.name }, ...more]);
    await recordConfig(client, ctx, {
      action: `${put.noun}.put`,
      subject: `${put.noun}:${put.name}`,
      data: { before: before?.document ?? null, after: put.document },
    });
    return { created: before === null, changed: true };
  });

/** Writes what an actor did to the configuration into the ledger; last in its transaction. */
export const recordConfig = (
  client: Transaction,
  ctx: Context,
  entry: { action: string; subject: string; data: Record<string, unknown> },
): Promise<unknown> =>
  appendLedger(client, {
    at: new Date(ctx.now()),
    actor: { kind: ctx.actor.kind, name: ctx.actor.name },
    reason: null,
    requestId: ctx.requestId,
    ...entry,
  });
