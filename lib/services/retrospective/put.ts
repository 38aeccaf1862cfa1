import { type RetrospectiveView, retrospectivePutSchema } from '../../contract/retrospective.ts';
import { updateTexts } from '../../data/retrospectives.ts';
import { authorize, type Context } from '../context.ts';
import { changeRetrospective } from './write.ts';

/** Changes the hand-written texts, or whether names are shown. What the record says stays as it was drafted. */
export const putRetrospective = async (
  ctx: Context,
  { id, body }: { id: string; body: unknown },
): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'review:write');
  const { expectedVersion, ...texts } = retrospectivePutSchema.parse(body);
  return changeRetrospective(ctx, {
    id,
    action: 'put',
    data: texts,
    expectedVersion,
    alters: true,
    work: (client) => updateTexts(client, id, texts),
  });
};
