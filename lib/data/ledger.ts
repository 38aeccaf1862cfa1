/** The record of who did what: one hash-chained, append-only list for the whole installation. */
import { z } from 'zod';
import { type ChainCheck, chainHash, GENESIS } from './chain.ts';
import type { Queryable, Transaction } from './database.ts';

export type LedgerEntry = {
  at: Date;
  actor: { kind: string; name: string };
  /** A verb of the product, such as `release.advance` or `service.put`. */
  action: string;
  /** What it was done to, such as `release:<id>` or `service:shop`. */
  subject: string;
  reason: string | null;
  requestId: string | null;
  data: Record<string, unknown>;
};

export type LedgerRow = LedgerEntry & { sequence: number; hash: string; previousHash: string };

/**
 * Appends one entry. Call it last in a transaction: from here to COMMIT every other writer of the ledger waits.
 * `data` must be JSON.
 */
export const appendLedger = async (
  client: Transaction,
  entry: LedgerEntry,
): Promise<{ sequence: number; hash: string }> => {
  const head = await readHead(client, 'FOR UPDATE');
  const sequence = head.sequence + 1;
  const hash = ledgerHash({ ...entry, sequence, previousHash: head.hash });
  await client.query({
    name: 'ledger-append',
    text: `WITH entry AS (
       INSERT INTO ledger (sequence, at, actor_kind, actor_name, action, subject, reason, request_id, data, hash, previous_hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     )
     UPDATE ledger_head SET sequence = $1, hash = $10 WHERE id = 1`,
    values: [
      sequence,
      entry.at,
      entry.actor.kind,
      entry.actor.name,
      entry.action,
      entry.subject,
      entry.reason,
      entry.requestId,
      JSON.stringify(entry.data),
      hash,
      head.hash,
    ],
  });
  return { sequence, hash };
};

/** Walks the whole chain and names the first row that does not fit. Reads in pages; holds no lock. */
export const verifyLedger = async (client: Queryable): Promise<ChainCheck> => {
  const head = await readHead(client, '');
  let previousHash = GENESIS;
  let sequence = 0;
  while (sequence < head.sequence) {
    const rows = await readPage(client, sequence, head.sequence);
    if (rows.length === 0) return broken(sequence + 1, 'the entry is missing');
    for (const row of rows) {
      sequence += 1;
      const problem = problemOf(row, sequence, previousHash);
      if (problem) return broken(sequence, problem);
      previousHash = row.hash;
    }
  }
  if (previousHash !== head.hash)
    return broken(sequence, 'the head names another hash than the last entry has');
  return { intact: true, length: sequence, head: head.hash };
};

/** Newest first, for the audit page; `before` is the last sequence of the page before. */
export const listLedger = async (
  client: Queryable,
  options: { before?: number | null; subject?: string | null; limit: number },
): Promise<LedgerRow[]> => {
  const { rows } = await client.query(
    `SELECT ${COLUMNS} FROM ledger
     WHERE ($1::bigint IS NULL OR sequence < $1) AND ($2::text IS NULL OR subject = $2)
     ORDER BY sequence DESC LIMIT $3`,
    [options.before ?? null, options.subject ?? null, options.limit],
  );
  return z.array(rowSchema).parse(rows).map(toEntry);
};

const COLUMNS =
  'sequence, at, actor_kind, actor_name, action, subject, reason, request_id, data, hash, previous_hash';
const PAGE = 2_000;

const rowSchema = z.object({
  sequence: z.number(),
  at: z.date(),
  actor_kind: z.string(),
  actor_name: z.string(),
  action: z.string(),
  subject: z.string(),
  reason: z.string().nullable(),
  request_id: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  hash: z.string(),
  previous_hash: z.string(),
});

const headSchema = z.tuple([z.object({ sequence: z.number(), hash: z.string() })]);

const readHead = async (client: Queryable, lock: 'FOR UPDATE' | '') => {
  const { rows } = await client.query(`SELECT sequence, hash FROM ledger_head WHERE id = 1 ${lock}`);
  return headSchema.parse(rows)[0];
};

const readPage = async (client: Queryable, after: number, upTo: number): Promise<LedgerRow[]> => {
  const { rows } = await client.query(
    `SELECT ${COLUMNS} FROM ledger WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3`,
    [after, upTo, PAGE],
  );
  return z.array(rowSchema).parse(rows).map(toEntry);
};

const toEntry = (row: z.infer<typeof rowSchema>): LedgerRow => ({
  sequence: row.sequence,
  at: row.at,
  actor: { kind: row.actor_kind, name: row.actor_name },
  action: row.action,
  subject: row.subject,
  reason: row.reason,
  requestId: row.request_id,
  data: row.data,
  hash: row.hash,
  previousHash: row.previous_hash,
});

const ledgerHash = (row: LedgerEntry & { sequence: number; previousHash: string }): string =>
  chainHash({
    sequence: row.sequence,
    at: row.at.toISOString(),
    actor: row.actor,
    action: row.action,
    subject: row.subject,
    reason: row.reason,
    requestId: row.requestId,
    data: row.data,
    previousHash: row.previousHash,
  });

const problemOf = (row: LedgerRow, sequence: number, previousHash: string): string | null => {
  if (row.sequence !== sequence) return 'the entry is missing';
  if (row.previousHash !== previousHash) return 'it does not follow the entry before it';
  return ledgerHash(row) === row.hash ? null : 'its content is not what was recorded';
};

const broken = (sequence: number, problem: string): ChainCheck => ({ intact: false, sequence, problem });
