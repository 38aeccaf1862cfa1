import type { Queryable } from '../database.ts';
import { type SampleSeries, sortSteps, sumSteps, toSeries } from '../sample-steps.ts';
import { readSteps, type SampleRow, type Span, stepOf } from '../samples.ts';
import { readLayouts } from './intervals.ts';
import { chartSpan, readPieces } from './pieces.ts';

export type ChartQuery = Span & {
  release: {
    id: string;
    createdAt: Date;
    finishedAt: Date | null;
    targets: readonly { id: string }[];
  };
  stepSeconds: number;
};

/**
 * The measurements of a release over a span, summed up in steps: what is frozen from where it is kept for good, the
 * rest from the samples of the last days. Says the same before and after the samples were dropped.
 */
export const readChart = async (
  client: Queryable,
  query: ChartQuery,
): Promise<{ step: number; edges: number[]; series: SampleSeries[] }> => {
  const { release, from, to } = query;
  const step = stepOf(query, query.stepSeconds);
  const kept = chartSpan(release, to);
  const pieces = await readPieces(client, release.id, query);
  const frozen = pieces.flatMap(({ rows }) => rows).filter(({ at }) => at > from && at <= to);
  const whole = from >= kept.from && to <= kept.to && pieces.length > 0 && release.finishedAt !== null;
  const loose =
    whole && (await isFrozen(client, release.id))
      ? []
      : await readSteps(client, {
          from,
          to,
          step,
          targetIds: release.targets.map(({ id }) => id),
          except: { ...kept, hours: pieces.map(({ hour }) => hour) },
        });
  const sums = sumSteps(
    frozen.map(toCounted),
    await readLayouts(client, [...new Set(frozen.map(({ layoutId }) => layoutId))]),
    step,
  );
  return { step, ...toSeries(sortSteps([...sums, ...loose]), step) };
};

const isFrozen = async (client: Queryable, releaseId: string): Promise<boolean> =>
  (await client.query('SELECT 1 FROM release_chart WHERE release_id = $1', [releaseId])).rows.length > 0;

const toCounted = (row: SampleRow) => ({
  target_id: row.targetId,
  layout_id: row.layoutId,
  track: row.track,
  at: row.at,
  requests: row.requests,
  errors: row.errors,
  latency: [...row.latency],
  counts: [...row.counts],
});
