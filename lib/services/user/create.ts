import type { z } from 'zod';
import { hashPassword } from '../../auth/password.ts';
import { type UserView, userCreateSchema } from '../../contract/access.ts';
import { insertUser, readUsers } from '../../data/config/users.ts';
import { withTransaction } from '../../data/database.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { recordConfig } from '../put-noun.ts';
import { userView } from './view.ts';

/** Makes a person known. Without a password only single sign-on lets them in. */
export const createUser = async (
  ctx: Context,
  input: z.input<typeof userCreateSchema>,
): Promise<UserView> => {
  authorize(ctx.actor, 'user:manage');
  const { password, ...user } = userCreateSchema.parse(input);
  const passwordHash = password === undefined ? null : await hashPassword(password);
  const id = await withTransaction(ctx.db.pool, async (client) => {
    const inserted = await insertUser(client, { ...user, passwordHash });
    if (inserted === null) throw taken(user.email);
    await recordConfig(client, ctx, {
      action: 'user.create',
      subject: `user:${inserted}`,
      data: { before: null, after: user },
    });
    return inserted;
  });
  const [stored] = await readUsers(ctx.db, { id, limit: 1 });
  if (!stored) throw new Error(`user ${id} is gone although users are never deleted`);
  return userView(stored);
};

const taken = (email: string): ServiceError => {
  const message = `${email} belongs to somebody already; change their role instead.`;
  return new ServiceError('conflict', message, {
    reason: 'email-taken',
    errors: [{ path: 'email', message }],
  });
};
