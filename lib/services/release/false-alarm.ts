import { idSchema } from '../../contract/primitives.ts';
import { type FalseAlarmView, falseAlarmPutSchema } from '../../contract/retrospective.ts';
import { type Transaction, withTransaction } from '../../data/database.ts';
import { clearFalseAlarm, storeFalseAlarm } from '../../data/false-alarms.ts';
import { notify } from '../../data/notify.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { recordConfig } from '../put-noun.ts';
import { getRelease } from './get.ts';

/** Says that a release was stopped although nothing was wrong with it, and why. */
export const markFalseAlarm = async (
  ctx: Context,
  { id, body }: { id: string; body: unknown },
): Promise<FalseAlarmView> => {
  authorize(ctx.actor, 'review:write');
  const { reason } = falseAlarmPutSchema.parse(body);
  const release = await getRelease(ctx, { id });
  if (release.outcome !== 'rolled-back' && release.outcome !== 'cancelled')
    throw new ServiceError('refused', 'Only a release that was stopped can have been a false alarm.', {
      reason: 'not-stopped',
    });
  const at = new Date(ctx.now());
  const mark = { reason, by: ctx.actor.name, at };
  await withTransaction(ctx.db.pool, async (client) => {
    await storeFalseAlarm(client, id, mark);
    await tell(client, ctx, id, 'release.false-alarm', { reason });
  });
  return { releaseId: id, falseAlarm: { ...mark, at: at.toISOString() } };
};

/** Takes the mark away; the ledger keeps that it was there. */
export const unmarkFalseAlarm = async (ctx: Context, { id }: { id: string }): Promise<FalseAlarmView> => {
  authorize(ctx.actor, 'review:write');
  if (!idSchema.safeParse(id).success) throw new ServiceError('not-found', `There is no release ${id}.`);
  await withTransaction(ctx.db.pool, async (client) => {
    if (await clearFalseAlarm(client, id)) await tell(client, ctx, id, 'release.false-alarm-withdrawn', {});
  });
  return { releaseId: id, falseAlarm: null };
};

const tell = async (
  client: Transaction,
  ctx: Context,
  id: string,
  action: string,
  data: Record<string, unknown>,
): Promise<void> => {
  await notify(client, [{ kind: 'config', noun: 'false-alarm', slug: id }]);
  await recordConfig(client, ctx, { action, subject: `release:${id}`, data });
};
