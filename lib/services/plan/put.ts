import { createHash } from 'node:crypto';
import stringify from 'safe-stable-stringify';
import type { PlanView } from '../../contract/config.ts';
import { slugSchema } from '../../contract/primitives.ts';
import { lockNoun } from '../../data/config/lock.ts';
import { insertRevision, newestRevision } from '../../data/config/plans.ts';
import { type Transaction, withTransaction } from '../../data/database.ts';
import { notify } from '../../data/notify.ts';
import type { PlanError } from '../../domain/release/plan.ts';
import { authorize, authorizeSomewhere, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { parseField } from '../parse-field.ts';
import { recordConfig } from '../put-noun.ts';
import { getPlan } from './get.ts';
import { judgeDocument } from './judge-document.ts';

export type PutPlan = {
  slug: string;
  document: unknown;
  /** The text as it was sent, comments and all. */
  source: string;
};

/**
 * Stores a plan. A document that says something else becomes a new revision; running releases keep theirs. Throws
 * `invalid` with the path of every mistake.
 */
export const putPlan = async (
  ctx: Context,
  input: PutPlan,
): Promise<{ created: boolean; value: PlanView }> => {
  authorizeSomewhere(ctx.actor, 'config:write');
  const plan = { ...input, slug: parseField('slug', slugSchema, input.slug) };
  const created = await withTransaction(ctx.db.pool, async (client) => {
    await lockNoun(client, 'plan', plan.slug);
    return store(client, ctx, plan);
  });
  return { created, value: await getPlan(ctx, { slug: plan.slug }) };
};

const store = async (client: Transaction, ctx: Context, { slug, document, source }: PutPlan) => {
  const judged = await judgeDocument(client, document);
  const errors = [...nameErrors(slug, judged.plan?.name), ...(judged.errors ?? [])];
  if (judged.errors || errors.length > 0) throw invalid(errors);
  authorize(ctx.actor, 'config:write', { service: judged.plan.service ?? undefined });
  const before = await newestRevision(client, slug);
  if (before) authorize(ctx.actor, 'config:write', { service: before.service ?? undefined });
  const digest = digestOf(document);
  if (before?.digest === digest) return false;
  const revision = (before?.revision ?? 0) + 1;
  await insertRevision(client, {
    slug,
    serviceId: judged.serviceId,
    revision,
    digest,
    document,
    source,
    createdBy: ctx.actor.name,
  });
  await notify(client, [{ kind: 'config', noun: 'plan', slug }]);
  await recordConfig(client, ctx, {
    action: 'plan.put',
    subject: `plan:${slug}`,
    data: {
      before: before && { revision: before.revision, digest: before.digest },
      after: { revision, digest, document },
    },
  });
  return before === null;
};

/** Independent of the order of keys and of everything else that YAML and JSON may write differently. */
const digestOf = (document: unknown): string =>
  `sha256:${createHash('sha256')
    .update(stringify(document) ?? '')
    .digest('hex')}`;

const nameErrors = (slug: string, name: string | undefined): PlanError[] =>
  name === undefined || name === slug
    ? []
    : [{ path: 'metadata.name', message: `the address says "${slug}" and the document "${name}"; use one` }];

const invalid = (errors: PlanError[]): ServiceError =>
  new ServiceError(
    'invalid',
    errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '),
    { reason: 'invalid-plan', errors },
  );
