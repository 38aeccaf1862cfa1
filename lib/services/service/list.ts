import type { ServiceView } from '../../contract/config.ts';
import { type PageQuery, pageQuerySchema } from '../../contract/page.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { readServices } from '../../data/config/services.ts';
import { authorize, type Context } from '../context.ts';
import { serviceView } from './view.ts';

/** A page of services by slug, each with the version in charge per environment. */
export const listServices = async (ctx: Context, input: PageQuery = {}): Promise<Page<ServiceView>> => {
  authorize(ctx.actor, 'config:read');
  const { cursor, limit } = pageQuerySchema.parse(input);
  const rows = await readServices(ctx.db.pool, { after: cursor, limit: limit + 1 });
  return toPage(rows.map(serviceView), limit, (last) => last.slug);
};
