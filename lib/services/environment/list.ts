import type { EnvironmentView } from '../../contract/config.ts';
import { type PageQuery, pageQuerySchema } from '../../contract/page.ts';
import { readEnvironments } from '../../data/config/environments.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { authorize, type Context } from '../context.ts';
import { environmentView } from './view.ts';

/** A page of environments by slug; `rank` is for the reader to order them by. */
export const listEnvironments = async (
  ctx: Context,
  input: PageQuery = {},
): Promise<Page<EnvironmentView>> => {
  authorize(ctx.actor, 'config:read');
  const { cursor, limit } = pageQuerySchema.parse(input);
  const rows = await readEnvironments(ctx.db, { after: cursor, limit: limit + 1 });
  return toPage(rows.map(environmentView), limit, (last) => last.slug);
};
