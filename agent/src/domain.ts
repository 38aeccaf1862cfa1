/** The agent's door to the pure domain: what must be the same code on both sides. */
export { type ParsedPlan, type PlanError, parsePlan } from '../../lib/domain/release/plan.ts';
