import type { ServiceView } from '../../contract/config.ts';
import { readServices } from '../../data/config/services.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { serviceView } from './view.ts';

export const getService = async (ctx: Context, { slug }: { slug: string }): Promise<ServiceView> => {
  authorize(ctx.actor, 'config:read');
  const [found] = await readServices(ctx.db.pool, { slug, limit: 1 });
  if (!found) throw new ServiceError('not-found', `There is no service "${slug}".`);
  return serviceView(found);
};
