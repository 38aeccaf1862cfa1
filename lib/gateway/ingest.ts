import { detailsProblem, type Messages } from '../../agent/src/protocol.ts';
import type { Database } from '../data/database.ts';
import { ensureLayout, insertSamples, type SampleRow } from '../data/samples.ts';
import { samplesTotal } from '../telemetry.ts';

type Samples = Messages['samples'];
const AHEAD_MS_MAX = 60_000;
const INT_MAX = 2_147_483_647;
const SECONDS_MIN = 0.001;
const FLUSH_MS = 100;
const FLUSH_ROWS = 1_000;
/** More than this waiting means the database cannot keep up; agents are told to come again later. */
const WAITING_ROWS_MAX = 50_000;

/** Why a batch cannot be stored as it is; null when it can. A batch is taken whole or not at all. */
export const batchProblem = ({ rows, layout, from }: Samples, now: number): string | null => {
  const { at, seconds, track, requests, errors, latency, counts, assigned = at, details = at } = rows;
  const columns = [seconds, track, requests, errors, latency, counts, assigned, details];
  const lengths = columns.map((column) => column.length);
  if (lengths.some((length) => length !== at.length)) return 'the columns differ in length';
  if (latency.some((buckets) => buckets.length !== 0 && buckets.length !== layout.edges.length + 1))
    return 'a latency row does not fit the edges';
  if (counts.some((values) => values.length !== layout.names.length))
    return 'a counts row does not fit the names';
  if (layout.edges.some((edge, index) => index > 0 && edge <= (layout.edges[index - 1] ?? 0)))
    return 'the edges do not rise';
  if (seconds.some((length) => length < SECONDS_MIN)) return 'an interval is shorter than a millisecond';
  if (errors.some((bad, index) => bad > (requests[index] ?? 0))) return 'more errors than requests';
  if ([...latency, ...counts].some((row) => row.some((value) => value > INT_MAX)))
    return 'a count is too large';
  if (at.some((offset) => from + offset > now + AHEAD_MS_MAX))
    return 'a time is more than a minute ahead of the server';
  return detailsProblemIn(rows);
};

const detailsProblemIn = ({ requests, errors, details = [] }: Samples['rows']): string | null => {
  for (const [index, one] of details.entries()) {
    const counted = { requests: requests[index] ?? 0, errors: errors[index] ?? 0 };
    const problem = one && detailsProblem(one, counted);
    if (problem) return problem;
  }
  return null;
};

export type Ingest = {
  /** Stores a checked batch; resolves when it is committed, with false when there is no room and nothing was taken. */
  store: (batch: Samples) => Promise<boolean>;
  stop: () => Promise<void>;
};

type Waiting = { rows: SampleRow[]; done: (stored: boolean) => void; failed: (error: unknown) => void };

/**
 * Gathers the batches of all agents for a tenth of a second and stores them with one statement, so that many small
 * messages cost the database little. `stored` hears which targets got new rows.
 */
export const startIngest = (db: Database, stored: (targetIds: readonly string[]) => void): Ingest => {
  let waiting: Waiting[] = [];
  let waitingRows = 0;
  let timer: NodeJS.Timeout | null = null;
  let flushing: Promise<void> = Promise.resolve();

  const flush = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    const taken = waiting;
    waiting = [];
    if (taken.length === 0) return;
    flushing = flushing.then(() => write(taken));
  };

  const write = async (taken: readonly Waiting[]): Promise<void> => {
    const rows = taken.flatMap((one) => one.rows);
    try {
      samplesTotal.inc(await insertSamples(db.pool, rows, Date.now()));
      stored([...new Set(rows.map((row) => row.targetId))]);
      for (const { done } of taken) done(true);
    } catch (error) {
      for (const { failed } of taken) failed(error);
    } finally {
      waitingRows -= rows.length;
    }
  };

  return {
    store: async (batch) => {
      if (waitingRows >= WAITING_ROWS_MAX) return false;
      const layoutId = await ensureLayout(db.pool, batch.layout);
      const rows = rowsOf(batch, layoutId);
      waitingRows += rows.length;
      const committed = new Promise<boolean>((done, failed) => waiting.push({ rows, done, failed }));
      if (waiting.reduce((sum, one) => sum + one.rows.length, 0) >= FLUSH_ROWS) flush();
      else timer ??= setTimeout(flush, FLUSH_MS);
      return committed;
    },
    stop: async () => {
      flush();
      await flushing;
    },
  };
};

/** Times stay as the agent told them, also slightly ahead of ours: only so is a batch that is sent again known. */
const rowsOf = ({ rows, target, from }: Samples, layoutId: number): SampleRow[] =>
  rows.at.map((offset, index) => ({
    targetId: target,
    track: rows.track[index] ?? 0,
    at: from + offset,
    seconds: rows.seconds[index] ?? 1,
    layoutId,
    requests: rows.requests[index] ?? 0,
    errors: rows.errors[index] ?? 0,
    latency: rows.latency[index] ?? [],
    counts: rows.counts[index] ?? [],
    assignedBasisPoints: rows.assigned?.[index] ?? null,
    details: rows.details?.[index] ?? null,
  }));
