import { type Database, withTransaction } from '../data/database.ts';
import { appendLedger } from '../data/ledger.ts';

let noted: Promise<void> | null = null;

/** Writes the first use of the bootstrap token since this process started into the ledger. */
export const noteBootstrapUse = (db: Database): Promise<void> => {
  noted ??= withTransaction(db.pool, async (client) => {
    await appendLedger(client, {
      at: new Date(),
      actor: { kind: 'token', name: 'bootstrap' },
      action: 'token.bootstrap-used',
      subject: 'token:bootstrap',
      reason: null,
      requestId: null,
      data: {},
    });
  }).catch((error: unknown) => {
    noted = null;
    throw error;
  });
  return noted;
};
