import type { TokenView } from '../../contract/access.ts';
import { idSchema } from '../../contract/primitives.ts';
import { readTokens, revokeToken as takeAway } from '../../data/config/tokens.ts';
import { withTransaction } from '../../data/database.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { recordConfig } from '../put-noun.ts';
import { tokenView } from './view.ts';

/** Makes a token worthless from the next request on. Repeatable. */
export const revokeToken = async (ctx: Context, { id }: { id: string }): Promise<TokenView> => {
  authorize(ctx.actor, 'token:manage');
  if (!idSchema.safeParse(id).success) throw notFound(id);
  await withTransaction(ctx.db.pool, async (client) => {
    if (!(await takeAway(client, id))) return;
    await recordConfig(client, ctx, {
      action: 'token.revoke',
      subject: `token:${id}`,
      data: { before: { revoked: false }, after: { revoked: true } },
    });
  });
  const [token] = await readTokens(ctx.db, { id, limit: 1 });
  if (!token) throw notFound(id);
  return tokenView(token);
};

const notFound = (id: string): ServiceError => new ServiceError('not-found', `There is no token ${id}.`);
