/** From the queries of a target document to one checked selector per track and metric. */
import { ConfigError, type ConfigProblem } from '../config-error.ts';
import { TRACKS, type Track } from '../protocol.ts';
import { type CompiledSelector, compileSelector } from './compile-selector.ts';
import type { MetricRoles } from './metric-roles.ts';
import { fillPlaceholders } from './placeholders.ts';
import { parseSelector, renderSelector, type Selector } from './selector.ts';
import { SelectorError } from './source.ts';

/** Values of `$name` placeholders besides `$track`, such as `version`, per track. */
export type TrackVariables = Partial<Record<Track, Readonly<Record<string, string>>>>;

export type ResolvedQueries = {
  /** By query key, in the order of the document. */
  selectors: Record<Track, Map<string, CompiledSelector>>;
  /** What is asked per metric, for people: one line when both tracks ask the same, else the canary's line first. */
  texts: Record<string, string>;
};

/** Throws `ConfigError` naming `root.<metric>` for every query that is no plain selector or has an unknown placeholder. */
export const resolveQueries = (options: {
  queries: Readonly<Record<string, string>>;
  roles: MetricRoles;
  trackNames: Readonly<Record<Track, string>>;
  variables: TrackVariables;
  /** Labels that hold for every series although it does not carry them. */
  assumedLabels?: readonly string[];
  root: string;
}): ResolvedQueries => {
  const problems: ConfigProblem[] = [];
  const resolved: ResolvedQueries = { selectors: { canary: new Map(), baseline: new Map() }, texts: {} };
  for (const [key, text] of Object.entries(options.queries)) {
    try {
      const template = parseSelector(text);
      if (key === options.roles.latency) requireBuckets(template);
      const lines = TRACKS.map((track) => {
        const selector = fillPlaceholders(template, placeholdersOf(track, options));
        resolved.selectors[track].set(key, compileSelector(selector, options.assumedLabels));
        return renderSelector(selector);
      });
      resolved.texts[key] = [...new Set(lines)].join('\n').slice(0, 2_000);
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      problems.push({ path: `${options.root}.${key}`, message: error.message });
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return resolved;
};

const placeholdersOf = (
  track: Track,
  options: { trackNames: Readonly<Record<Track, string>>; variables: TrackVariables },
): ReadonlyMap<string, string> =>
  new Map([...Object.entries(options.variables[track] ?? {}), ['track', options.trackNames[track]]]);

const requireBuckets = (selector: Selector): void => {
  if (!selector.name.endsWith('_bucket'))
    throw new SelectorError(`latency is a histogram; select its buckets, ${selector.name}_bucket`);
  if (selector.matchers.some((matcher) => matcher.label === 'le'))
    throw new SelectorError('select all buckets of the histogram; remove the matcher on le');
};
