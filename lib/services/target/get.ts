import type { TargetView } from '../../contract/config.ts';
import { readTargets } from '../../data/config/targets.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { targetView } from './view.ts';

export const getTarget = async (
  ctx: Context,
  { service, cluster }: { service: string; cluster: string },
): Promise<TargetView> => {
  authorize(ctx.actor, 'config:read');
  const [found] = await readTargets(ctx.db.pool, { service, cluster, limit: 1 });
  if (!found) throw new ServiceError('not-found', `${service} has no target in ${cluster}.`);
  return targetView(found);
};
