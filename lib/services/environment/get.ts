import type { EnvironmentView } from '../../contract/config.ts';
import { readEnvironments } from '../../data/config/environments.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { environmentView } from './view.ts';

export const getEnvironment = async (ctx: Context, { slug }: { slug: string }): Promise<EnvironmentView> => {
  authorize(ctx.actor, 'config:read');
  const [found] = await readEnvironments(ctx.db, { slug, limit: 1 });
  if (!found) throw new ServiceError('not-found', `There is no environment "${slug}".`);
  return environmentView(found);
};
