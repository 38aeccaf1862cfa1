/** From a plan document to a plan the engine can run, or to a list of what to mend. */
import type { z } from 'zod';
import { MARGIN_DEFAULTS } from '../analysis/margins.ts';
import type { MetricKind } from '../analysis/metric-kinds.ts';
import { suggest } from '../suggest.ts';
import { checkStrategy } from './check-strategy.ts';
import { PLAN_KEYS, type PlanDocument, planDocumentSchema } from './plan-schema.ts';
import { toSteps } from './steps.ts';
import type { Plan } from './types.ts';

/** `path` is written as people read it: `spec.stages[1].share`. */
export type PlanError = { path: string; message: string };
export type ParsedPlan = { plan: Plan; errors: null } | { plan: null; errors: PlanError[] };

/** Names that say their kind; every other margin is decided by the kind of the service's metric. */
const KIND_BY_NAME: Readonly<Record<string, MetricKind>> = { errors: 'errors', latency: 'latency' };

/** Parses a document of any shape; never throws. Fills defaults, adds a last stage of 100 % when it is missing. */
export const parsePlan = (document: unknown): ParsedPlan => {
  const parsed = planDocumentSchema.safeParse(document);
  if (!parsed.success) return { plan: null, errors: parsed.error.issues.flatMap(toErrors) };
  const errors = checkDocument(parsed.data);
  return errors.length > 0 ? { plan: null, errors } : { plan: toPlan(parsed.data), errors: null };
};

/** What a plan asks of a service's metrics that the service does not declare. */
export const checkPlanMetrics = (
  plan: Plan,
  metrics: readonly { name: string; kind: string }[],
): PlanError[] => {
  const names = metrics.map((metric) => metric.name);
  return plan.analysis.metrics.flatMap((metric, index) => {
    if (names.includes(metric.name)) return [];
    const near = suggest(metric.name, names);
    const known = near ? `did you mean "${near}"?` : `it declares ${names.join(', ') || 'none'}`;
    return [
      {
        path: `spec.analysis.metrics[${index}].name`,
        message: `the service has no metric "${metric.name}"; ${known}`,
      },
    ];
  });
};

