import { z } from 'zod';
import type { PlanView } from '../../contract/config.ts';
import type { StoredPlan } from '../../data/config/plans.ts';
import { planOf } from '../../data/release-record.ts';
import { planSentences } from '../../domain/release/plan-text.ts';
import type { Plan } from '../../domain/release/types.ts';

export const planView = (stored: StoredPlan): PlanView => {
  const plan = planOf(stored.revisionId, stored.document);
  return {
    name: stored.slug,
    service: stored.service,
    revision: stored.revision,
    digest: stored.digest,
    strategy: plan.strategy,
    stages: stagesView(plan),
    sentences: planSentences(plan),
    document: z.record(z.string(), z.unknown()).parse(stored.document),
    source: stored.source,
    createdBy: stored.createdBy,
    updatedAt: stored.createdAt.toISOString(),
  };
};

/** Stages with their share in percent. */
export const stagesView = (plan: Plan): PlanView['stages'] =>
  plan.stages.map(({ shareBasisPoints, checks, ...stage }) => ({
    ...stage,
    share: shareBasisPoints / 100,
    checks: checks.map(({ name }) => name),
  }));
