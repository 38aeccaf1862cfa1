/** Between the form of "what if" and the analysis block of a plan. */
import type { AnalysisPolicyView } from '#lib/contract/analysis.ts';

/** What the form holds. An empty guard is none. */
export type WhatIfValues = {
  alpha: number | string;
  warmup: number | string;
  every: number;
  advance: { ratioMax: number | string; rateMax: number | string; alpha: number | string };
  metrics: { name: string; margin: number | string; weight?: number | undefined; guard: Guard }[];
};
type Guard = { key: string; limit: number | string }[];

/** The guards to fill in: those the policy has, and the usual one of the metric's kind. */
const guardKeys = (kind: string, guard: Record<string, number> | undefined): string[] => {
  const usual = kind === 'latency' ? ['p95'] : kind === 'errors' || kind === 'rate' ? ['rate'] : [];
  return [...new Set([...usual, ...Object.keys(guard ?? {})])];
};

/** The unit in which a plan writes a guard. */
export const guardUnit = (key: string): string => (key === 'rate' ? '%' : /^p\d+$/.test(key) ? 's' : '');

/** A policy as form values; `kindOf` decides which guards can be filled in. */
export const valuesOf = (policy: AnalysisPolicyView, kindOf: (name: string) => string): WhatIfValues => ({
  ...policy,
  metrics: policy.metrics.map(({ name, margin, weight, guard }) => ({
    name,
    margin,
    weight,
    guard: guardKeys(kindOf(name), guard).map((key) => ({ key, limit: guard?.[key] ?? '' })),
  })),
});

/** Form values as the analysis block that the API wants. Fields left empty are left out, so that the plan's defaults hold. */
export const documentOf = (values: WhatIfValues): Record<string, unknown> =>
  given({
    alpha: values.alpha,
    warmup: values.warmup,
    every: values.every,
    advance: given(values.advance),
    metrics: values.metrics.map(({ name, margin, weight, guard }) => {
      const limits = given(Object.fromEntries(guard.map(({ key, limit }) => [key, limit])));
      return given({ name, margin, weight, guard: Object.keys(limits).length > 0 ? limits : '' });
    }),
  });

const given = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== undefined));

/** The API's paths as those of the form: `analysis.metrics[0].guard.p95` belongs to a row of guards. */
export const fieldOf = (path: string, values: WhatIfValues): string => {
  const field = path.replace(/^analysis\.?/, '').replaceAll(/\[(\d+)\]/g, '.$1');
  const [, metric, key] = /^metrics\.(\d+)\.guard\.(\w+)$/.exec(field) ?? [];
  if (metric === undefined) return field;
  const row = values.metrics[Number(metric)]?.guard.findIndex((guard) => guard.key === key) ?? -1;
  return row < 0 ? field : `metrics.${metric}.guard.${row}.limit`;
};

export type Preset = 'own' | 'stricter' | 'tolerant';

/** A starting point: sooner to doubt the canary and later to let it pass, or the other way round. */
export const presetOf = (preset: Preset, policy: AnalysisPolicyView): AnalysisPolicyView => {
  if (preset === 'own') return policy;
  const change = CHANGES[preset];
  const { ratioMax, rateMax, alpha } = policy.advance;
  return {
    ...policy,
    alpha: round(Math.min(0.2, policy.alpha * change.alpha)),
    warmup: Math.round(policy.warmup * change.slack),
    advance: {
      ratioMax: round(Math.min(10, Math.max(1.05, 1 + (ratioMax - 1) * change.slack))),
      rateMax: Math.round(Math.min(10, rateMax * change.slack) * 100) / 100,
      alpha: round(Math.min(0.5, alpha / change.alpha)),
    },
    metrics: policy.metrics.map((metric) => ({
      ...metric,
      margin: Math.round(Math.min(100, metric.margin * change.slack) * 100) / 100,
    })),
  };
};

const CHANGES = {
  stricter: { alpha: 5, slack: 0.5 },
  tolerant: { alpha: 0.2, slack: 2 },
} as const;

const round = (value: number): number => Number(value.toPrecision(6));
