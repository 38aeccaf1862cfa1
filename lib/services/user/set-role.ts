import { type UserView, userRoleSchema } from '../../contract/access.ts';
import { idSchema } from '../../contract/primitives.ts';
import { lockNoun } from '../../data/config/lock.ts';
import { hasOtherAdministrator, lockRole, readUsers, storeRole } from '../../data/config/users.ts';
import { withTransaction } from '../../data/database.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { recordConfig } from '../put-noun.ts';
import { userView } from './view.ts';

/** Gives a person another role, from their next request on. The last administrator keeps theirs. */
export const setRole = async (ctx: Context, input: { id: string; role: string }): Promise<UserView> => {
  authorize(ctx.actor, 'user:manage');
  const { id } = input;
  if (!idSchema.safeParse(id).success) throw notFound(id);
  const { role } = userRoleSchema.parse({ role: input.role });
  await withTransaction(ctx.db.pool, async (client) => {
    // All changes of roles take turns: two administrators could demote each other at once.
    await lockNoun(client, 'user', 'roles');
    const before = await lockRole(client, id);
    if (before === null) throw notFound(id);
    if (before === role) return;
    if (before === 'administrator' && !(await hasOtherAdministrator(client, id))) throw lastOne();
    await storeRole(client, id, role);
    await recordConfig(client, ctx, {
      action: 'user.set-role',
      subject: `user:${id}`,
      data: { before: { role: before }, after: { role } },
    });
  });
  const [user] = await readUsers(ctx.db, { id, limit: 1 });
  if (!user) throw notFound(id);
  return userView(user);
};

const notFound = (id: string): ServiceError => new ServiceError('not-found', `There is no user ${id}.`);
const lastOne = (): ServiceError =>
  new ServiceError('refused', 'This is the last administrator: make somebody else one first.', {
    reason: 'last-administrator',
  });
