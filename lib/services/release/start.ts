import { type ReleaseStart, type ReleaseView, releaseStartSchema } from '../../contract/release.ts';
import { withTransaction } from '../../data/database.ts';
import { ActiveReleaseError } from '../../data/errors.ts';
import { loadStart, PROOF, type StartFacts } from '../../data/release-start.ts';
import { insertRelease } from '../../data/releases.ts';
import { actorIn } from '../../domain/policy/grants.ts';
import { checkPlanClusters, wavesOf } from '../../domain/release/check-strategy.ts';
import { decide } from '../../domain/release/decide.ts';
import { checkPlanMetrics } from '../../domain/release/plan.ts';
import { schemaProblem } from '../../domain/release/schemas.ts';
import type { ReleaseEvent, SchemaFacts } from '../../domain/release/types.ts';
import { listText } from '../../domain/release/words.ts';
import { authorize, authorizeSomewhere, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { desiredOf } from './desired.ts';
import { getRelease } from './get.ts';
import { governStart } from './start-rules.ts';
import { dueAfter } from './transition.ts';

/**
 * Starts a release: everything it names must exist and fit together, or nothing is stored. One release at a time may
 * be active per service and environment; a second start is a conflict that names the first.
 */
export const startRelease = async (
  ctx: Context,
  input: unknown,
  options: { retryOf?: string } = {},
): Promise<ReleaseView> => {
  authorizeSomewhere(ctx.actor, 'release:act');
  const request = releaseStartSchema.parse(input);
  const scope = { service: request.service, environment: request.environment };
  authorize(ctx.actor, 'release:act', scope);
  const actor = actorIn(ctx.actor, scope);
  const now = ctx.now();
  try {
    const id = await withTransaction(ctx.db.pool, async (client) => {
      const facts = await loadStart(client, request);
      const problems = problemsOf(facts, request);
      if (problems.length > 0)
        throw new ServiceError('invalid', problems.map(({ message }) => message).join(' '), {
          errors: problems,
        });
      return insertStart(client, { ...ctx, actor }, request, facts, now, options.retryOf ?? null);
    });
    return await getRelease(ctx, { id });
  } catch (error) {
    if (!(error instanceof ActiveReleaseError)) throw error;
    throw new ServiceError(
      'conflict',
      `${request.service} already has an active release in ${request.environment}: finish or cancel it first.`,
      {
        reason: 'release-active',
        current: await getRelease(ctx, { id: error.activeReleaseId }),
      },
    );
  }
};

type Problem = { path: string; message: string };

const problemsOf = (facts: StartFacts, request: ReleaseStart): Problem[] => {
  const { service, environment, version, plan, targets } = facts;
  const missing: [unknown, string, string][] = [
    [
      service,
      'service',
      `There is no service "${request.service}"; create it with PUT /api/v1/services/${request.service}.`,
    ],
    [environment, 'environment', `There is no environment "${request.environment}".`],
    [
      version || !service,
      'version',
      `Version ${request.version} was never registered; PUT /api/v1/services/${request.service}/versions/${request.version} first.`,
    ],
    [plan, 'plan', `There is no plan "${request.plan}".`],
  ];
  const problems = missing.filter(([found]) => !found).map(([, path, message]) => ({ path, message }));
  if (problems.length > 0 || !service || !plan || !version) return problems;
  if (plan.plan.service !== null && plan.plan.service !== request.service)
    problems.push({
      path: 'plan',
      message: `The plan "${request.plan}" is for the service "${plan.plan.service}".`,
    });
  problems.push(
    ...checkPlanMetrics(plan.plan, service.metrics).map(({ message }) => ({
      path: 'plan',
      message: `Plan "${request.plan}": ${message}.`,
    })),
  );
  if (targets.length === 0)
    problems.push({
      path: 'environment',
      message: `${request.service} has no target in ${request.environment}; PUT /api/v1/targets/${request.service}/{cluster} first.`,
    });
  problems.push(...strategyProblems(facts, request));
  if (facts.baseline?.version === version.version)
    problems.push({
      path: 'version',
      message: `${version.version} is already in charge of ${request.service} in ${request.environment}.`,
    });
  return problems;
};

/** What the plan's waves and the databases have against this start. */
const strategyProblems = (facts: StartFacts, request: ReleaseStart): Problem[] => {
  const { plan, version, targets, cannotProve } = facts;
  if (!plan || !version || targets.length === 0) return [];
  const asksProof = plan.plan.stages.some(({ checks, parity }) => checks.length > 0 || parity !== 'off');
  const waves = wavesOf(plan.plan);
  const clusters = targets.map(({ cluster }) => cluster);
  const problem = schemaProblem(plan.plan, schemasOf(facts));
  return [
    ...checkPlanClusters(waves, clusters).map(({ path, message }) => ({
      path: 'plan',
      message: `Plan "${request.plan}", ${path}: ${message}.`,
    })),
    ...(asksProof && cannotProve.length > 0
      ? [
          {
            path: 'plan',
            message: `Plan "${request.plan}" asks for checks of the new side, and the agent of ${listText(cannotProve)} cannot run them: run an agent with the capability "${PROOF}" there, or use a plan without checks and parity.`,
          },
        ]
      : []),
    ...(problem
      ? [
          {
            path: 'version',
            message: `${version.version} works with database schemas ${version.schema?.oldest} to ${version.schema?.newest}, and ${request.environment} has schema ${problem.schema} at the step "${plan.plan.stages[problem.stageIndex]?.name ?? ''}": migrate first, or release a version that knows it.`,
          },
        ]
      : []),
  ];
};

const schemasOf = ({ environment, version, baseline }: StartFacts): SchemaFacts => ({
  environment: environment?.schema ?? null,
  canary: version?.schema ?? null,
  baseline: baseline?.schema ?? null,
});

const insertStart = async (
  client: Parameters<typeof insertRelease>[0],
  ctx: Context,
  request: ReleaseStart,
  facts: StartFacts,
  now: number,
  retryOf: string | null,
): Promise<string> => {
  const { service, environment, version, plan } = facts;
  if (!service || !environment || !version || !plan) throw new Error('a start was not checked');
  const { approvalsNeeded, governance } = await governStart(client, ctx, request, facts);
  const event: ReleaseEvent = {
    type: 'created',
    actor: ctx.actor,
    targets: facts.targets,
    approvalsNeeded,
    governance,
    undoSeconds: environment.undoSeconds,
    reason: request.reason ?? null,
    schemas: schemasOf(facts),
  };
  const decided = decide(null, event, plan.plan, now);
  if ('refused' in decided)
    throw new ServiceError('refused', decided.refused.text, { reason: decided.refused.reason });
  return insertRelease(client, {
    serviceId: service.id,
    environmentId: environment.id,
    versionId: version.id,
    baselineVersionId: facts.baseline?.id ?? null,
    planRevisionId: plan.revisionId,
    retryOf,
    reason: request.reason ?? null,
    startedBy: ctx.actor,
    targetIds: facts.targets.map((target) => target.id),
    state: decided.state,
    dueAt: dueAfter(decided.state, now),
    event,
    desiredOf: (releaseId) =>
      decided.effects.map((effect) => ({
        targetId: effect.targetId,
        generation: effect.generation,
        desired: desiredOf(effect, {
          releaseId,
          plan: plan.plan,
          stageIndex: decided.state.stageIndex,
          version,
          baseline: facts.baseline,
        }),
      })),
    ledger: {
      action: governance.emergency ? 'release.emergency-start' : 'release.start',
      reason: request.reason ?? null,
      requestId: ctx.requestId,
    },
    at: now,
  });
};
