import { type EnvironmentView, environmentPutSchema } from '../../contract/config.ts';
import { slugSchema } from '../../contract/primitives.ts';
import { findEnvironment, storeEnvironment } from '../../data/config/environments.ts';
import { authorize, type Context } from '../context.ts';
import { parseField } from '../parse-field.ts';
import { putNoun } from '../put-noun.ts';
import { getEnvironment } from './get.ts';

/** Creates the environment or gives it this document. Running releases keep the approvals and undo window they began with. */
export const putEnvironment = async (
  ctx: Context,
  input: { slug: string; body: unknown },
): Promise<{ created: boolean; value: EnvironmentView }> => {
  const slug = parseField('slug', slugSchema, input.slug);
  authorize(ctx.actor, 'config:write', { environment: slug });
  const document = environmentPutSchema.parse(input.body);
  const { created } = await putNoun(ctx, {
    noun: 'environment',
    name: slug,
    document,
    find: (client) => findEnvironment(client, slug),
    store: (client) => storeEnvironment(client, slug, document),
  });
  return { created, value: await getEnvironment(ctx, { slug }) };
};
