import { serviceOfPlan } from '../../data/config/plans.ts';
import type { Queryable } from '../../data/database.ts';
import { checkPlanMetrics, type PlanError, parsePlan } from '../../domain/release/plan.ts';
import type { Plan } from '../../domain/release/types.ts';

export type JudgedDocument =
  | { plan: Plan; serviceId: string | null; errors: null }
  | { plan: Plan | null; errors: PlanError[] };

/** A document as a plan that fits the service it names, or everything to mend. `plan` is there once it parses. */
export const judgeDocument = async (client: Queryable, document: unknown): Promise<JudgedDocument> => {
  const { plan, errors } = parsePlan(document);
  if (!plan) return { plan: null, errors };
  if (plan.service === null) return { plan, serviceId: null, errors: null };
  const service = await serviceOfPlan(client, plan.service);
  if (!service) return { plan, errors: [unknownService(plan.service)] };
  const misfits = checkPlanMetrics(plan, service.metrics);
  return misfits.length > 0 ? { plan, errors: misfits } : { plan, serviceId: service.id, errors: null };
};

const unknownService = (service: string): PlanError => ({
  path: 'metadata.service',
  message: `there is no service "${service}"; create it with PUT /api/v1/services/${service}, or leave service out for a plan of many`,
});
