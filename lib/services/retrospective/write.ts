/** The transaction every change of a retrospective runs in. */
import { idSchema } from '../../contract/primitives.ts';
import type { RetrospectiveView } from '../../contract/retrospective.ts';
import { type Transaction, withTransaction } from '../../data/database.ts';
import { notify } from '../../data/notify.ts';
import { lockPart, type PartTable } from '../../data/retrospective-parts.ts';
import { bumpVersion, lockRetrospective } from '../../data/retrospectives.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { recordConfig } from '../put-noun.ts';
import { getRetrospective } from './get.ts';

type Locked = NonNullable<Awaited<ReturnType<typeof lockRetrospective>>>;

export type Change = {
  id: string;
  /** `note.add` is `retrospective.note.add` in the ledger. */
  action: string;
  data: Record<string, unknown>;
  expectedVersion?: number | undefined;
  /** True when what was signed is no longer what stands there. */
  alters: boolean;
  work: (client: Transaction, locked: Locked, at: Date) => Promise<unknown>;
};

/**
 * Locks the retrospective, does the work, counts its version up where the document is another one afterwards, and
 * leaves a ledger entry. A stale `expectedVersion` is a conflict with the document as it is.
 */
export const changeRetrospective = async (ctx: Context, change: Change): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'review:write');
  const { id, expectedVersion } = change;
  if (!idSchema.safeParse(id).success) throw missing(id);
  const done = await withTransaction(ctx.db.pool, async (client) => {
    const locked = await lockRetrospective(client, id);
    if (!locked) throw missing(id);
    if (expectedVersion !== undefined && expectedVersion !== locked.version) return false;
    const at = new Date(ctx.now());
    await change.work(client, locked, at);
    if (change.alters) await bumpVersion(client, id, at);
    await notify(client, [{ kind: 'config', noun: 'retrospective', slug: id }]);
    await recordConfig(client, ctx, {
      action: `retrospective.${change.action}`,
      subject: `retrospective:${id}`,
      data: change.data,
    });
    return true;
  });
  const current = await getRetrospective(ctx, { id });
  if (!done) throw stale(current);
  return current;
};

/** Locks a part for a change of it. Throws `not-found`, or `conflict` when somebody was faster. */
export const takePart = async (
  ctx: Context,
  client: Transaction,
  part: { table: PartTable; id: string; retrospective: string; expectedVersion?: number | undefined },
): Promise<void> => {
  const known = idSchema.safeParse(part.id).success ? await lockPart(client, part.table, part.id) : null;
  if (!known || known.retrospectiveId !== part.retrospective)
    throw new ServiceError('not-found', `There is no ${WORDS[part.table]} ${part.id} in this retrospective.`);
  if (part.expectedVersion !== undefined && part.expectedVersion !== known.version)
    throw stale(await getRetrospective(ctx, { id: part.retrospective }));
};

const WORDS: Record<PartTable, string> = {
  retrospective_note: 'note',
  retrospective_factor: 'factor',
  action_item: 'action item',
};

const missing = (id: string): ServiceError =>
  new ServiceError('not-found', `There is no retrospective ${id}.`);

const stale = (current: RetrospectiveView): ServiceError =>
  new ServiceError('conflict', 'Somebody was faster: the retrospective has changed since you looked.', {
    reason: 'stale-version',
    current,
  });
