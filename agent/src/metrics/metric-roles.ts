/** Which part of a reading each metric of a service fills. */
import { ConfigError, didYouMean } from '../config-error.ts';
import type { MetricKind } from '../domain.ts';

export type DeclaredMetric = { name: string; kind: MetricKind };

export type MetricRoles = {
  /** Query key of the requests counter. */
  requests: 'requests';
  /** Query key of the first metric of kind errors; further ones are business counts. */
  errors: string | null;
  /** Query key of the latency histogram. */
  latency: string | null;
  /** Query keys of the business counts, in the order the service declares them. */
  counts: string[];
};

/**
 * Assigns roles and checks that `queries` has an entry for `requests` and every declared metric, and no other.
 * Gauges are no counters: they have no role and take no query. Throws `ConfigError` below `root`.
 */
export const rolesOf = (
  metrics: readonly DeclaredMetric[],
  queries: Readonly<Record<string, string>>,
  root: string,
): MetricRoles => {
  const counters = metrics.filter((metric) => metric.kind !== 'gauge');
  const errors = counters.find((metric) => metric.kind === 'errors')?.name ?? null;
  const latencies = counters.filter((metric) => metric.kind === 'latency').map((metric) => metric.name);
  const [latency = null, second] = latencies;
  if (second !== undefined)
    throw new ConfigError([
      {
        path: `${root}.${second}`,
        message: `a service has one latency histogram, and "${latency}" is one already`,
      },
    ]);
  const needed = ['requests', ...counters.map((metric) => metric.name)];
  const given = Object.keys(queries);
  const problems = [
    ...[...new Set(needed)]
      .filter((name) => !given.includes(name))
      .map((name) => ({ path: `${root}.${name}`, message: missing(name) })),
    ...given
      .filter((name) => !needed.includes(name))
      .map((name) => ({ path: `${root}.${name}`, message: unknown(name, needed, metrics) })),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  const counts = counters.map((metric) => metric.name).filter((name) => name !== errors && name !== latency);
  return { requests: 'requests', errors, latency, counts };
};

const missing = (name: string): string =>
  name === 'requests'
    ? 'is missing; every source needs the counter of all requests, such as http_requests_total{job="shop"}'
    : 'is missing; the service declares this metric, so name the counter that measures it';

const unknown = (name: string, needed: string[], metrics: readonly DeclaredMetric[]): string =>
  metrics.some((metric) => metric.name === name)
    ? 'is a gauge; only counters and histograms are read, remove the query'
    : `is not a metric that the service declares; ${didYouMean(name, needed)}`;
