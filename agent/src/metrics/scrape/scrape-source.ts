/** Reads the metrics pages of a service's own instances. */
import { ConfigError } from '../../config-error.ts';
import { TRACKS, type Track } from '../../protocol.ts';
import { fetchText } from '../fetch-text.ts';
import { IncreaseReader } from '../increase-reader.ts';
import type { MetricRoles } from '../metric-roles.ts';
import { type ResolvedQueries, resolveQueries, type TrackVariables } from '../resolve-queries.ts';
import { type MetricSource, SourceError, type SourceReading, type TrackProblem } from '../source.ts';
import { type MetricsPage, parseMetricsPage } from '../text-format.ts';
import type { InstanceTotals } from '../track-memory.ts';
import type { ScrapeConfig } from './config.ts';
import { PageReader } from './page-reader.ts';

/** Prometheus adds these to what it scrapes; here the list of endpoints stands for them. */
const labelsOfPrometheus = ['job', 'instance'];

/** Throws `ConfigError` for selectors that are not plain. A page that does not answer is a problem of a reading, never an error. */
export const createScrapeSource = (
  config: ScrapeConfig,
  roles: MetricRoles,
  options: { variables: TrackVariables; clock: () => number },
): MetricSource => {
  const queries = resolveQueries({
    queries: config.metrics,
    roles,
    trackNames: config.trackNames,
    variables: options.variables,
    assumedLabels: labelsOfPrometheus,
    root: 'source.metrics',
  });
  refuseSharedPages(config, queries);
  const reader = new IncreaseReader({ roles, everySeconds: config.every, queries: queries.texts });
  const pages = new PageReader(queries, roles);
  const readTrack = async (track: Track, signal: AbortSignal): Promise<TrackPages> => {
    const urls = config.endpoints[track];
    const results = await Promise.all(urls.map((url) => readPage(url, pages.wanted, signal)));
    return { track, results };
  };
  return {
    everySeconds: config.every,
    async read(signal): Promise<SourceReading> {
      const at = options.clock();
      const tracks = await Promise.all(TRACKS.map((track) => readTrack(track, signal)));
      for (const { results } of tracks) for (const { page } of results) if (page) pages.learn(page);
      const [canary, baseline] = tracks.map((track) => totalsOf(track, pages));
      return reader.read({
        at,
        tracks: { canary: canary?.instances ?? [], baseline: baseline?.instances ?? [] },
        problems: [...(canary?.problems ?? []), ...(baseline?.problems ?? [])],
      });
    },
    /** The canary may be down between releases, so only the baseline has to answer, with one instance at least. */
    async check(signal) {
      const { results } = await readTrack('baseline', signal);
      if (results.some(({ page }) => page)) return null;
      return `source.endpoints.baseline: ${results.map(({ url, problem }) => `${url} ${problem}`).join('; ')}`;
    },
    close: async () => undefined,
  };
};

type PageResult = { url: string; page: MetricsPage | null; problem: string | null };
type TrackPages = { track: Track; results: PageResult[] };

const readPage = async (
  url: string,
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<PageResult> => {
  try {
    const headers = { accept: 'text/plain;version=0.0.4;q=1,*/*;q=0.1' };
    const { status, text } = await fetchText(url, { signal, headers });
    if (status !== 200) throw new SourceError(`answered with status ${status}`);
    return { url, page: parseMetricsPage(text, wanted), problem: null };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { url, page: null, problem: error.message };
  }
};

const totalsOf = (
  { track, results }: TrackPages,
  pages: PageReader,
): { instances: InstanceTotals[]; problems: TrackProblem[] } => {
  const instances: InstanceTotals[] = [];
  const failures: string[] = [];
  for (const { url, page, problem } of results) {
    const totals = page ? pages.totals(track, url, page) : (problem ?? 'cannot be read');
    if (typeof totals === 'string') failures.push(`${url} ${totals}`);
    else instances.push(totals);
  }
  const [first] = failures;
  const share = `${failures.length} of ${results.length} instances cannot be read`;
  return { instances, problems: first === undefined ? [] : [{ track, text: `${share}: ${first}` }] };
};

const refuseSharedPages = (config: ScrapeConfig, queries: ResolvedQueries): void => {
  const shared = config.endpoints.canary.findIndex((url) => config.endpoints.baseline.includes(url));
  const tellsApart = queries.texts.requests?.includes('\n');
  if (shared < 0 || tellsApart) return;
  const message = 'is an endpoint of the baseline too; put $track into a label value, or list separate pages';
  throw new ConfigError([{ path: `source.endpoints.canary[${shared}]`, message }]);
};
