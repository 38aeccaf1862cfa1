/**
 * Reads counters from Prometheus. Plain selectors are evaluated at one fixed time in one instant query: Prometheus'
 * own staleness rules then say what is alive, whatever its scrape interval, which a range of raw samples would not.
 * When it scrapes less often than `every`, readings are zero and then jump; as sums they stay exact.
 */
import { ConfigError } from '../../config-error.ts';
import { TRACKS, type Track } from '../../protocol.ts';
import type { CompiledSelector } from '../compile-selector.ts';
import { IncreaseReader } from '../increase-reader.ts';
import { isCounted, type MetricRoles } from '../metric-roles.ts';
import { type ResolvedQueries, resolveQueries, type TrackVariables } from '../resolve-queries.ts';
import { renderSelector } from '../selector.ts';
import { type MetricSource, SourceError, type SourceReading, type TrackProblem } from '../source.ts';
import { numberOf } from '../text-format.ts';
import { TotalsBuilder } from '../totals.ts';
import type { InstanceTotals } from '../track-memory.ts';
import { absenceProblem } from './absence.ts';
import type { PrometheusConfig } from './config.ts';
import { QueryApi, type VectorSample } from './query-api.ts';
import { takePart, unionQuery } from './union-query.ts';

/** Leaves scrapes that are under way the time to be stored, so that a reading is not taken half. */
const evaluationLagMs = 500;

/** Throws `ConfigError` for queries that are not plain or do not tell the tracks apart. */
export const createPrometheusSource = (
  config: PrometheusConfig,
  roles: MetricRoles,
  options: { variables: TrackVariables; clock: () => number },
): MetricSource => {
  const { trackNames, queries: texts } = config;
  const queries = resolveQueries({
    queries: texts,
    roles,
    trackNames,
    variables: options.variables,
    root: 'source.queries',
  });
  refuseSameSeries(queries);
  const api = new QueryApi({ url: config.url, bearerTokenFile: config.bearerTokenFile });
  const parts = TRACKS.flatMap((track) => partsOf(track, queries));
  const union = unionQuery(parts.map(expressionOf));
  const reader = new IncreaseReader({ roles, everySeconds: config.every, queries: queries.texts });
  return {
    everySeconds: config.every,
    async read(signal): Promise<SourceReading> {
      const at = options.clock() - evaluationLagMs;
      try {
        const series = sortByPart(parts, await api.instant(union, at, signal));
        const [canary, baseline] = await Promise.all(
          TRACKS.map((track) => trackTotals({ api, at, signal, reader, track, series, roles })),
        );
        return reader.read({
          at,
          tracks: { canary: canary?.instances ?? [], baseline: baseline?.instances ?? [] },
          problems: [...(canary?.problems ?? []), ...(baseline?.problems ?? [])],
        });
      } catch (error) {
        if (error instanceof SourceError) return reader.unreadable(at, error.message);
        throw error;
      }
    },
    /** Whether series exist yet is a question for readings; here Prometheus has to answer and accept the queries. */
    async check(signal) {
      try {
        await api.instant(union, options.clock() - evaluationLagMs, signal);
        return null;
      } catch (error) {
        if (error instanceof SourceError) return `source.url: ${error.message}`;
        throw error;
      }
    },
    close: async () => undefined,
  };
};

/** `time` asks when the series were scraped, in seconds: what they show may be a scrape interval old. */
type Part = { track: Track; key: string; query: CompiledSelector; asks: 'value' | 'time' };
type PartSeries = Part & { series: VectorSample[] };

const partsOf = (track: Track, { selectors }: ResolvedQueries): Part[] =>
  [...selectors[track]].flatMap(([key, query]): Part[] => [
    { track, key, query, asks: 'value' },
    ...(key === 'requests' ? [{ track, key, query, asks: 'time' } as const] : []),
  ]);

const expressionOf = ({ query, asks }: Part): string => {
  const selector = renderSelector(query.selector);
  return asks === 'time' ? `timestamp(${selector})` : selector;
};

const sortByPart = (parts: readonly Part[], samples: VectorSample[]): PartSeries[] => {
  const sorted = parts.map((part) => ({ ...part, series: [] as VectorSample[] }));
  for (const sample of samples) sorted[takePart(sample.labels)]?.series.push(sample);
  return sorted;
};

type TrackQuestion = {
  api: QueryApi;
  at: number;
  signal: AbortSignal;
  reader: IncreaseReader;
  track: Track;
  series: PartSeries[];
  roles: MetricRoles;
};

/** A track without any series of requests is silent; one whose other queries select the wrong thing is unreadable. */
const trackTotals = async (
  question: TrackQuestion,
): Promise<{ instances: InstanceTotals[]; problems: TrackProblem[] }> => {
  const { api, at, signal, reader, track, roles } = question;
  const parts = question.series.filter((part) => part.track === track);
  const requests = parts.find((part) => part.key === roles.requests);
  const silent = requests?.series.length === 0;
  const unread = (text: string) => ({ instances: [], problems: [{ track, text }] });
  const left: TrackProblem[] = [];
  for (const { key, query, asks, series } of parts) {
    if (series.length > 0 || asks === 'time' || (silent && key !== roles.requests)) continue;
    const problem = await absenceProblem(api, query, at, signal);
    if (problem === null) continue;
    const text = `${problem} (source.queries.${key})`;
    if (isCounted(roles, key)) return unread(text);
    left.push({ track, text });
  }
  if (silent) return unread('no series of requests; is it running and scraped?');
  try {
    const instances = instanceTotals(parts, roles);
    const gone = reader.silent(track, instances);
    const known = instances.length + gone.length;
    if (gone.length > 0)
      left.unshift({ track, text: `${gone.length} of ${known} instances fell silent: ${gone[0]}` });
    return { instances, problems: left };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return unread(`Prometheus ${error.message}`);
  }
};

const instanceTotals = (parts: readonly PartSeries[], roles: MetricRoles): InstanceTotals[] => {
  const builders = new Map<string, TotalsBuilder>();
  for (const { key, query, asks, series } of parts)
    for (const { labels, value } of series) {
      const instance = [labels.get('job'), labels.get('instance')].filter((part) => part).join(' ');
      const builder = builders.get(instance) ?? new TotalsBuilder(instance, roles);
      builders.set(instance, builder);
      const number = numberOf(value) ?? Number.NaN;
      if (asks === 'time') builder.takenAt(number * 1_000);
      else builder.add(key, query.selector.name, labels, number);
    }
  return [...builders.values()].map((builder) => builder.done());
};

const refuseSameSeries = ({ same }: ResolvedQueries): void => {
  const problems = same.map(({ key, text }) => ({
    path: `source.queries.${key}`,
    message: `selects the same series for canary and baseline; add track="$track" (or the label that tells them apart) to ${text.slice(0, 200)}`,
  }));
  if (problems.length > 0) throw new ConfigError(problems);
};
