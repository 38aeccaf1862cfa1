/** Contributing factors: several, tagged, so that they can be counted over a quarter. */
import { factorAddSchema, factorPutSchema, type RetrospectiveView } from '../../contract/retrospective.ts';
import { deletePart, insertPart, updatePart } from '../../data/retrospective-parts.ts';
import { authorize, type Context } from '../context.ts';
import { changeRetrospective, takePart } from './write.ts';

const table = 'retrospective_factor';

/** Adds a factor. */
export const addFactor = async (
  ctx: Context,
  { id, body }: { id: string; body: unknown },
): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'review:write');
  const factor = factorAddSchema.parse(body);
  const tags = [...new Set(factor.tags)];
  return changeRetrospective(ctx, {
    id,
    action: 'factor.add',
    data: { ...factor, tags },
    alters: true,
    work: (client, _, at) =>
      insertPart(client, table, {
        retrospective_id: id,
        text: factor.text,
        tags,
        author: ctx.actor.name,
        created_at: at,
        updated_at: at,
      }),
  });
};

/** Gives a factor another text and other tags. */
export const putFactor = async (
  ctx: Context,
  { id, factor, body }: { id: string; factor: string; body: unknown },
): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'review:write');
  const { expectedVersion, text, tags } = factorPutSchema.parse(body);
  const unique = [...new Set(tags)];
  return changeRetrospective(ctx, {
    id,
    action: 'factor.put',
    data: { factor, text, tags: unique },
    alters: true,
    work: async (client, _, at) => {
      await takePart(ctx, client, { table, id: factor, retrospective: id, expectedVersion });
      await updatePart(client, table, factor, { text, tags: unique }, at);
    },
  });
};

/** Takes a factor away; the ledger keeps that it was there. */
export const removeFactor = async (
  ctx: Context,
  { id, factor }: { id: string; factor: string },
): Promise<RetrospectiveView> =>
  changeRetrospective(ctx, {
    id,
    action: 'factor.remove',
    data: { factor },
    alters: true,
    work: async (client) => {
      await takePart(ctx, client, { table, id: factor, retrospective: id });
      await deletePart(client, table, factor);
    },
  });
