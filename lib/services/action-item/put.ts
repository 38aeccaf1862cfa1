import { idSchema } from '../../contract/primitives.ts';
import { actionItemPutSchema, type RetrospectiveView } from '../../contract/retrospective.ts';
import { retrospectiveOfItem, updatePart } from '../../data/retrospective-parts.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { changeRetrospective, takePart } from '../retrospective/write.ts';

/** Changes what is given of an action item, or says that it is done; answers with the retrospective it belongs to. */
export const putActionItem = async (
  ctx: Context,
  { id, body }: { id: string; body: unknown },
): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'review:write');
  const { expectedVersion, done, ...fields } = actionItemPutSchema.parse(body);
  const retrospective = idSchema.safeParse(id).success ? await retrospectiveOfItem(ctx.db.pool, id) : null;
  if (!retrospective) throw new ServiceError('not-found', `There is no action item ${id}.`);
  return changeRetrospective(ctx, {
    id: retrospective,
    action: done === undefined ? 'action-item.put' : done ? 'action-item.done' : 'action-item.reopen',
    data: { item: id, ...fields },
    alters: false,
    work: async (client, _, at) => {
      await takePart(ctx, client, { table: 'action_item', id, retrospective, expectedVersion });
      const columns = columnsOf({ ...fields, doneAt: done === undefined ? undefined : done ? at : null });
      await updatePart(client, 'action_item', id, columns, at);
    },
  });
};

const COLUMNS = {
  text: 'text',
  type: 'type',
  owner: 'owner',
  dueOn: 'due_on',
  ticket: 'ticket',
  doneAt: 'done_at',
};

const columnsOf = (fields: { [name in keyof typeof COLUMNS]?: unknown }): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(COLUMNS).flatMap(([name, column]) => {
      const value = fields[name as keyof typeof COLUMNS];
      return value === undefined ? [] : [[column, value]];
    }),
  );
