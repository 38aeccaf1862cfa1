import type { PlanCheck } from '../../contract/config.ts';
import { planSentences } from '../../domain/release/plan-text.ts';
import { authorize, type Context } from '../context.ts';
import { judgeDocument } from './judge-document.ts';
import { stagesView } from './view.ts';

/** What is wrong with a plan document, and what it would do. Stores nothing; a bad document is an answer, no error. */
export const checkPlan = async (ctx: Context, input: { document: unknown }): Promise<PlanCheck> => {
  authorize(ctx.actor, 'config:read');
  const { plan, errors } = await judgeDocument(ctx.db.pool, input.document);
  return {
    valid: errors === null,
    errors: errors ?? [],
    stages: plan ? stagesView(plan) : [],
    sentences: plan ? planSentences(plan) : [],
  };
};
