/** Notes between the items of a timeline: what the record cannot know. */
import { noteAddSchema, notePutSchema, type RetrospectiveView } from '../../contract/retrospective.ts';
import { deletePart, insertPart, updatePart } from '../../data/retrospective-parts.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { changeRetrospective, takePart } from './write.ts';

const table = 'retrospective_note';

/** Adds a note behind an item of the timeline. */
export const addNote = async (
  ctx: Context,
  { id, body }: { id: string; body: unknown },
): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'review:write');
  const note = noteAddSchema.parse(body);
  return changeRetrospective(ctx, {
    id,
    action: 'note.add',
    data: note,
    alters: true,
    work: (client, { items }, at) => {
      if (note.afterItem >= items) throw noSuchPlace(items);
      return insertPart(client, table, {
        retrospective_id: id,
        after_item: note.afterItem,
        text: note.text,
        author: ctx.actor.name,
        created_at: at,
        updated_at: at,
      });
    },
  });
};

/** Gives a note another text. */
export const putNote = async (
  ctx: Context,
  { id, note, body }: { id: string; note: string; body: unknown },
): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'review:write');
  const { expectedVersion, text } = notePutSchema.parse(body);
  return changeRetrospective(ctx, {
    id,
    action: 'note.put',
    data: { note, text },
    alters: true,
    work: async (client, _, at) => {
      await takePart(ctx, client, { table, id: note, retrospective: id, expectedVersion });
      await updatePart(client, table, note, { text }, at);
    },
  });
};

/** Takes a note away; the ledger keeps that it was there. */
export const removeNote = async (
  ctx: Context,
  { id, note }: { id: string; note: string },
): Promise<RetrospectiveView> =>
  changeRetrospective(ctx, {
    id,
    action: 'note.remove',
    data: { note },
    alters: true,
    work: async (client) => {
      await takePart(ctx, client, { table, id: note, retrospective: id });
      await deletePart(client, table, note);
    },
  });

const noSuchPlace = (items: number): ServiceError => {
  const message = `use -1 to ${items - 1}, the place of an item of the timeline`;
  return new ServiceError('invalid', `afterItem: ${message}`, { errors: [{ path: 'afterItem', message }] });
};
