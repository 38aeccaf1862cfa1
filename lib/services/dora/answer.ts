import type { z } from 'zod';
import { doraQuerySchema } from '../../contract/dora.ts';
import {
  readDeliveryFacts,
  readDeliveryMoments,
  readDeploymentFacts,
  readIncidentFacts,
} from '../../data/dora/read-facts.ts';
import { answerOf, type DoraAnswer } from '../../domain/dora/answer.ts';
import { calendarOf } from '../../domain/dora/local-days.ts';
import { authorize, type Context } from '../context.ts';
import { scopeOf } from './scope.ts';

/** Delivery metrics of a window, from the rollups with the rules of the domain: own releases and imported rows together. */
export const getDora = async (
  ctx: Context,
  input: z.input<typeof doraQuerySchema> = {},
): Promise<DoraAnswer> => {
  authorize(ctx.actor, 'release:read');
  const asked = doraQuerySchema.parse(input);
  const { settings, window, services } = await scopeOf(ctx, asked);
  const details = asked.details === 'true';
  const { startOf } = calendarOf(settings.timezone);
  const span = { start: startOf(window.from), end: startOf(window.to) };
  const scope = details ? { services } : { services, span };
  const [deployments, deliveries, incidents] = await Promise.all([
    readDeploymentFacts(ctx.db.pool, scope),
    (details ? readDeliveryFacts : readDeliveryMoments)(ctx.db.pool, scope),
    details ? readIncidentFacts(ctx.db.pool, services) : [],
  ]);
  return answerOf({ deployments, deliveries, incidents }, { settings, window, asOf: ctx.now(), details });
};
