import { idSchema } from '../../contract/primitives.ts';
import type { RetrospectiveView } from '../../contract/retrospective.ts';
import { readLinkedIncidents } from '../../data/retrospective-facts.ts';
import { readRetrospective, retrospectiveIdOf } from '../../data/retrospectives.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { retrospectiveView } from './view.ts';

/** One retrospective: the draft as it is read, and everything people added. */
export const getRetrospective = async (ctx: Context, { id }: { id: string }): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'release:read');
  const stored = idSchema.safeParse(id).success ? await readRetrospective(ctx.db, id) : null;
  if (!stored) throw new ServiceError('not-found', `There is no retrospective ${id}.`);
  const incidents = await readLinkedIncidents(ctx.db.pool, stored.releaseId);
  return retrospectiveView(stored, incidents, ctx.actor, ctx.now());
};

/** The retrospective of a release. Throws `not-found` while none is drafted. */
export const getReleaseRetrospective = async (
  ctx: Context,
  { id }: { id: string },
): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'release:read');
  const found = idSchema.safeParse(id).success ? await retrospectiveIdOf(ctx.db.pool, id) : null;
  if (!found)
    throw new ServiceError('not-found', `There is no retrospective of release ${id}; draft one with POST.`);
  return getRetrospective(ctx, { id: found });
};
