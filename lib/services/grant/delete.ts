import type { GrantView } from '../../contract/access.ts';
import { idSchema } from '../../contract/primitives.ts';
import { lockNoun } from '../../data/config/lock.ts';
import { readGrants, deleteGrant as remove } from '../../data/config/role-grants.ts';
import { withTransaction } from '../../data/database.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { recordConfig } from '../put-noun.ts';
import { grantView } from './view.ts';

/** Takes a grant away, from the holder's next request on. Answers with what it was. */
export const deleteGrant = async (ctx: Context, { id }: { id: string }): Promise<GrantView> => {
  authorize(ctx.actor, 'user:manage');
  return withTransaction(ctx.db.pool, async (client) => {
    await lockNoun(client, 'role-grant', 'all');
    const [grant] = idSchema.safeParse(id).success ? await readGrants(client, { id, limit: 1 }) : [];
    if (!grant) throw new ServiceError('not-found', `There is no grant ${id}.`);
    await remove(client, id);
    const { user, group, role, service, environment } = grant;
    await recordConfig(client, ctx, {
      action: 'grant.delete',
      subject: `grant:${id}`,
      data: { before: { email: user?.email ?? null, group, role, service, environment }, after: null },
    });
    return grantView(grant);
  });
};
