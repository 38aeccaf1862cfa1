import { randomBytes } from 'node:crypto';
import { newSecret } from '../../auth/secrets.ts';
import { type IncidentSourceSecret, incidentSourceSecretSchema } from '../../contract/incident-source.ts';
import { withTransaction } from '../../data/database.ts';
import { setSourceSecret } from '../../data/delivery/incident-sources.ts';
import { openSeal } from '../../data/sealed.ts';
import type { SourceKind } from '../../domain/incident/signal.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { recordConfig } from '../put-noun.ts';
import { requireIncidentSource } from './get.ts';
import { secretOf, urlOf } from './view.ts';

/** Gives a source the secret that its messages are signed with, or makes one. Only this answer holds it. */
export const setIncidentSourceSecret = async (
  ctx: Context,
  input: { slug: string; body: unknown; origin: string },
): Promise<IncidentSourceSecret> => {
  authorize(ctx.actor, 'config:write');
  const { secret: given } = incidentSourceSecretSchema.parse(input.body);
  const source = await requireIncidentSource(ctx, input.slug);
  const secret = given ?? makeSecret(source.kind);
  const sealed = (await openSeal()).seal(secret, secretOf(source.slug));
  await withTransaction(ctx.db.pool, async (client) => {
    await setSourceSecret(client, source.id, sealed);
    await recordConfig(client, ctx, {
      action: 'incident-source.secret',
      subject: `incident-source:${source.slug}`,
      data: { before: source.secret === null ? 'none' : 'another', after: given ? 'given' : 'made here' },
    });
  });
  return { slug: source.slug, url: urlOf(source.slug, input.origin), secret };
};

const makeSecret = (kind: SourceKind): string => {
  if (kind === 'pagerduty') throw pagerDutyMakesIt();
  return kind === 'standard' ? `whsec_${randomBytes(32).toString('base64')}` : newSecret();
};

const pagerDutyMakesIt = (): ServiceError => {
  const message = 'PagerDuty shows the secret when its webhook subscription is created; give that one';
  return new ServiceError('invalid', `secret: ${message}`, { errors: [{ path: 'secret', message }] });
};
