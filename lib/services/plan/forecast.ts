import type { z } from 'zod';
import { type PlanForecastView, planForecastQuerySchema } from '../../contract/analysis.ts';
import { readPlans } from '../../data/config/plans.ts';
import { readServices } from '../../data/config/services.ts';
import { readRecentTraffic } from '../../data/recent-traffic.ts';
import { planOf } from '../../data/release-record.ts';
import type { MetricDefinition } from '../../domain/analysis/contract.ts';
import { forecastPlan } from '../../domain/release/forecast-plan.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';

/**
 * How long each stage of a plan is expected to take with the traffic of the last 10 minutes, if the new version is
 * like the one in charge; and which stage cannot be answered by this traffic within its bake time.
 */
export const forecastOfPlan = async (
  ctx: Context,
  { slug, ...query }: { slug: string } & z.input<typeof planForecastQuerySchema>,
): Promise<PlanForecastView> => {
  authorize(ctx.actor, 'config:read');
  const { service, environment } = planForecastQuerySchema.parse(query);
  const [stored] = await readPlans(ctx.db, { slug, limit: 1 });
  if (!stored) throw new ServiceError('not-found', `There is no plan "${slug}".`);
  const [found] = await readServices(ctx.db.pool, { slug: service, limit: 1 });
  if (!found) throw missing('service', `There is no service "${service}".`);
  const traffic = await readRecentTraffic(ctx.db.pool, { service, environment, now: ctx.now() });
  if (traffic.length === 0)
    throw missing('environment', `${service} has no target in the environment "${environment}".`);
  const plan = planOf(stored.revisionId, stored.document);
  const { stages, notes } = forecastPlan(plan, found.document.metrics.map(withDirection), traffic);
  const perSecond = traffic.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  return { requestsPerMinute: Math.round(perSecond * 60), stages, notes };
};

const missing = (path: string, message: string) =>
  new ServiceError('invalid', message, { errors: [{ path, message }] });

type Declared = Omit<MetricDefinition, 'direction'> & {
  direction?: MetricDefinition['direction'] | undefined;
};

/** Services stored before directions were written down leave out the one of their kind. */
const withDirection = (metric: Declared): MetricDefinition => ({
  ...metric,
  direction: metric.direction ?? (metric.kind === 'rate' ? 'higher-is-better' : 'lower-is-better'),
});
