import type { ClusterView } from '../../contract/config.ts';
import { type PageQuery, pageQuerySchema } from '../../contract/page.ts';
import { readClusters } from '../../data/config/clusters.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { authorize, type Context } from '../context.ts';
import { clusterView } from './view.ts';

/** A page of clusters by slug, each with its agent. */
export const listClusters = async (ctx: Context, input: PageQuery = {}): Promise<Page<ClusterView>> => {
  authorize(ctx.actor, 'config:read');
  const { cursor, limit } = pageQuerySchema.parse(input);
  const rows = await readClusters(ctx.db.pool, { after: cursor, limit: limit + 1 });
  return toPage(rows.map(clusterView), limit, (last) => last.slug);
};
