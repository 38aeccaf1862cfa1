/** Made-up measurements of a release, a row a minute for each target and track. */
import type { ChartFacts } from '../../lib/data/chart/pieces.ts';
import type { SampleRow } from '../../lib/data/samples.ts';
import { type Chance, chanceOf } from './random.ts';
import type { Story } from './story.ts';
import { latencyOf, noisy } from './verdicts.ts';

const MINUTE = 60_000;
const LEAD_MS = 10 * MINUTE;
const TAIL_MS = 5 * MINUTE;
const PATTERNS = 512;

type Counts = Pick<SampleRow, 'requests' | 'errors' | 'latency'>;

/** Minutes of traffic, made once and told again by every release. */
export const makePattern = (requests: number, errorRate: number, seed: number): Counts[] => {
  const chance: Chance = chanceOf(seed);
  return Array.from({ length: PATTERNS }, () => {
    const latency = latencyOf(chance, requests);
    const total = latency.reduce((sum, value) => sum + value, 0);
    return { requests: total, errors: noisy(chance, total * errorRate), latency };
  });
};

export type Patterns = { canary: Counts[]; worse: Counts[]; baseline: Counts[] };

export const chartOf = (story: Story, layoutId: number, patterns: Patterns, chance: Chance): SampleRow[] => {
  const canary = story.state.outcome === 'rolled-back' ? patterns.worse : patterns.canary;
  const end = story.finishedAt;
  const first = Math.ceil((story.createdAt - LEAD_MS) / MINUTE) * MINUTE;
  return story.state.targets.flatMap(({ id }) => {
    const shift = chance.between(0, PATTERNS - 1);
    const rows: SampleRow[] = [];
    for (let at = first, index = shift; at <= end + TAIL_MS; at += MINUTE, index++) {
      const row = (track: 0 | 1, counts: Counts | undefined): SampleRow[] =>
        counts ? [{ targetId: id, track, at, seconds: 60, layoutId, ...counts, counts: [] }] : [];
      rows.push(...row(1, patterns.baseline[index % PATTERNS]));
      if (at > story.createdAt && at <= end) rows.push(...row(0, canary[index % PATTERNS]));
    }
    return rows;
  });
};

export const factsOf = (rows: readonly SampleRow[], queries: Record<string, string>): ChartFacts => {
  const canary = rows.filter(({ track }) => track === 0);
  if (canary.length === 0)
    return { queries: null, requestsPerMinute: null, canaryRequests: null, canaryErrors: null };
  const newest = Math.max(...canary.map(({ at }) => at));
  const sum = (of: readonly SampleRow[], name: 'requests' | 'errors') =>
    of.reduce((total, row) => total + row[name], 0);
  return {
    queries,
    requestsPerMinute: sum(
      canary.filter(({ at }) => at === newest),
      'requests',
    ),
    canaryRequests: sum(canary, 'requests'),
    canaryErrors: sum(canary, 'errors'),
  };
};
