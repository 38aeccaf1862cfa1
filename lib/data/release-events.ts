/** The append-only record of one release: its events, hash-chained, in the order of its state versions. */
import { z } from 'zod';
import type { ReleaseEvent } from '../domain/release/types.ts';
import { asJson, type ChainCheck, chainHash, GENESIS } from './chain.ts';
import type { Queryable } from './database.ts';

export type StoredEvent = {
  sequence: number;
  /** Milliseconds. */
  at: number;
  event: ReleaseEvent;
  /** The event as it was hashed: everything but its type. */
  data: Record<string, unknown>;
  hash: string;
  previousHash: string;
};

/** A row of `release_event` before it is written. */
export type NewEvent = {
  sequence: number;
  at: Date;
  type: string;
  actor: { kind: string; name: string };
  data: Record<string, unknown>;
  hash: string;
  previousHash: string;
};

/** The row for an event; `previousHash` is null for a release's first. */
export const chainEvent = (
  releaseId: string,
  sequence: number,
  at: number,
  event: ReleaseEvent,
  previousHash: string | null,
): NewEvent => {
  const { type, ...rest } = event;
  const row = {
    sequence,
    at: new Date(at),
    type,
    actor: { kind: event.actor.kind, name: event.actor.name },
    data: asJson(rest),
    previousHash: previousHash ?? GENESIS,
  };
  return { ...row, hash: eventHash(releaseId, row) };
};

/** Events after a sequence, oldest first. */
export const listEvents = async (
  client: Queryable,
  releaseId: string,
  after: number,
  limit: number,
): Promise<StoredEvent[]> => {
  const { rows } = await client.query(
    `SELECT sequence, at, type, actor_kind, actor_name, data, hash, previous_hash FROM release_event
     WHERE release_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`,
    [releaseId, after, limit],
  );
  return z.array(rowSchema).parse(rows).map(toStored);
};

/** Walks a release's record and names the first event that does not fit, or one that is missing at the end. */
export const verifyEvents = async (client: Queryable, releaseId: string): Promise<ChainCheck> => {
  const { rows } = await client.query(
    `SELECT sequence, at, type, actor_kind, actor_name, data, hash, previous_hash,
       (SELECT state_version FROM release WHERE id = $1) AS state_version
     FROM release_event WHERE release_id = $1 ORDER BY sequence`,
    [releaseId],
  );
  const events = z.array(rowSchema.extend({ state_version: z.number() })).parse(rows);
  let previousHash = GENESIS;
  for (const [index, row] of events.entries()) {
    const sequence = index + 1;
    if (row.sequence !== sequence) return { intact: false, sequence, problem: 'the event is missing' };
    if (row.previous_hash !== previousHash)
      return { intact: false, sequence, problem: 'it does not follow the event before it' };
    if (hashOfRow(releaseId, row) !== row.hash)
      return { intact: false, sequence, problem: 'its content is not what was recorded' };
    previousHash = row.hash;
  }
  const wanted = events[0]?.state_version ?? 1;
  if (events.length !== wanted)
    return { intact: false, sequence: events.length + 1, problem: 'the event is missing' };
  return { intact: true, length: events.length, head: previousHash };
};

const rowSchema = z.object({
  sequence: z.number(),
  at: z.date(),
  type: z.string(),
  actor_kind: z.string(),
  actor_name: z.string(),
  data: z.record(z.string(), z.unknown()),
  hash: z.string(),
  previous_hash: z.string(),
});
type Row = z.infer<typeof rowSchema>;

const toStored = (row: Row): StoredEvent => ({
  sequence: row.sequence,
  at: row.at.getTime(),
  event: asReleaseEvent({ type: row.type, ...row.data }),
  data: row.data,
  hash: row.hash,
  previousHash: row.previous_hash,
});

const hashOfRow = (releaseId: string, row: Row): string =>
  eventHash(releaseId, {
    sequence: row.sequence,
    at: row.at,
    type: row.type,
    actor: { kind: row.actor_kind, name: row.actor_name },
    data: row.data,
    previousHash: row.previous_hash,
  });

const eventHash = (releaseId: string, row: Omit<NewEvent, 'hash'>): string =>
  chainHash({
    releaseId,
    sequence: row.sequence,
    at: row.at.toISOString(),
    type: row.type,
    actor: row.actor,
    data: row.data,
    previousHash: row.previousHash,
  });

/** Only `chainEvent` makes these rows, from a ReleaseEvent, and the table refuses every later change. */
const asReleaseEvent = (value: Record<string, unknown>): ReleaseEvent => {
  z.looseObject({ type: z.string(), actor: z.looseObject({ kind: z.string(), name: z.string() }) }).parse(
    value,
  );
  return value as ReleaseEvent;
};
