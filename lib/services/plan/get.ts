import type { PlanView } from '../../contract/config.ts';
import { readPlans } from '../../data/config/plans.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { planView } from './view.ts';

/** The newest revision of a plan. */
export const getPlan = async (ctx: Context, { slug }: { slug: string }): Promise<PlanView> => {
  authorize(ctx.actor, 'config:read');
  const [found] = await readPlans(ctx.db, { slug, limit: 1 });
  if (!found) throw new ServiceError('not-found', `There is no plan "${slug}".`);
  return planView(found);
};
