import { type FreezeView, freezePutSchema } from '../../contract/freeze.ts';
import { slugSchema } from '../../contract/primitives.ts';
import { findFreeze, storeFreeze, unknownPlaces } from '../../data/config/freezes.ts';
import type { Queryable } from '../../data/database.ts';
import type { FreezeDocument } from '../../domain/policy/freeze-document.ts';
import type { Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { parseField } from '../parse-field.ts';
import { putNoun } from '../put-noun.ts';
import { authorizeFreeze } from './authorize.ts';
import { getFreeze } from './get.ts';

/** Declares a freeze window. It concerns running releases from the engine's next look on, which is at once. */
export const putFreeze = async (
  ctx: Context,
  input: { slug: string; body: unknown },
): Promise<{ created: boolean; value: FreezeView }> => {
  authorizeFreeze(ctx.actor, null);
  const slug = parseField('slug', slugSchema, input.slug);
  const document = freezePutSchema.parse(input.body);
  authorizeFreeze(ctx.actor, document);
  const { created } = await putNoun(ctx, {
    noun: 'freeze',
    name: slug,
    document,
    find: (client) => findFreeze(client, slug),
    check: async (client, before) => {
      if (before) authorizeFreeze(ctx.actor, before.document);
      await refuseUnknown(client, document);
    },
    store: (client) => storeFreeze(client, slug, document),
  });
  return { created, value: await getFreeze(ctx, { slug }) };
};

const refuseUnknown = async (client: Queryable, document: FreezeDocument): Promise<void> => {
  const unknown = await unknownPlaces(client, document);
  const errors = (['services', 'environments'] as const).flatMap((path) =>
    unknown[path].map((slug) => ({
      path: `${path}.${document[path].indexOf(slug)}`,
      message: `there is no ${path.slice(0, -1)} "${slug}"; declare it first or leave it out`,
    })),
  );
  if (errors.length > 0)
    throw new ServiceError('invalid', errors.map(({ message }) => message).join('; '), { errors });
};
