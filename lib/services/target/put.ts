import { randomUUID } from 'node:crypto';
import stringify from 'safe-stable-stringify';
import { type TargetView, targetPutSchema } from '../../contract/config.ts';
import { slugSchema } from '../../contract/primitives.ts';
import {
  findPlace,
  lockTarget,
  type PlaceFacts,
  readTargets,
  storeCheck,
  storeTarget,
  type TargetPlace,
} from '../../data/config/targets.ts';
import type { Queryable } from '../../data/database.ts';
import { activeReleaseOfTarget } from '../../data/releases.ts';
import { authorize, authorizeSomewhere, type Context } from '../context.ts';
import { type FieldError, ServiceError } from '../errors.ts';
import { parseField } from '../parse-field.ts';
import { putNoun } from '../put-noun.ts';
import { checkTarget } from './check.ts';
import { getTarget } from './get.ts';

/**
 * Creates the target or gives it this document, after the cluster's agent, when one is connected, has tried it: what
 * the agent refuses is not stored. A target may not change while a release moves its traffic.
 */
export const putTarget = async (
  ctx: Context,
  input: TargetPlace & { body: unknown },
): Promise<{ created: boolean; value: TargetView }> => {
  authorizeSomewhere(ctx.actor, 'config:write');
  const place = {
    service: parseField('service', slugSchema, input.service),
    cluster: parseField('cluster', slugSchema, input.cluster),
  };
  const document = targetPutSchema.parse(input.body);
  const { service, cluster } = existing(place, await findPlace(ctx.db.pool, place));
  authorize(ctx.actor, 'config:write', { service: place.service, environment: cluster.environment });
  const [stored] = await readTargets(ctx.db.pool, { ...place, limit: 1 });
  const unchanged = stored !== undefined && stringify(stored.document) === stringify(document);
  if (unchanged && stored.checked) return { created: false, value: await getTarget(ctx, place) };
  if (stored && !unchanged) await refuseWhileActive(ctx.db.pool, place, stored.id);
  const id = stored?.id ?? randomUUID();
  const { metrics } = service;
  const config = { id, service: place.service, ...document, metrics: metrics.map(asMeasured) };
  const checked = await checkTarget(ctx.db, { ...cluster, slug: place.cluster }, config);
  if (unchanged && checked) await storeCheck(ctx.db.pool, id, checked);
  const { created } = await putNoun(ctx, {
    noun: 'target',
    name: `${place.service}/${place.cluster}`,
    document,
    find: (client) => lockTarget(client, place),
    check: async (client, before) => {
      if (before) await refuseWhileActive(client, place, before.id);
    },
    store: (client) =>
      storeTarget(client, { id, serviceId: service.id, clusterId: cluster.id, document, checked }),
    notices: async () => [{ kind: 'targets', cluster: cluster.id }],
  });
  return { created, value: await getTarget(ctx, place) };
};

/** What an agent has to know of a metric. */
const asMeasured = ({ name, kind, bound }: NonNullable<PlaceFacts['service']>['metrics'][number]) => ({
  name,
  kind,
  ...(bound === undefined ? {} : { bound }),
});

const existing = (place: TargetPlace, { service, cluster }: PlaceFacts) => {
  if (service && cluster) return { service, cluster };
  const errors: FieldError[] = [];
  if (!service)
    errors.push({
      path: 'service',
      message: `There is no service "${place.service}"; create it with PUT /api/v1/services/${place.service}.`,
    });
  if (!cluster)
    errors.push({
      path: 'cluster',
      message: `There is no cluster "${place.cluster}"; create it with PUT /api/v1/clusters/${place.cluster}.`,
    });
  throw new ServiceError('invalid', errors.map(({ message }) => message).join(' '), { errors });
};

const refuseWhileActive = async (client: Queryable, place: TargetPlace, targetId: string): Promise<void> => {
  const active = await activeReleaseOfTarget(client, targetId);
  if (active === null) return;
  throw new ServiceError(
    'conflict',
    `A release moves the traffic of ${place.service} in ${place.cluster} now (${active}): finish or cancel it, then change the target.`,
    { reason: 'release-active' },
  );
};
