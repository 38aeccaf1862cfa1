import { type DoraSettingsView, doraSettingsSchema } from '../../contract/dora.ts';
import { lockNoun } from '../../data/config/lock.ts';
import { withTransaction } from '../../data/database.ts';
import { readDoraSettings, storeDoraSettings } from '../../data/dora/settings.ts';
import { settleRollups } from '../../data/dora/settle.ts';
import { notify } from '../../data/notify.ts';
import { authorize, type Context } from '../context.ts';
import { recordConfig } from '../put-noun.ts';

/** How the organisation counts: time zone, link window, severities, baseline. */
export const getDoraSettings = async (ctx: Context): Promise<DoraSettingsView> => {
  authorize(ctx.actor, 'config:read');
  return asView(await readDoraSettings(ctx.db.pool));
};

/** Chooses how to count; all of history is counted anew. The same choice again leaves no entry in the ledger. */
export const putDoraSettings = async (ctx: Context, input: { body: unknown }): Promise<DoraSettingsView> => {
  authorize(ctx.actor, 'config:write');
  const { severities, ...rest } = doraSettingsSchema.parse(input.body);
  const after = { ...rest, severities: severities.toSorted() };
  await withTransaction(ctx.db.pool, async (client) => {
    await lockNoun(client, 'settings', 'dora');
    const before = asView(await readDoraSettings(client));
    if (isSame(before, after)) return;
    await storeDoraSettings(client, after);
    await notify(client, [{ kind: 'config', noun: 'settings', slug: 'dora' }]);
    await recordConfig(client, ctx, {
      action: 'settings.put',
      subject: 'settings:dora',
      data: { before, after },
    });
  });
  await settleRollups(ctx.db.pool);
  return getDoraSettings(ctx);
};

const asView = (settings: Awaited<ReturnType<typeof readDoraSettings>>): DoraSettingsView => ({
  timezone: settings.timezone,
  linkWindowHours: settings.linkWindowHours,
  severities: [...settings.severities],
  firstDeploymentIsBaseline: settings.firstDeploymentIsBaseline,
});

const isSame = (a: DoraSettingsView, b: DoraSettingsView): boolean =>
  a.timezone === b.timezone &&
  a.linkWindowHours === b.linkWindowHours &&
  a.firstDeploymentIsBaseline === b.firstDeploymentIsBaseline &&
  a.severities.join() === b.severities.join();
