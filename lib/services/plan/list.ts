import type { PlanView } from '../../contract/config.ts';
import { type PageQuery, pageQuerySchema } from '../../contract/page.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { readPlans } from '../../data/config/plans.ts';
import { authorize, type Context } from '../context.ts';
import { planView } from './view.ts';

/** A page of plans by name, each in its newest revision. */
export const listPlans = async (ctx: Context, input: PageQuery = {}): Promise<Page<PlanView>> => {
  authorize(ctx.actor, 'config:read');
  const { cursor, limit } = pageQuerySchema.parse(input);
  const rows = await readPlans(ctx.db, { after: cursor, limit: limit + 1 });
  return toPage(rows.map(planView), limit, (last) => last.name);
};
