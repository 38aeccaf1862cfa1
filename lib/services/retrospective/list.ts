import type { z } from 'zod';
import { type RetrospectiveRow, retrospectiveListQuerySchema } from '../../contract/retrospective.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { readTimeCursor, writeTimeCursor } from '../../data/time-cursor.ts';
import { listRetrospectiveRows } from '../../data/views/retrospective-list.ts';
import { authorize, type Context } from '../context.ts';

/** A page of retrospectives, the newest draft first. */
export const listRetrospectives = async (
  ctx: Context,
  input: z.input<typeof retrospectiveListQuerySchema> = {},
): Promise<Page<RetrospectiveRow>> => {
  authorize(ctx.actor, 'release:read');
  const { cursor, limit, ...filter } = retrospectiveListQuerySchema.parse(input);
  const rows = await listRetrospectiveRows(ctx.db.pool, {
    ...filter,
    after: readTimeCursor(cursor),
    today: new Date(ctx.now()),
    limit: limit + 1,
  });
  const page = toPage(rows, limit, (last) => writeTimeCursor(last.createdAt, last.row.id));
  return { items: page.items.map(({ row }) => row), next: page.next };
};
