/** Hash chains: every row carries the hash of its content and of the row before it, so that a change shows. */
import { createHash } from 'node:crypto';
import stringify from 'safe-stable-stringify';

/** `previousHash` of the first row of every chain. */
export const GENESIS = '0'.repeat(64);

/** Content of a chained row: JSON values only, `previousHash` included. */
export type Chained = { previousHash: string; [field: string]: unknown };

export type ChainCheck =
  | { intact: true; length: number; head: string }
  | { intact: false; sequence: number; problem: string };

/** SHA-256, hexadecimal, over the JSON of `content` with sorted keys and no spaces, in UTF-8. */
export const chainHash = (content: Chained): string =>
  createHash('sha256')
    .update(stringify(asJson(content)))
    .digest('hex');

/** What is left of a value after it was stored as JSON; the hash must be the same before and after. */
export const asJson = (value: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(value));
