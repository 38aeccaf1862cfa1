import type { GrantView } from '../../contract/access.ts';
import { type PageQuery, pageQuerySchema } from '../../contract/page.ts';
import { idSchema } from '../../contract/primitives.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { readGrants } from '../../data/config/role-grants.ts';
import { authorize, type Context } from '../context.ts';
import { grantView } from './view.ts';

/** Who holds which role for what, newest first. */
export const listGrants = async (ctx: Context, input: PageQuery = {}): Promise<Page<GrantView>> => {
  authorize(ctx.actor, 'user:manage');
  const { cursor, limit } = pageQuerySchema.parse(input);
  const after = idSchema.safeParse(cursor).data;
  const rows = await readGrants(ctx.db.pool, { after, limit: limit + 1 });
  return toPage(rows.map(grantView), limit, (last) => last.id);
};
