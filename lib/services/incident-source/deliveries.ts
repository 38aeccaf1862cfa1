import { z } from 'zod';
import type { DeliveryView } from '../../contract/incident-source.ts';
import { type PageQuery, pageQuerySchema } from '../../contract/page.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { readDeliveries } from '../../data/delivery/incident-sources.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { requireIncidentSource } from './get.ts';

/** What a source has sent, the newest first, as it came. */
export const listDeliveries = async (
  ctx: Context,
  { slug, ...input }: PageQuery & { slug: string },
): Promise<Page<DeliveryView>> => {
  authorize(ctx.actor, 'config:read');
  const { cursor, limit } = pageQuerySchema.extend({ cursor: z.string().max(500).optional() }).parse(input);
  const source = await requireIncidentSource(ctx, slug);
  const before = cursor === undefined ? null : readCursor(cursor);
  const rows = await readDeliveries(ctx.db.pool, source.id, { before, limit: limit + 1 });
  const views = rows.map(({ received_at, ...row }) => ({ ...row, receivedAt: received_at.toISOString() }));
  return toPage(views, limit, ({ receivedAt, delivery }) => `${receivedAt}_${delivery}`);
};

const readCursor = (cursor: string): { at: Date; delivery: string } => {
  const [, time, delivery] = /^([^_]+)_(.+)$/.exec(cursor) ?? [];
  if (delivery !== undefined && z.iso.datetime({ offset: true }).safeParse(time).success)
    return { at: new Date(time ?? ''), delivery };
  const message = 'use the cursor of the page before, as it was';
  throw new ServiceError('invalid', `cursor: ${message}`, { errors: [{ path: 'cursor', message }] });
};
