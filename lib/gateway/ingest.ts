import type { Messages } from '../../agent/src/protocol.ts';
import type { Database } from '../data/database.ts';
import { ensureLayout, insertSamples, type SampleRow } from '../data/samples.ts';
import { samplesTotal } from '../telemetry.ts';

type Samples = Messages['samples'];
const AHEAD_MS_MAX = 60_000;
const INT_MAX = 2_147_483_647;

/** Why a batch cannot be stored as it is; null when it can. A batch is taken whole or not at all. */
export const batchProblem = ({ rows, layout, from }: Samples, now: number): string | null => {
  const { at, seconds, track, requests, errors, latency, counts } = rows;
  const lengths = [seconds, track, requests, errors, latency, counts].map((column) => column.length);
  if (lengths.some((length) => length !== at.length)) return 'the columns differ in length';
  if (latency.some((buckets) => buckets.length !== 0 && buckets.length !== layout.edges.length + 1))
    return 'a latency row does not fit the edges';
  if (counts.some((values) => values.length !== layout.names.length))
    return 'a counts row does not fit the names';
  if (layout.edges.some((edge, index) => index > 0 && edge <= (layout.edges[index - 1] ?? 0)))
    return 'the edges do not rise';
  if (errors.some((bad, index) => bad > (requests[index] ?? 0))) return 'more errors than requests';
  if ([...latency, ...counts].some((row) => row.some((value) => value > INT_MAX)))
    return 'a count is too large';
  if (at.some((offset) => from + offset > now + AHEAD_MS_MAX))
    return 'a time is more than a minute ahead of the server';
  return null;
};

/** Stores a checked batch; what is known already is left as it is. A clock slightly ahead is brought back to now. */
export const storeBatch = async (db: Database, batch: Samples, now: number): Promise<number> => {
  const layoutId = await ensureLayout(db.pool, batch.layout);
  const { rows } = batch;
  const stored = await insertSamples(
    db.pool,
    rows.at.map(
      (offset, index): SampleRow => ({
        targetId: batch.target,
        track: rows.track[index] ?? 0,
        at: Math.min(batch.from + offset, now),
        seconds: rows.seconds[index] ?? 1,
        layoutId,
        requests: rows.requests[index] ?? 0,
        errors: rows.errors[index] ?? 0,
        latency: rows.latency[index] ?? [],
        counts: rows.counts[index] ?? [],
      }),
    ),
    now,
  );
  samplesTotal.inc(stored);
  return stored;
};
