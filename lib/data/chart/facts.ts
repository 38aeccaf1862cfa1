/** What the page of a release says of its canary beside the charts, from single samples. */
import { z } from 'zod';
import type { Queryable } from '../database.ts';
import type { SampleRow } from '../samples.ts';
import { type ChartFacts, hourOf, hoursOf, readPieces } from './pieces.ts';
import { readRows } from './rows.ts';

const RATE_MS = 60_000;

/** A release whose measurements are read. */
export type Measured = { id: string; createdAt: Date; targetIds: readonly string[] };

/**
 * What is to be said of a release's canary from its start until `until`, milliseconds: from the frozen pieces, which may
 * reach further back than the samples that are left, and from the samples of the hours that are not frozen.
 */
export const readFacts = async (client: Queryable, release: Measured, until: number): Promise<ChartFacts> => {
  const span = { from: release.createdAt.getTime(), to: until };
  const pieces = await readPieces(client, release.id, span);
  const hours = new Set(pieces.map(({ hour }) => hour));
  const loose = hoursOf(span).every((hour) => hours.has(hour))
    ? []
    : (await readRows(client, release.targetIds, span)).filter(({ at }) => !hours.has(hourOf(at)));
  const canary = [...pieces.flatMap(({ rows }) => rows), ...loose].filter(
    ({ track, at }) => track === 0 && at > span.from && at <= span.to,
  );
  const newest = canary.reduce<SampleRow | null>(
    (last, row) => (last && last.at >= row.at ? last : row),
    null,
  );
  if (!newest) return { queries: null, requestsPerMinute: null, canaryRequests: null, canaryErrors: null };
  return {
    queries: await queriesOf(client, newest.layoutId),
    requestsPerMinute: ratePerMinute(canary.filter(({ at }) => at > newest.at - RATE_MS)),
    canaryRequests: canary.reduce((sum, row) => sum + row.requests, 0),
    canaryErrors: canary.reduce((sum, row) => sum + row.errors, 0),
  };
};

/** Each target over what it measured, added up, to a thousandth. */
const ratePerMinute = (rows: readonly SampleRow[]): number => {
  const targets = new Map<string, { requests: number; seconds: number }>();
  for (const { targetId, requests, seconds } of rows) {
    const sum = targets.get(targetId) ?? { requests: 0, seconds: 0 };
    targets.set(targetId, { requests: sum.requests + requests, seconds: sum.seconds + Math.fround(seconds) });
  }
  const rate = [...targets.values()].reduce(
    (total, { requests, seconds }) => total + (seconds > 0 ? (requests * 60) / seconds : 0),
    0,
  );
  return Math.round(rate * 1_000) / 1_000;
};

const queriesOf = async (client: Queryable, layoutId: number): Promise<Record<string, string> | null> => {
  const { rows } = await client.query('SELECT queries FROM sample_layout WHERE id = $1', [layoutId]);
  return z.array(z.object({ queries: z.record(z.string(), z.string()) })).parse(rows)[0]?.queries ?? null;
};
