import type { FreezeView } from '../../contract/freeze.ts';
import { type PageQuery, pageQuerySchema } from '../../contract/page.ts';
import { readFreezes, readFreezeWindows } from '../../data/config/freezes.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { authorize, type Context } from '../context.ts';
import { freezeView } from './view.ts';

/** A page of freeze windows by slug. */
export const listFreezes = async (ctx: Context, input: PageQuery = {}): Promise<Page<FreezeView>> => {
  authorize(ctx.actor, 'config:read');
  const { cursor, limit } = pageQuerySchema.parse(input);
  const rows = await readFreezes(ctx.db.pool, { after: cursor, limit: limit + 1 });
  const all = await readFreezeWindows(ctx.db.pool);
  return toPage(
    rows.map((row) => freezeView(row, all, ctx.now())),
    limit,
    (last) => last.slug,
  );
};
