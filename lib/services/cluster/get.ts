import type { ClusterView } from '../../contract/config.ts';
import { readClusters } from '../../data/config/clusters.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { clusterView } from './view.ts';

export const getCluster = async (ctx: Context, { slug }: { slug: string }): Promise<ClusterView> => {
  authorize(ctx.actor, 'config:read');
  const [found] = await readClusters(ctx.db.pool, { slug, limit: 1 });
  if (!found) throw new ServiceError('not-found', `There is no cluster "${slug}".`);
  return clusterView(found);
};
