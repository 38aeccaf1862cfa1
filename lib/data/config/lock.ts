import type { Transaction } from '../database.ts';

/** Waits until no other transaction writes the thing of this name; it need not exist yet. Held until the end of the transaction. */
export const lockNoun = async (client: Transaction, noun: string, name: string): Promise<void> => {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${noun}:${name}`]);
};
