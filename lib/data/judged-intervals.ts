/** The measurements of a release as its analysis takes them in: the same for the engine and for whoever judges again. */
import type { Interval } from '../domain/analysis/contract.ts';
import { readFrozenIntervals } from './chart/intervals.ts';
import type { Queryable } from './database.ts';
import { historyCursors, type IntervalCursor, readIntervals } from './intervals.ts';

/** The baseline's last minutes before the release: what is ordinary for it, its bursts and its latency. */
const HISTORY_MS = 600_000;

/** `startedAt` is the canary's first exposure, milliseconds. */
export type JudgedRelease = {
  id: string;
  startedAt: number;
  targets: readonly { id: string; cluster: string }[];
  /** The release is over, so that its measurements may be frozen and the samples gone. */
  over?: boolean;
};

/** `interval.target` is the cluster's name, as sentences say it. */
export type JudgedInterval = { targetId: string; interval: Interval };

/**
 * The next intervals of each target, oldest first: after `until` (milliseconds, by target), or from the baseline's
 * minutes before the release for a target that has no entry there. `more`: there are too many for one answer.
 */
export const readJudgedIntervals = async (
  client: Queryable,
  release: JudgedRelease,
  until: Readonly<Record<string, number>>,
): Promise<{ intervals: JudgedInterval[]; more: boolean }> => {
  const cursors = await cursorsOf(client, release, until);
  const frozen = release.over ? await readFrozenIntervals(client, release.id, cursors) : null;
  const { intervals, more } = frozen
    ? { intervals: frozen, more: false }
    : await readIntervals(client, cursors);
  const clusters = new Map(release.targets.map(({ id, cluster }) => [id, cluster]));
  return {
    intervals: intervals.map((interval) => ({
      targetId: interval.target,
      interval: {
        ...(interval.at > release.startedAt ? interval : baselineOnly(interval)),
        target: clusters.get(interval.target) ?? interval.target,
        // No edges mean that the service has no histogram, not that it is broken.
        latencyEdges: interval.latencyEdges?.length ? interval.latencyEdges : undefined,
      },
    })),
    more,
  };
};

const cursorsOf = async (
  client: Queryable,
  { id, startedAt, targets }: JudgedRelease,
  until: Readonly<Record<string, number>>,
): Promise<IntervalCursor[]> => {
  const known = targets.flatMap((target) => {
    const after = until[target.id];
    return after === undefined ? [] : [{ targetId: target.id, after }];
  });
  const fresh = targets.filter((target) => until[target.id] === undefined).map((target) => target.id);
  if (fresh.length === 0) return known;
  const span = { id, targetIds: fresh, startedAt, historyMs: HISTORY_MS };
  return [...known, ...(await historyCursors(client, span))];
};

/** What ran as the canary before this release was another version. */
const baselineOnly = ({ assignedShare: _, ...interval }: Interval): Interval => ({
  ...interval,
  canary: null,
});
