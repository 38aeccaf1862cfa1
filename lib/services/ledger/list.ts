import type { z } from 'zod';
import type { LedgerEntryView } from '../../contract/access.ts';
import { ledgerQuerySchema } from '../../contract/page.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { listLedger as readLedger } from '../../data/ledger.ts';
import { authorize, type Context } from '../context.ts';

/** A page of who did what, newest first; `subject` such as `service:shop` narrows it. */
export const listLedger = async (
  ctx: Context,
  input: z.input<typeof ledgerQuerySchema> = {},
): Promise<Page<LedgerEntryView>> => {
  authorize(ctx.actor, 'ledger:read');
  const { cursor, limit, subject } = ledgerQuerySchema.parse(input);
  const rows = await readLedger(ctx.db.pool, {
    before: sequenceOf(cursor),
    subject: subject ?? null,
    limit: limit + 1,
  });
  const page = toPage(rows, limit, (last) => String(last.sequence));
  return { items: page.items.map((row) => ({ ...row, at: row.at.toISOString() })), next: page.next };
};

/** A cursor that is none begins at the newest, as everywhere. */
const sequenceOf = (cursor: string | undefined): number | null =>
  cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : null;
