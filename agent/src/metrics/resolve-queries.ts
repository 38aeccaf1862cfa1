/** From the queries of a target document to one checked selector per track and metric. */
import { ConfigError, type ConfigProblem } from '../config-error.ts';
import { TRACKS, type Track } from '../protocol.ts';
import { type CompiledSelector, compileSelector } from './compile-selector.ts';
import { type MetricRoles, queryTexts, type Use, useOf } from './metric-roles.ts';
import { fillPlaceholders } from './placeholders.ts';
import type { Queries } from './query-fields.ts';
import { parseSelector, renderSelector, type Selector } from './selector.ts';
import { SelectorError } from './source.ts';

/** Values of `$name` placeholders besides `$track`, such as `version`, per track. */
export type TrackVariables = Partial<Record<Track, Readonly<Record<string, string>>>>;

export type ResolvedQueries = {
  /** By query key, in the order of the document. */
  selectors: Record<Track, Map<string, CompiledSelector>>;
  /** What is asked per metric, for people: one line when both tracks ask the same, else the canary's line first. */
  texts: Record<string, string>;
  /** Keys whose selector is the same for both tracks. */
  same: { key: string; text: string }[];
};

/** Throws `ConfigError` naming `root.<metric>` for every query that is no plain selector or has an unknown placeholder. */
export const resolveQueries = (options: {
  queries: Queries;
  roles: MetricRoles;
  trackNames: Readonly<Record<Track, string>>;
  variables: TrackVariables;
  /** Labels that hold for every series although it does not carry them. */
  assumedLabels?: readonly string[];
  root: string;
}): ResolvedQueries => {
  const problems: ConfigProblem[] = [];
  const resolved: ResolvedQueries = {
    selectors: { canary: new Map(), baseline: new Map() },
    texts: {},
    same: [],
  };
  for (const [key, text] of queryTexts(options.queries)) {
    try {
      const template = parseSelector(text);
      requireForm(template, useOf(options.roles, key));
      const lines = TRACKS.map((track) => {
        const selector = fillPlaceholders(template, placeholdersOf(track, options));
        resolved.selectors[track].set(key, compileSelector(selector, options.assumedLabels));
        return renderSelector(selector);
      });
      addText(resolved, key, [...new Set(lines)]);
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      problems.push({ path: `${options.root}.${key}`, message: error.message });
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return resolved;
};

/** Three counters of one metric stand below its name. */
const addText = (resolved: ResolvedQueries, key: string, lines: string[]): void => {
  const [metric = key] = key.split('.');
  const before = resolved.texts[metric];
  resolved.texts[metric] = [...(before === undefined ? [] : [before]), ...lines].join('\n').slice(0, 2_000);
  const [only, other] = lines;
  if (only !== undefined && other === undefined) resolved.same.push({ key, text: only });
};

const placeholdersOf = (
  track: Track,
  options: { trackNames: Readonly<Record<Track, string>>; variables: TrackVariables },
): ReadonlyMap<string, string> =>
  new Map([...Object.entries(options.variables[track] ?? {}), ['track', options.trackNames[track]]]);

const requireForm = (selector: Selector, use: Use): void => {
  const what = use.as === 'latency' ? 'latency' : use.as === 'amounts' && use.part === null ? 'a mean' : null;
  if (what === null) return;
  if (!selector.name.endsWith('_bucket')) {
    const bare = selector.name.replace(/_(?:sum|count)$/, '');
    throw new SelectorError(
      what === 'latency'
        ? `latency is a histogram; select its buckets, ${bare}_bucket`
        : `${what} needs more than a sum: select the buckets of a histogram, ${bare}_bucket, or name the counters n, sum and sumOfSquares`,
    );
  }
  if (selector.matchers.some((matcher) => matcher.label === 'le'))
    throw new SelectorError('select all buckets of the histogram; remove the matcher on le');
};
