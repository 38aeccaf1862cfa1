import type { z } from 'zod';
import { type ActionItemView, actionItemListQuerySchema } from '../../contract/retrospective.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { readTimeCursor, writeTimeCursor } from '../../data/time-cursor.ts';
import { listActionItemRows } from '../../data/views/action-item-list.ts';
import { authorize, type Context } from '../context.ts';
import { actionItemView } from './view.ts';

/** A page of action items of all retrospectives, the newest first. */
export const listActionItems = async (
  ctx: Context,
  input: z.input<typeof actionItemListQuerySchema> = {},
): Promise<Page<ActionItemView>> => {
  authorize(ctx.actor, 'release:read');
  const { cursor, limit, ...filter } = actionItemListQuerySchema.parse(input);
  const rows = await listActionItemRows(ctx.db.pool, {
    ...filter,
    after: readTimeCursor(cursor),
    today: new Date(ctx.now()),
    limit: limit + 1,
  });
  const page = toPage(rows, limit, (last) => writeTimeCursor(last.createdAt, last.id));
  return { items: page.items.map((item) => actionItemView(item, ctx.now())), next: page.next };
};
