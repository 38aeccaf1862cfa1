import { z } from 'zod';
import type { Interval } from '../../domain/analysis/contract.ts';
import type { Queryable } from '../database.ts';
import { type IntervalCursor, pairIntervals, type SampleRecord } from '../intervals.ts';
import { decodeChart } from './codec.ts';

/**
 * The intervals of a release from its frozen measurements, each target's after its cursor, oldest first. Null for a
 * release whose measurements are not frozen yet.
 */
export const readFrozenIntervals = async (
  client: Queryable,
  releaseId: string,
  cursors: readonly IntervalCursor[],
): Promise<Interval[] | null> => {
  const { rows } = await client.query(
    `SELECT p.data FROM release_chart c LEFT JOIN release_chart_piece p ON p.release_id = c.release_id
     WHERE c.release_id = $1 ORDER BY p.hour`,
    [releaseId],
  );
  if (rows.length === 0) return null;
  const pieces = z.array(z.object({ data: z.instanceof(Buffer).nullable() })).parse(rows);
  const samples = await Promise.all(pieces.map(({ data }) => (data ? decodeChart(data) : [])));
  const layouts = await readLayouts(client, [...new Set(samples.flat().map(({ layoutId }) => layoutId))]);
  const after = new Map(cursors.map((cursor) => [cursor.targetId, cursor.after]));
  const records = samples
    .flat()
    .filter(({ targetId, at }) => at > (after.get(targetId) ?? Number.POSITIVE_INFINITY))
    .map(
      (row): SampleRecord => ({
        ...(layouts.get(row.layoutId) ?? { edges: [], names: [] }),
        target_id: row.targetId,
        track: row.track,
        at: new Date(row.at),
        seconds: row.seconds,
        requests: row.requests,
        errors: row.errors,
        latency: [...row.latency],
        counts: [...row.counts],
        assigned: row.assignedBasisPoints ?? null,
        details: row.details ?? null,
      }),
    );
  return pairIntervals(records.sort(byTime));
};

const byTime = (a: SampleRecord, b: SampleRecord): number =>
  a.at.getTime() - b.at.getTime() ||
  (a.target_id < b.target_id ? -1 : a.target_id > b.target_id ? 1 : a.track - b.track);

type Layout = { edges: number[]; names: string[] };

/** The meaning of the columns of samples, by layout; layouts are kept for good. */
export const readLayouts = async (
  client: Queryable,
  ids: readonly number[],
): Promise<Map<number, Layout>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query('SELECT id, edges, names FROM sample_layout WHERE id = ANY($1)', [ids]);
  return new Map(
    z
      .array(layoutSchema)
      .parse(rows)
      .map(({ id, ...layout }) => [id, layout]),
  );
};

const layoutSchema = z.object({ id: z.number(), edges: z.array(z.number()), names: z.array(z.string()) });
