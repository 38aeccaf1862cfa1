import type { FreezeView } from '../../contract/freeze.ts';
import { readFreezes, readFreezeWindows } from '../../data/config/freezes.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { freezeView } from './view.ts';

export const getFreeze = async (ctx: Context, { slug }: { slug: string }): Promise<FreezeView> => {
  authorize(ctx.actor, 'config:read');
  const [found] = await readFreezes(ctx.db.pool, { slug, limit: 1 });
  if (!found) throw new ServiceError('not-found', `There is no freeze window "${slug}".`);
  return freezeView(found, await readFreezeWindows(ctx.db.pool), ctx.now());
};
