import stringify from 'safe-stable-stringify';
import type { z } from 'zod';
import { type metricSchema, type ServiceView, servicePutSchema } from '../../contract/config.ts';
import { slugSchema } from '../../contract/primitives.ts';
import {
  activeReleaseOfService,
  clustersOfService,
  findService,
  type ServiceDocument,
  storeService,
} from '../../data/config/services.ts';
import type { Transaction } from '../../data/database.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { parseField } from '../parse-field.ts';
import { putNoun } from '../put-noun.ts';
import { getService } from './get.ts';

/**
 * Creates the service or gives it this document. A metric without `direction` gets the one of its kind, written down.
 * The metrics may not change while a release of the service is judged by them.
 */
export const putService = async (
  ctx: Context,
  input: { slug: string; body: unknown },
): Promise<{ created: boolean; value: ServiceView }> => {
  const slug = parseField('slug', slugSchema, input.slug);
  authorize(ctx.actor, 'config:write', { service: slug });
  const body = servicePutSchema.parse(input.body);
  refuseDoubles(body.metrics);
  const document: ServiceDocument = { ...body, metrics: body.metrics.map(withDirection) };
  const { created } = await putNoun(ctx, {
    noun: 'service',
    name: slug,
    document,
    find: (client) => findService(client, slug),
    check: async (client, before) => {
      if (before && metricsChanged(before.document, document))
        await refuseWhileActive(client, slug, before.id);
    },
    store: (client) => storeService(client, slug, document),
    notices: async (client, before) => {
      if (!before || !metricsChanged(before.document, document)) return [];
      return (await clustersOfService(client, before.id)).map((cluster) => ({ kind: 'targets', cluster }));
    },
  });
  return { created, value: await getService(ctx, { slug }) };
};

type Metric = z.infer<typeof metricSchema>;

const DIRECTION: Record<Metric['kind'], NonNullable<Metric['direction']>> = {
  errors: 'lower-is-better',
  latency: 'lower-is-better',
  rate: 'higher-is-better',
  count: 'higher-is-better',
  mean: 'higher-is-better',
  gauge: 'lower-is-better',
};

const withDirection = (metric: Metric): Metric => ({
  ...metric,
  direction: metric.direction ?? DIRECTION[metric.kind],
});

const refuseDoubles = (metrics: readonly Metric[]): void => {
  const errors = metrics.flatMap(({ name }, index) =>
    metrics.findIndex((other) => other.name === name) === index
      ? []
      : [
          {
            path: `metrics[${index}].name`,
            message: `two metrics are called "${name}"; give each its own name`,
          },
        ],
  );
  if (errors.length > 0)
    throw new ServiceError('invalid', errors.map(({ message }) => message).join('; '), { errors });
};

const metricsChanged = (before: ServiceDocument, after: ServiceDocument): boolean =>
  stringify(before.metrics) !== stringify(after.metrics);

const refuseWhileActive = async (client: Transaction, slug: string, serviceId: string): Promise<void> => {
  const active = await activeReleaseOfService(client, serviceId);
  if (active === null) return;
  throw new ServiceError(
    'conflict',
    `A release of ${slug} is judged by these metrics now (${active}): finish or cancel it, then change them.`,
    { reason: 'release-active' },
  );
};
