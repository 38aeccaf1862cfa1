import { type PageQuery, pageQuerySchema } from '../../contract/page.ts';
import type { RepositoryView } from '../../contract/repository.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { readRepositories } from '../../data/delivery/repositories.ts';
import { authorize, type Context } from '../context.ts';
import { repositoryView } from './view.ts';

/** A page of repositories by slug. */
export const listRepositories = async (
  ctx: Context,
  input: PageQuery = {},
): Promise<Page<RepositoryView>> => {
  authorize(ctx.actor, 'config:read');
  const { cursor, limit } = pageQuerySchema.parse(input);
  const rows = await readRepositories(ctx.db.pool, { after: cursor, limit: limit + 1 });
  return toPage(rows.map(repositoryView), limit, (last) => last.slug);
};
