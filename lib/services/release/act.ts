import { idSchema } from '../../contract/primitives.ts';
import { type ReleaseView, releaseActionSchema, releaseActions } from '../../contract/release.ts';
import { type LoadedRelease, scopeOfRelease } from '../../data/releases.ts';
import { actorIn } from '../../domain/policy/grants.ts';
import { permissionRefusal } from '../../domain/release/refusal.ts';
import type { Action, Actor, ApprovedThing, ReleaseEvent } from '../../domain/release/types.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { dueFact } from './due-fact.ts';
import { getRelease } from './get.ts';
import { retryRelease } from './retry.ts';
import { type TransitionInput, type TransitionResult, transition } from './transition.ts';

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
 * release, save for `rollback` and `reject`, which move towards safety whatever was seen before.
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
  const event = { type: action, actor, reason: reason ?? null };
  const result = await transitionWithFacts(ctx, {
    releaseId: input.id,
    expectedVersion: TO_SAFETY.has(action) ? undefined : expectedVersion,
    raises: MAY_RAISE.has(action),
    event: (release): ReleaseEvent => {
      if (event.type === 'rollback')
        return { ...event, type: 'rollback', ...(forced ? { force: true } : {}) };
      return event.type === 'approve'
        ? { ...event, type: 'approve', approved: approvedThing(release) }
        : { ...event, type: event.type };
    },
  });
  switch (result.kind) {
    case 'done':
    case 'noted':
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

/** What goes back is never held up by what somebody saw before: of two opposite answers the safe one wins. */
const TO_SAFETY = new Set<Action>(['rollback', 'reject']);
const MAY_RAISE = new Set<Action>(['approve', 'advance', 'resume']);
/** Expired approvals, a newer plan and a freeze can come together; each is noted once. */
const FACTS_MAX = 4;

type Attempt = Pick<TransitionInput, 'releaseId' | 'expectedVersion' | 'event'> & { raises: boolean };

/** Notes what became true meanwhile, one fact a transaction, and tries the event in the one that finds none. */
const transitionWithFacts = async (
  ctx: Context,
  { raises, expectedVersion, ...attempt }: Attempt,
): Promise<TransitionResult> => {
  for (let noted = 0; ; noted++) {
    const now = ctx.now();
    const result = await transition(ctx.db, {
      ...attempt,
      now,
      requestId: ctx.requestId,
      expectedVersion: expectedVersion === undefined ? undefined : expectedVersion + noted,
      ...(raises ? { fact: (client, release) => dueFact(client, release, now) } : {}),
    });
    if (result.kind !== 'noted' || noted === FACTS_MAX) return result;
  }
};

const approvedThing = (release: LoadedRelease): ApprovedThing => ({
  versionDigest: release.version.digest,
  planDigest: release.planRevision.digest,
  stateVersion: release.stateVersion,
  decision: release.verdict?.decision ?? null,
});

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
