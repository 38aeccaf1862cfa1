/** Which part of a reading each metric of a service fills. */
import { ConfigError, type ConfigProblem, didYouMean } from '../config-error.ts';
import type { MetricKind } from '../domain.ts';
import type { Queries } from './query-fields.ts';

export type DeclaredMetric = { name: string; kind: MetricKind; bound?: number | undefined };

export type MetricRoles = {
  /** Query key of the requests counter. */
  requests: 'requests';
  /** Query key of the first metric of kind errors; further ones are business counts. */
  errors: string | null;
  /** Query key of the latency histogram. */
  latency: string | null;
  /** Query keys of the business counts, in the order the service declares them. */
  counts: string[];
  means: MeanRole[];
  /** Query keys of the gauges that have a query. */
  gauges: string[];
  /** Does the query `started` say when each instance began? */
  started: boolean;
  /** The label of requests and errors that tells routes apart, and that of errors that tells failures apart. */
  routeLabel: string | null;
  fingerprintLabel: string | null;
};

/** `bound` caps every amount; null leaves it to the histogram's last edge. */
export type MeanRole = { name: string; bound: number | null; from: 'histogram' | 'counters' };

/** What a query's series are read as; `key` is the query's own, as `queryTexts` gives it. */
export type Use =
  | { as: 'counter' }
  | { as: 'latency' }
  | { as: 'gauge' }
  | { as: 'started' }
  | { as: 'amounts'; metric: string; part: AmountPart | null };
export type AmountPart = (typeof AMOUNT_PARTS)[number];

export const AMOUNT_PARTS = ['n', 'sum', 'sumOfSquares'] as const;
export const STARTED = 'started';

/** One text per selector: a mean that names three counters gives three keys. */
export const queryTexts = (queries: Queries): [key: string, text: string][] =>
  Object.entries(queries).flatMap(([name, query]): [string, string][] =>
    typeof query === 'string'
      ? [[name, query]]
      : AMOUNT_PARTS.map((part): [string, string] => [`${name}.${part}`, query[part]]),
  );

export const useOf = (roles: MetricRoles, key: string): Use => {
  if (key === roles.latency) return { as: 'latency' };
  if (roles.gauges.includes(key)) return { as: 'gauge' };
  if (roles.started && key === STARTED) return { as: 'started' };
  const [metric = key, part] = key.split('.');
  if (!roles.means.some(({ name }) => name === metric)) return { as: 'counter' };
  return { as: 'amounts', metric, part: AMOUNT_PARTS.find((one) => one === part) ?? null };
};

/** Can a reading not be used without this query? Gauges, amounts and ages only enrich it. */
export const isCounted = (roles: MetricRoles, key: string): boolean =>
  ['counter', 'latency'].includes(useOf(roles, key).as);

/**
 * Assigns roles and checks that `queries` has an entry for `requests` and every declared metric but gauges, which
 * may go without, and no other but `started`. Throws `ConfigError` below `root`.
 */
export const rolesOf = (
  metrics: readonly DeclaredMetric[],
  queries: Queries,
  labels: { routes?: { label: string } | undefined; fingerprints?: { label: string } | undefined },
  root: string,
): MetricRoles => {
  const named = (kind: MetricKind) =>
    metrics.filter((metric) => metric.kind === kind).map(({ name }) => name);
  const errors = named('errors')[0] ?? null;
  const [latency = null, second] = named('latency');
  const problems = [
    ...(second === undefined
      ? []
      : [
          {
            path: `${root}.${second}`,
            message: `a service has one latency histogram, and "${latency}" is one already`,
          },
        ]),
    ...entryProblems(metrics, queries, root),
    ...formProblems(metrics, queries, root),
    ...(labels.fingerprints && errors === null
      ? [
          {
            path: 'source.fingerprints',
            message: 'tells failures apart, and the service declares no metric of kind errors',
          },
        ]
      : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  const apart = new Set([errors, latency, ...named('mean'), ...named('gauge')]);
  return {
    requests: 'requests',
    errors,
    latency,
    counts: metrics.map(({ name }) => name).filter((name) => !apart.has(name)),
    means: metrics.flatMap((metric) => meanRole(metric, queries)),
    gauges: named('gauge').filter((name) => queries[name] !== undefined),
    started: queries[STARTED] !== undefined && !metrics.some(({ name }) => name === STARTED),
    routeLabel: labels.routes?.label ?? null,
    fingerprintLabel: labels.fingerprints?.label ?? null,
  };
};

const meanRole = ({ name, kind, bound }: DeclaredMetric, queries: Queries): MeanRole[] =>
  kind === 'mean'
    ? [{ name, bound: bound ?? null, from: typeof queries[name] === 'string' ? 'histogram' : 'counters' }]
    : [];

const entryProblems = (
  metrics: readonly DeclaredMetric[],
  queries: Queries,
  root: string,
): ConfigProblem[] => {
  const needed = ['requests', ...metrics.filter(({ kind }) => kind !== 'gauge').map(({ name }) => name)];
  const known = [...needed, ...metrics.map(({ name }) => name), STARTED];
  const given = Object.keys(queries);
  return [
    ...[...new Set(needed)]
      .filter((name) => !given.includes(name))
      .map((name) => ({ path: `${root}.${name}`, message: missing(name) })),
    ...given
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path: `${root}.${name}`,
        message: `is not a metric that the service declares; ${didYouMean(name, known)}`,
      })),
  ];
};

const formProblems = (metrics: readonly DeclaredMetric[], queries: Queries, root: string): ConfigProblem[] =>
  Object.entries(queries).flatMap(([name, query]) => {
    const metric = metrics.find((one) => one.name === name);
    if (typeof query !== 'string' && metric?.kind !== 'mean')
      return [
        {
          path: `${root}.${name}`,
          message: 'takes one selector; only a metric of kind mean takes three counters',
        },
      ];
    if (typeof query !== 'string' && metric?.bound === undefined)
      return [
        {
          path: `${root}.${name}`,
          message: `counts capped amounts; give the metric "${name}" of the service its bound, at which they are capped`,
        },
      ];
    return [];
  });

const missing = (name: string): string =>
  name === 'requests'
    ? 'is missing; every source needs the counter of all requests, such as http_requests_total{job="shop"}'
    : 'is missing; the service declares this metric, so name the counter that measures it';
