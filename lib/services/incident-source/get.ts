import type { IncidentSourceView } from '../../contract/incident-source.ts';
import { findIncidentSource, type StoredIncidentSource } from '../../data/delivery/incident-sources.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { incidentSourceView } from './view.ts';

export const getIncidentSource = async (
  ctx: Context,
  { slug, origin }: { slug: string; origin: string },
): Promise<IncidentSourceView> => {
  authorize(ctx.actor, 'config:read');
  return incidentSourceView(await requireIncidentSource(ctx, slug), origin);
};

export const requireIncidentSource = async (ctx: Context, slug: string): Promise<StoredIncidentSource> => {
  const found = await findIncidentSource(ctx.db.pool, slug);
  if (!found) throw new ServiceError('not-found', `There is no incident source "${slug}".`);
  return found;
};
