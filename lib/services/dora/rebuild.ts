import { withTransaction } from '../../data/database.ts';
import { rebuildRollups } from '../../data/dora/settle.ts';
import { authorize, type Context } from '../context.ts';
import { recordConfig } from '../put-noun.ts';

/** Makes all delivery metrics anew from raw rows; the answers stay the same. Says how long it took. */
export const rebuildDora = async (ctx: Context): Promise<{ seconds: number }> => {
  authorize(ctx.actor, 'config:write');
  const began = ctx.now();
  await rebuildRollups(ctx.db.pool);
  const seconds = (ctx.now() - began) / 1_000;
  await withTransaction(ctx.db.pool, (client) =>
    recordConfig(client, ctx, { action: 'dora.rebuild', subject: 'dora', data: { seconds } }),
  );
  return { seconds };
};
