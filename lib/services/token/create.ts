import type { z } from 'zod';
import { newSecret, secretHash } from '../../auth/secrets.ts';
import type { TokenCreated } from '../../contract/access.ts';
import { tokenCreateSchema } from '../../contract/config.ts';
import { insertToken } from '../../data/config/tokens.ts';
import { withTransaction } from '../../data/database.ts';
import { idsOf } from '../../domain/release/governance.ts';
import { authorize, type Context } from '../context.ts';
import { refuseUnknown } from '../grant/known-scope.ts';
import { recordConfig } from '../put-noun.ts';

/** Makes an API token. Only this answer holds its secret; the database keeps a hash. */
export const createToken = async (
  ctx: Context,
  input: z.input<typeof tokenCreateSchema>,
): Promise<TokenCreated> => {
  authorize(ctx.actor, 'token:manage');
  const {
    name,
    expiresInDays,
    service = null,
    environment = null,
    ...asked
  } = tokenCreateSchema.parse(input);
  const scopes = [...new Set(asked.scopes)];
  const token = newSecret('slw_');
  const stored = await withTransaction(ctx.db.pool, async (client) => {
    await refuseUnknown(client, { email: null, service, environment });
    const inserted = await insertToken(client, {
      name,
      hash: secretHash(token),
      scopes,
      createdBy: ctx.actor.name,
      creatorId: idsOf(ctx.actor).at(-1) ?? ctx.actor.id,
      expiresInDays: expiresInDays ?? null,
      service,
      environment,
    });
    await recordConfig(client, ctx, {
      action: 'token.create',
      subject: `token:${inserted.id}`,
      data: { before: null, after: { name, scopes, service, environment, expiresAt: inserted.expiresAt } },
    });
    return inserted;
  });
  return { id: stored.id, name, token, scopes, expiresAt: stored.expiresAt?.toISOString() ?? null };
};
