import { idSchema } from '../../contract/primitives.ts';
import { type ReleaseView, releaseActionSchema, releaseActions } from '../../contract/release.ts';
import { scopeOfRelease } from '../../data/releases.ts';
import { actorIn } from '../../domain/policy/grants.ts';
import { permissionRefusal } from '../../domain/release/refusal.ts';
import type { Action, Actor, ReleaseEvent } from '../../domain/release/types.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { getRelease } from './get.ts';
import { retryRelease } from './retry.ts';
import { transition } from './transition.ts';

export type ActInput = {
  id: string;
  action: Action;
  expectedVersion?: number | undefined;
  reason?: string | undefined;
  force?: true | undefined;
};

/**
 * Carries out a person's or a token's action on a release and answers with the release as it is then. Refusals carry
 * the same reason and text as `actions` in that answer. A stale `expectedVersion` is a conflict with the current
 * release, save for `rollback`, which moves towards safety whatever was seen before.
 */
export const actOnRelease = async (ctx: Context, input: ActInput): Promise<ReleaseView> => {
  authorize(ctx.actor, 'release:read');
  const { expectedVersion, reason, force } = releaseActionSchema.parse({
    expectedVersion: input.expectedVersion,
    reason: input.reason,
    force: input.force,
  });
  const action = releaseActions.find((known) => known === input.action);
  if (!action || !idSchema.safeParse(input.id).success) throw notFound(input.id);
  const forced = checkForce(action, force, reason);
  const actor = await actorAt(ctx, input.id);
  const denied = permissionRefusal(action, actor);
  if (denied) {
    const current = await getRelease(ctx, { id: input.id });
    throw new ServiceError('forbidden', denied.text, { reason: denied.reason, current });
  }
  const result = await transition(ctx.db, {
    releaseId: input.id,
    now: ctx.now(),
    requestId: ctx.requestId,
    expectedVersion: action === 'rollback' ? undefined : expectedVersion,
    event: (): ReleaseEvent =>
      forced && action === 'rollback'
        ? { type: action, actor, reason: reason ?? null, force: true }
        : { type: action, actor, reason: reason ?? null },
  });
  switch (result.kind) {
    case 'done':
      return getRelease(ctx, { id: input.id });
    case 'missing':
      throw notFound(input.id);
    case 'stale':
    case 'nothing':
      throw new ServiceError('conflict', 'Somebody was faster: the release has changed since you looked.', {
        reason: 'stale-version',
        current: await getRelease(ctx, { id: input.id }),
      });
    case 'refused': {
      const { reason: why, text } = result.refusal;
      if (why === 'finished' && action === 'retry') return retryRelease(ctx, { id: input.id, reason });
      const current = await getRelease(ctx, { id: input.id });
      throw new ServiceError('refused', text, { reason: why, current });
    }
  }
};

/** The actor with the role they have for this release; a read is needed only for those whose role depends on it. */
const actorAt = async ({ actor, db }: Context, id: string): Promise<Actor> => {
  const depends = actor.kind === 'person' ? actor.grants?.length : actor.kind === 'token' && actor.bounds;
  return actorIn(actor, depends ? ((await scopeOfRelease(db.pool, id)) ?? {}) : {});
};

/** Force exists for one action, and only with a reason that the record keeps. */
const checkForce = (action: Action, force: true | undefined, reason: string | undefined): boolean => {
  if (!force) return false;
  if (action !== 'rollback')
    throw new ServiceError('invalid', `force: only a roll back can be forced, not "${action}".`, {
      errors: [{ path: 'force', message: 'only a roll back can be forced; leave it out' }],
    });
  if (!reason)
    throw new ServiceError('invalid', 'reason: a forced roll back needs a reason.', {
      errors: [{ path: 'reason', message: 'say why the old version may run on a schema it does not know' }],
    });
  return true;
};

const notFound = (id: string): ServiceError => new ServiceError('not-found', `There is no release ${id}.`);
