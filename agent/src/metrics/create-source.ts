/** The one door to metric sources: from the `source` of a target document to something that can be read. */
import { ConfigError, didYouMean, parseConfig } from '../config-error.ts';
import { type DeclaredMetric, rolesOf } from './metric-roles.ts';
import { prometheusConfigSchema } from './prometheus/config.ts';
import { createPrometheusSource } from './prometheus/prometheus-source.ts';
import type { TrackVariables } from './resolve-queries.ts';
import { scrapeConfigSchema } from './scrape/config.ts';
import { createScrapeSource } from './scrape/scrape-source.ts';
import type { MetricSource } from './source.ts';

export type SourceOptions = {
  /** Values of placeholders besides `$track`, per track: `{ canary: { version: '1.4.0' }, baseline: { version: '1.3.9' } }`. */
  variables?: TrackVariables;
  /** Milliseconds since the epoch; the system's clock unless a test brings its own. */
  clock?: () => number;
};

/**
 * Makes the source named by `config.driver`. Throws `ConfigError` whose problems name the field (`source.every`)
 * and the fix: unknown keys, a declared metric without a query, a query that is no plain selector. Opens nothing.
 */
export const createSource = (
  config: Record<string, unknown>,
  metrics: readonly DeclaredMetric[],
  options: SourceOptions = {},
): MetricSource => {
  const given = { variables: options.variables ?? {}, clock: options.clock ?? Date.now };
  const parsed = parseSource(config);
  if (parsed.driver === 'scrape')
    return createScrapeSource(parsed, rolesOf(metrics, parsed.metrics, parsed, 'source.metrics'), given);
  return createPrometheusSource(parsed, rolesOf(metrics, parsed.queries, parsed, 'source.queries'), given);
};

/** Every address the source would open, for the agent's allow list. Throws `ConfigError` like `createSource`. */
export const sourceAddresses = (config: Record<string, unknown>): string[] => {
  const parsed = parseSource(config);
  return parsed.driver === 'scrape'
    ? [...parsed.endpoints.canary, ...parsed.endpoints.baseline]
    : [parsed.url];
};

/** Every file of the agent's machine the source would read, for the agent's allow list. */
export const sourceFiles = (config: Record<string, unknown>): string[] => {
  const parsed = parseSource(config);
  return parsed.driver === 'prometheus' && parsed.bearerTokenFile !== undefined
    ? [parsed.bearerTokenFile]
    : [];
};

const parseSource = (config: Record<string, unknown>) => {
  if (config.driver === 'scrape') return parseConfig(scrapeConfigSchema, config, 'source');
  if (config.driver === 'prometheus') return parseConfig(prometheusConfigSchema, config, 'source');
  const drivers = ['scrape', 'prometheus'];
  const message =
    typeof config.driver === 'string'
      ? `"${config.driver.slice(0, 100)}" is not a metric source; ${didYouMean(config.driver, drivers)}`
      : `is missing; name one of ${drivers.join(', ')}`;
  throw new ConfigError([{ path: 'source.driver', message }]);
};
