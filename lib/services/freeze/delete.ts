import type { FreezeView } from '../../contract/freeze.ts';
import { findFreeze, readFreezes, readFreezeWindows, removeFreeze } from '../../data/config/freezes.ts';
import { lockNoun } from '../../data/config/lock.ts';
import { withTransaction } from '../../data/database.ts';
import { notify } from '../../data/notify.ts';
import type { Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { recordConfig } from '../put-noun.ts';
import { authorizeFreeze } from './authorize.ts';
import { freezeView } from './view.ts';

/** Ends a freeze window for good; what it held goes on at once. Answers with what it was. */
export const deleteFreeze = async (ctx: Context, { slug }: { slug: string }): Promise<FreezeView> => {
  authorizeFreeze(ctx.actor, null);
  return withTransaction(ctx.db.pool, async (client) => {
    await lockNoun(client, 'freeze', slug);
    const found = await findFreeze(client, slug);
    const [stored] = await readFreezes(client, { slug, limit: 1 });
    if (!found || !stored) throw new ServiceError('not-found', `There is no freeze window "${slug}".`);
    authorizeFreeze(ctx.actor, found.document);
    const view = freezeView(stored, await readFreezeWindows(client), ctx.now());
    await removeFreeze(client, slug);
    await notify(client, [{ kind: 'config', noun: 'freeze', slug }]);
    await recordConfig(client, ctx, {
      action: 'freeze.delete',
      subject: `freeze:${slug}`,
      data: { before: found.document, after: null },
    });
    return view;
  });
};
