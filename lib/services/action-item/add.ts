import { actionItemAddSchema, type RetrospectiveView } from '../../contract/retrospective.ts';
import { insertPart } from '../../data/retrospective-parts.ts';
import { authorize, type Context } from '../context.ts';
import { changeRetrospective } from '../retrospective/write.ts';

/** Adds what is to be done; answers with the retrospective it belongs to. */
export const addActionItem = async (
  ctx: Context,
  { retrospective, body }: { retrospective: string; body: unknown },
): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'review:write');
  const item = actionItemAddSchema.parse(body);
  return changeRetrospective(ctx, {
    id: retrospective,
    action: 'action-item.add',
    data: item,
    alters: false,
    work: (client, _, at) =>
      insertPart(client, 'action_item', {
        retrospective_id: retrospective,
        text: item.text,
        type: item.type,
        owner: item.owner,
        due_on: item.dueOn,
        ticket: item.ticket,
        author: ctx.actor.name,
        created_at: at,
        updated_at: at,
      }),
  });
};
