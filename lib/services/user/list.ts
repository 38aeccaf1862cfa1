import type { UserView } from '../../contract/access.ts';
import { type PageQuery, pageQuerySchema } from '../../contract/page.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { readUsers } from '../../data/config/users.ts';
import { authorize, type Context } from '../context.ts';
import { userView } from './view.ts';

/** A page of people by e-mail address. */
export const listUsers = async (ctx: Context, input: PageQuery = {}): Promise<Page<UserView>> => {
  authorize(ctx.actor, 'user:manage');
  const { cursor, limit } = pageQuerySchema.parse(input);
  const rows = await readUsers(ctx.db, { after: cursor, limit: limit + 1 });
  return toPage(rows.map(userView), limit, (last) => last.email);
};
