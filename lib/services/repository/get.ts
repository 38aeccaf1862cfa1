import type { RepositoryView } from '../../contract/repository.ts';
import { readRepositories } from '../../data/delivery/repositories.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { repositoryView } from './view.ts';

export const getRepository = async (ctx: Context, { slug }: { slug: string }): Promise<RepositoryView> => {
  authorize(ctx.actor, 'config:read');
  const [found] = await readRepositories(ctx.db.pool, { slug, limit: 1 });
  if (!found) throw new ServiceError('not-found', `There is no repository "${slug}".`);
  return repositoryView(found);
};
