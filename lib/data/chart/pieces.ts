/** The frozen measurements of a release: pieces of one hour each, and the facts that its page shows. */
import { z } from 'zod';
import type { Queryable } from '../database.ts';
import type { SampleRow, Span } from '../samples.ts';
import { decodeChart, encodeChart } from './codec.ts';

export const HOUR_MS = 3_600_000;
const LEAD_MS = 600_000;
const TAIL_MS = 300_000;

/** What is kept of a release's measurements: from ten minutes before its start to five minutes after its end. */
export const chartSpan = (release: { createdAt: Date; finishedAt: Date | null }, now: number): Span => ({
  from: release.createdAt.getTime() - LEAD_MS,
  to: (release.finishedAt?.getTime() ?? now) + TAIL_MS,
});

/** The hours (since the epoch) that a span touches. */
export const hoursOf = (span: Span): number[] => {
  const first = hourOf(span.from + 1);
  return Array.from({ length: Math.max(0, hourOf(span.to) - first + 1) }, (_, index) => first + index);
};

/** What the page of a release says of its canary, beside the charts. */
export const factsSchema = z.object({
  queries: z.record(z.string(), z.string()).nullable(),
  requestsPerMinute: z.number().nullable(),
  canaryRequests: z.number().nullable(),
  canaryErrors: z.number().nullable(),
});
export type ChartFacts = z.infer<typeof factsSchema>;

/**
 * Stores the rows of one hour. A piece that holds more rows already is left as it is: rows may be dropped from `sample`
 * between two attempts, never from here.
 */
export const writePiece = async (
  client: Queryable,
  releaseId: string,
  hour: number,
  rows: readonly SampleRow[],
): Promise<void> => {
  await client.query(
    `INSERT INTO release_chart_piece AS p (release_id, hour, sample_count, data) VALUES ($1, $2, $3, $4)
     ON CONFLICT (release_id, hour) DO UPDATE SET sample_count = excluded.sample_count, data = excluded.data
       WHERE p.sample_count < excluded.sample_count`,
    [releaseId, hour, rows.length, await encodeChart(rows)],
  );
};

export type Piece = { hour: number; rows: SampleRow[] };

/** The hour (since the epoch) in which a moment lies. */
export const hourOf = (at: number): number => Math.floor(at / HOUR_MS);

/** The frozen pieces that a span touches, whole, oldest first. */
export const readPieces = async (client: Queryable, releaseId: string, span: Span): Promise<Piece[]> => {
  const { rows } = await client.query(
    'SELECT hour, data FROM release_chart_piece WHERE release_id = $1 AND hour BETWEEN $2 AND $3 ORDER BY hour',
    [releaseId, hourOf(span.from + 1), hourOf(span.to)],
  );
  const pieces = z.array(pieceSchema).parse(rows);
  return Promise.all(pieces.map(async ({ hour, data }) => ({ hour, rows: await decodeChart(data) })));
};

const pieceSchema = z.object({ hour: z.number(), data: z.instanceof(Buffer) });
