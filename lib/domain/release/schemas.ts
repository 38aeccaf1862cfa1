/** Which version works with which database schema, and where a plan passes the point of no return. */
import { isLastStage } from './exposure.ts';
import type { Plan, ReleaseState, SchemaFacts, SchemaRange } from './types.ts';

/** True when a version works with a schema; unknown on either side is not known to fail. */
export const knowsSchema = (range: SchemaRange | null, schema: number | null): boolean =>
  range === null || schema === null || (schema >= range.oldest && schema <= range.newest);

/** The schema of the database at a step: the newest that the plan has declared up to there, else what the environment reported. */
export const schemaAt = (plan: Plan, stageIndex: number, facts: SchemaFacts): number | null =>
  plan.stages
    .slice(0, stageIndex + 1)
    .reduce<number | null>((schema, stage) => stage.schema ?? schema, facts.environment);

/** Steps after which the old version does not know the database any more, by index. */
export const pointOfNoReturn = (plan: Plan, facts: SchemaFacts | undefined): number | null => {
  if (!facts) return null;
  const index = plan.stages.findIndex((_, step) => !knowsSchema(facts.baseline, schemaAt(plan, step, facts)));
  return index < 0 ? null : index;
};

/** True where going back would put the old version on a schema it does not know. */
export const rollbackIsBarred = (state: ReleaseState, plan: Plan): boolean => {
  const barredFrom = pointOfNoReturn(plan, state.schemas);
  return barredFrom !== null && state.stageIndex >= barredFrom;
};

/** Why the new version cannot be let onto the database of some step; null when it knows every one of them. */
export const schemaProblem = (
  plan: Plan,
  facts: SchemaFacts,
): { stageIndex: number; schema: number } | null => {
  for (const stageIndex of plan.stages.keys()) {
    const schema = schemaAt(plan, stageIndex, facts);
    if (schema !== null && !knowsSchema(facts.canary, schema)) return { stageIndex, schema };
  }
  return null;
};

/** Does the next step pass the point of no return? */
export const nextStepIsFinal = (state: ReleaseState, plan: Plan): boolean =>
  !isLastStage(state, plan) && pointOfNoReturn(plan, state.schemas) === state.stageIndex + 1;
