/** Repeated requests: the first one under a key is carried out, the others get its answer. */
import { z } from 'zod';
import type { Queryable } from './database.ts';

export type IdempotencyKey = { actor: string; key: string; requestHash: string };
export type Claim =
  | { kind: 'first' }
  | { kind: 'replay'; status: number; body: unknown }
  /** The first request is still being carried out. */
  | { kind: 'busy' }
  /** The key was used for another request. */
  | { kind: 'mismatch' };

/** Keys are kept this long; a claim whose request died is free again after a minute. */
const HOURS_KEPT = 24;

export const claimIdempotency = async (
  db: Queryable,
  { actor, key, requestHash }: IdempotencyKey,
): Promise<Claim> => {
  const { rowCount } = await db.query(
    `INSERT INTO idempotency AS i (actor, key, request_hash) VALUES ($1, $2, $3)
     ON CONFLICT (actor, key) DO UPDATE SET request_hash = excluded.request_hash, status = NULL, body = NULL, created_at = now()
       WHERE i.created_at < now() - make_interval(hours => $4) OR (i.status IS NULL AND i.created_at < now() - interval '1 minute')`,
    [actor, key, requestHash, HOURS_KEPT],
  );
  if (rowCount === 1) return { kind: 'first' };
  const { rows } = await db.query(
    'SELECT request_hash, status, body FROM idempotency WHERE actor = $1 AND key = $2',
    [actor, key],
  );
  const row = z
    .array(z.object({ request_hash: z.string(), status: z.number().nullable(), body: z.unknown() }))
    .parse(rows)[0];
  if (!row) return { kind: 'busy' };
  if (row.request_hash !== requestHash) return { kind: 'mismatch' };
  return row.status === null ? { kind: 'busy' } : { kind: 'replay', status: row.status, body: row.body };
};

export const finishIdempotency = async (
  db: Queryable,
  { actor, key }: IdempotencyKey,
  answer: { status: number; body: unknown },
): Promise<void> => {
  await db.query('UPDATE idempotency SET status = $3, body = $4 WHERE actor = $1 AND key = $2', [
    actor,
    key,
    answer.status,
    JSON.stringify(answer.body),
  ]);
};

/** A request that failed for reasons of ours may be tried again under the same key. */
export const forgetIdempotency = async (db: Queryable, { actor, key }: IdempotencyKey): Promise<void> => {
  await db.query('DELETE FROM idempotency WHERE actor = $1 AND key = $2', [actor, key]);
};
