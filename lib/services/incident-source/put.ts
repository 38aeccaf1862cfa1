import { type IncidentSourceView, incidentSourcePutSchema } from '../../contract/incident-source.ts';
import { slugSchema } from '../../contract/primitives.ts';
import { findIncidentSource, storeIncidentSource } from '../../data/delivery/incident-sources.ts';
import { knownServices } from '../../data/delivery/incidents.ts';
import { suggest } from '../../domain/suggest.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { parseField } from '../parse-field.ts';
import { putNoun } from '../put-noun.ts';
import { getIncidentSource } from './get.ts';

/** Creates the source or gives it this document. It takes no message before it has a secret. */
export const putIncidentSource = async (
  ctx: Context,
  input: { slug: string; body: unknown; origin: string },
): Promise<{ created: boolean; value: IncidentSourceView }> => {
  authorize(ctx.actor, 'config:write');
  const slug = parseField('slug', slugSchema, input.slug);
  const document = incidentSourcePutSchema.parse(input.body);
  await refuseUnknownServices(ctx, document.mapping.services);
  const { created } = await putNoun(ctx, {
    noun: 'incident-source',
    name: slug,
    document,
    find: (client) => findIncidentSource(client, slug),
    store: (client) => storeIncidentSource(client, slug, document),
  });
  return { created, value: await getIncidentSource(ctx, { slug, origin: input.origin }) };
};

const refuseUnknownServices = async (ctx: Context, mapped: Record<string, string>): Promise<void> => {
  const known = await knownServices(ctx.db.pool);
  const errors = Object.entries(mapped).flatMap(([name, slug]) => {
    if (known.has(slug)) return [];
    const near = suggest(slug, [...known]);
    const fix = near ? `did you mean "${near}"?` : 'create it first, or import its deployments';
    return [{ path: `mapping.services.${name}`, message: `there is no service "${slug}"; ${fix}` }];
  });
  if (errors.length > 0)
    throw new ServiceError('invalid', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
      errors,
    });
};