/** `['spec', 'stages', 1, 'share']` as `spec.stages[1].share`. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
    '',
  );

const toErrors = (issue: z.core.$ZodIssue): PlanError[] => {
  if (issue.code !== 'unrecognized_keys') return [{ path: pathText(issue.path), message: issue.message }];
  return issue.keys.map((key) => {
    const near = suggest(key, PLAN_KEYS);
    return {
      path: pathText([...issue.path, key]),
      message: near ? `unknown key; did you mean "${near}"?` : 'unknown key; remove it',
    };
  });
};

const checkDocument = ({ spec }: PlanDocument): PlanError[] => {
  const errors: PlanError[] = [];
  const stages = spec.stages ?? [];
  stages.forEach((stage, index) => {
    const at = `spec.stages[${index}]`;
    const before = stages[index - 1];
    if (stage.share <= 0) errors.push({ path: `${at}.share`, message: 'a stage needs a share above 0 %' });
    if (before && stage.share <= before.share)
      errors.push({
        path: `${at}.share`,
        message: `shares must rise: ${stage.share} % comes after ${before.share} %`,
      });
    if (stages.findIndex((other) => other.name === stage.name) !== index)
      errors.push({
        path: `${at}.name`,
        message: `two stages are called "${stage.name}"; give each its own name`,
      });
    if (stage.bake?.max !== undefined && stage.bake.max < stage.bake.min)
      errors.push({ path: `${at}.bake.max`, message: 'max must not be below min' });
    if (stage.gate === 'bake' && stage.share < 100 && !stage.bake?.min)
      errors.push({
        path: `${at}.bake.min`,
        message: 'a bake gate needs a bake time, such as bake: { min: 5m }',
      });
    if (stage.watch !== undefined && stage.share < 100)
      errors.push({ path: `${at}.watch`, message: 'watch belongs to the stage of 100 %; use bake here' });
  });
  return [...errors, ...checkStrategy(spec), ...checkAnalysis(spec)];
};

const checkAnalysis = ({ analysis }: PlanDocument['spec']): PlanError[] => {
  const errors: PlanError[] = [];
  if (analysis && analysis.every < 1)
    errors.push({ path: 'spec.analysis.every', message: 'judge at most once a second: use 1s or more' });
  const names = analysis?.metrics?.map((metric) => metric.name) ?? [];
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index)
      errors.push({ path: `spec.analysis.metrics[${index}].name`, message: `"${name}" is listed twice` });
  });
  const weights = analysis?.metrics?.reduce((sum, metric) => sum + (metric.weight ?? 0), 0) ?? 0;
  if (weights > 1 + 1e-9)
    errors.push({
      path: 'spec.analysis.metrics',
      message: `the weights share one budget: their sum is ${weights.toFixed(2)}, it must not be above 1`,
    });
  return errors;
};

const toPlan = ({ metadata, spec }: PlanDocument): Plan => ({
  name: metadata.name,
  service: metadata.service ?? null,
  strategy: spec.strategy,
  stages: toSteps(spec),
  analysis: toAnalysis(spec.analysis),
  rollback: {
    automatic: spec.rollback?.automatic ?? true,
    onAgentLost: spec.rollback?.onAgentLost ?? 'pause',
    onBadCluster: spec.rollback?.onBadCluster ?? 'all',
  },
  whenContactIsLost: {
    afterSeconds: Math.max(1, Math.round(spec.whenContactIsLost?.after ?? 120)),
    then: spec.whenContactIsLost?.then ?? 'hold',
    neverAfterSeconds: spec.whenContactIsLost?.neverAfter ?? null,
  },
});

const toAnalysis = (analysis: PlanDocument['spec']['analysis']): Plan['analysis'] => {
  const metrics = analysis?.metrics ?? [
    { name: 'errors' as const, margin: undefined, weight: 1, guard: undefined },
  ];
  const given = metrics.reduce((sum, metric) => sum + (metric.weight ?? 0), 0);
  const without = metrics.filter((metric) => metric.weight === undefined).length;
  return {
    alpha: analysis?.alpha ?? 0.01,
    warmupSeconds: analysis?.warmup ?? 90,
    everySeconds: analysis?.every ?? 5,
    advance: toAdvance(analysis?.advance),
    metrics: metrics.map((metric) => ({
      name: metric.name,
      ...toMargin(metric),
      weight: metric.weight ?? Math.max(0, 1 - given) / without,
      guard: toGuard(metric.guard),
    })),
  };
};

/** Advance once the rate is shown to be below twice the baseline's, or below 1 in 1,000. */
const toAdvance = (
  advance: NonNullable<PlanDocument['spec']['analysis']>['advance'] | undefined,
): Plan['analysis']['advance'] => ({
  ratioMax: advance?.ratioMax ?? 2,
  rateMax: (advance?.rateMax ?? 0.1) / 100,
  alpha: advance?.alpha ?? 0.05,
});

const toMargin = ({
  name,
  margin,
}: {
  name: string;
  margin?: number | undefined;
}): { margin: number; isMarginOpen?: true } => {
  if (margin !== undefined) return { margin: margin / 100 };
  const kind = Object.hasOwn(KIND_BY_NAME, name) ? KIND_BY_NAME[name] : undefined;
  return kind ? { margin: MARGIN_DEFAULTS[kind] } : { margin: MARGIN_DEFAULTS.rate, isMarginOpen: true };
};

const toGuard = (
  guard: NonNullable<NonNullable<PlanDocument['spec']['analysis']>['metrics']>[number]['guard'],
) => {
  if (!guard) return undefined;
  const limits = { ...guard, rate: guard.rate === undefined ? undefined : guard.rate / 100 };
  return Object.fromEntries(
    Object.entries(limits).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
};
