import type { TokenView } from '../../contract/access.ts';
import { type PageQuery, pageQuerySchema } from '../../contract/page.ts';
import { idSchema } from '../../contract/primitives.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { readTokens } from '../../data/config/tokens.ts';
import { authorize, type Context } from '../context.ts';
import { tokenView } from './view.ts';

/** A page of API tokens without their secrets, the newest first; revoked and expired ones are kept. */
export const listTokens = async (ctx: Context, input: PageQuery = {}): Promise<Page<TokenView>> => {
  authorize(ctx.actor, 'token:manage');
  const { cursor, limit } = pageQuerySchema.parse(input);
  const after = idSchema.safeParse(cursor).data;
  const rows = await readTokens(ctx.db, { after, limit: limit + 1 });
  return toPage(rows.map(tokenView), limit, (last) => last.id);
};
