import { type ClusterView, clusterPutSchema } from '../../contract/config.ts';
import { slugSchema } from '../../contract/primitives.ts';
import { activeReleaseOfCluster, findCluster, storeCluster } from '../../data/config/clusters.ts';
import type { Transaction } from '../../data/database.ts';
import { authorize, authorizeSomewhere, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { parseField } from '../parse-field.ts';
import { putNoun } from '../put-noun.ts';
import { getCluster } from './get.ts';

/** Creates the cluster or gives it this document. It may not move to another environment while a release runs in it. */
export const putCluster = async (
  ctx: Context,
  input: { slug: string; body: unknown },
): Promise<{ created: boolean; value: ClusterView }> => {
  authorizeSomewhere(ctx.actor, 'config:write');
  const slug = parseField('slug', slugSchema, input.slug);
  const document = clusterPutSchema.parse(input.body);
  authorize(ctx.actor, 'config:write', { environment: document.environment });
  const { created } = await putNoun(ctx, {
    noun: 'cluster',
    name: slug,
    document,
    find: (client) => findCluster(client, slug),
    check: async (client, before) => {
      if (before) authorize(ctx.actor, 'config:write', { environment: before.document.environment });
      if (before && before.document.environment !== document.environment)
        await refuseWhileActive(client, slug, before.id);
    },
    store: async (client) => {
      if (!(await storeCluster(client, slug, document))) throw unknownEnvironment(document.environment);
    },
  });
  return { created, value: await getCluster(ctx, { slug }) };
};

const refuseWhileActive = async (client: Transaction, slug: string, clusterId: string): Promise<void> => {
  const active = await activeReleaseOfCluster(client, clusterId);
  if (active === null) return;
  throw new ServiceError(
    'conflict',
    `A release runs in ${slug} now (${active}): finish or cancel it, then move the cluster.`,
    { reason: 'release-active' },
  );
};

const unknownEnvironment = (environment: string): ServiceError => {
  const message = `There is no environment "${environment}"; create it with PUT /api/v1/environments/${environment}.`;
  return new ServiceError('invalid', message, { errors: [{ path: 'environment', message }] });
};
