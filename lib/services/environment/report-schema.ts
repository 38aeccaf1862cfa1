import { type EnvironmentView, environmentSchemaPutSchema } from '../../contract/config.ts';
import { slugSchema } from '../../contract/primitives.ts';
import { storeEnvironmentSchema } from '../../data/config/environments.ts';
import { withTransaction } from '../../data/database.ts';
import { notify } from '../../data/notify.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { parseField } from '../parse-field.ts';
import { recordConfig } from '../put-noun.ts';
import { getEnvironment } from './get.ts';

/** Notes the schema that the databases of an environment have now. Running releases keep what they were started with. */
export const reportEnvironmentSchema = async (
  ctx: Context,
  input: { slug: string; body: unknown },
): Promise<EnvironmentView> => {
  const slug = parseField('slug', slugSchema, input.slug);
  authorize(ctx.actor, 'config:write', { environment: slug });
  const { version } = environmentSchemaPutSchema.parse(input.body);
  await withTransaction(ctx.db.pool, async (client) => {
    const stored = await storeEnvironmentSchema(client, {
      slug,
      version,
      by: ctx.actor.name,
      at: new Date(ctx.now()),
    });
    if (!stored) throw new ServiceError('not-found', `There is no environment "${slug}".`);
    if (stored.before === version) return;
    await notify(client, [{ kind: 'config', noun: 'environment', slug }]);
    await recordConfig(client, ctx, {
      action: 'environment.schema',
      subject: `environment:${slug}`,
      data: { before: stored.before, after: version },
    });
  });
  return getEnvironment(ctx, { slug });
};
