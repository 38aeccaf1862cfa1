/** The review itself: what has been looked at, what is said about it, and who signs. */
import { z } from 'zod';
import {
  checkPutSchema,
  commentAddSchema,
  type RetrospectiveView,
  signOffSchema,
} from '../../contract/retrospective.ts';
import { insertPart, upsertSignOff } from '../../data/retrospective-parts.ts';
import { updateChecked } from '../../data/retrospectives.ts';
import { CHECKLIST_KEYS } from '../../domain/retrospective/checklist.ts';
import { authorize, type Context } from '../context.ts';
import { parseField } from '../parse-field.ts';
import { changeRetrospective } from './write.ts';

/** Ticks one line of the checklist, or takes the tick away. */
export const putCheck = async (
  ctx: Context,
  { id, key: asked, body }: { id: string; key: string; body: unknown },
): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'review:write');
  const key = parseField('key', z.enum(CHECKLIST_KEYS), asked);
  const { done } = checkPutSchema.parse(body);
  return changeRetrospective(ctx, {
    id,
    action: 'check',
    data: { key, done },
    alters: false,
    work: (client, { checked }, at) => {
      const { [key]: _, ...others } = checked;
      const tick = { [key]: { by: ctx.actor.name, at: at.toISOString() } };
      return updateChecked(client, id, done ? { ...others, ...tick } : others);
    },
  });
};

/** Signs the document as it stands. Throws `conflict` when it is no longer the version that was read. */
export const signOff = async (
  ctx: Context,
  { id, body }: { id: string; body: unknown },
): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'review:write');
  const { expectedVersion } = signOffSchema.parse(body);
  const { actor } = ctx;
  return changeRetrospective(ctx, {
    id,
    action: 'sign-off',
    data: expectedVersion === undefined ? {} : { version: expectedVersion },
    expectedVersion,
    alters: false,
    work: (client, { version }, at) =>
      upsertSignOff(client, {
        retrospectiveId: id,
        actorId: `${actor.kind}:${actor.id}`,
        name: actor.name,
        role: actor.kind === 'person' ? actor.role : actor.kind,
        version,
        at,
      }),
  });
};

/** Says something about the retrospective, in Markdown. */
export const addComment = async (
  ctx: Context,
  { id, body }: { id: string; body: unknown },
): Promise<RetrospectiveView> => {
  authorize(ctx.actor, 'review:write');
  const { text } = commentAddSchema.parse(body);
  return changeRetrospective(ctx, {
    id,
    action: 'comment',
    data: { text },
    alters: false,
    work: (client, _, at) =>
      insertPart(client, 'retrospective_comment', {
        retrospective_id: id,
        text,
        author: ctx.actor.name,
        created_at: at,
      }),
  });
};
