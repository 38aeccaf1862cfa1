import { type GrantView, grantCreateSchema } from '../../contract/access.ts';
import { lockNoun } from '../../data/config/lock.ts';
import { insertGrant, type NewGrant, readGrants } from '../../data/config/role-grants.ts';
import { withTransaction } from '../../data/database.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { recordConfig } from '../put-noun.ts';
import { refuseUnknown } from './known-scope.ts';
import { grantView } from './view.ts';

/**
 * Gives a person or a group a role for a service, an environment, both, or everywhere; it holds from their next
 * request on. The same grant again changes nothing.
 */
export const createGrant = async (
  ctx: Context,
  input: unknown,
): Promise<{ created: boolean; value: GrantView }> => {
  authorize(ctx.actor, 'user:manage');
  const { email = null, group = null, role, ...where } = grantCreateSchema.parse(input);
  const { service = null, environment = null } = where;
  const grant: NewGrant = { email, group, role, service, environment, createdBy: ctx.actor.name };
  const stored = await withTransaction(ctx.db.pool, async (client) => {
    await lockNoun(client, 'role-grant', 'all');
    await refuseUnknown(client, grant);
    const inserted = await insertGrant(client, grant);
    if (inserted.created)
      await recordConfig(client, ctx, {
        action: 'grant.create',
        subject: `grant:${inserted.id}`,
        data: { before: null, after: { email, group, role, service, environment } },
      });
    return inserted;
  });
  const [view] = await readGrants(ctx.db.pool, { id: stored.id, limit: 1 });
  if (!view) throw new ServiceError('conflict', 'Somebody took this grant away at the same moment.');
  return { created: stored.created, value: grantView(view) };
};
