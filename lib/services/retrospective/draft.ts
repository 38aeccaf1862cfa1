import { idSchema } from '../../contract/primitives.ts';
import type { RetrospectiveView } from '../../contract/retrospective.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { getRelease } from '../release/get.ts';
import { getRetrospective } from './get.ts';
import { storeDraft } from './store-draft.ts';

/** Drafts the retrospective of any finished release; one that exists already is the answer. Throws `refused` before the end. */
export const draftForRelease = async (
  ctx: Context,
  { id }: { id: string },
): Promise<{ created: boolean; value: RetrospectiveView }> => {
  authorize(ctx.actor, 'review:write');
  const release = await getRelease(ctx, { id: idSchema.safeParse(id).success ? id : '' });
  if (release.outcome === null)
    throw new ServiceError(
      'refused',
      'The release is not finished; its retrospective is drafted when it is.',
      {
        reason: 'not-finished',
      },
    );
  const made = await storeDraft(ctx.db, {
    releaseId: id,
    actor: ctx.actor,
    requestId: ctx.requestId,
    now: ctx.now(),
  });
  if (!made) throw new ServiceError('not-found', `There is no release ${id}.`);
  return { created: made.created, value: await getRetrospective(ctx, { id: made.id }) };
};
