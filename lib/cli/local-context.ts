import { randomUUID } from 'node:crypto';
import { openDatabase } from '../data/database.ts';
import { findEmbedded } from '../data/embedded.ts';
import { pendingMigrations } from '../data/migrate.ts';
import { env } from '../env.ts';
import type { Context } from '../services/context.ts';

/**
 * Runs `work` as the local administrator on the database of `DATABASE_URL`, or on the embedded one of a server that
 * runs on this host. Throws, saying what to do, when there is none.
 */
export const withLocalContext = async <T>(work: (ctx: Context) => Promise<T>): Promise<T> => {
  const db = openDatabase(await findDatabase(), { connectionsMax: 2 });
  try {
    if ((await pendingMigrations(db.pool)).length > 0)
      throw new Error('The database is not set up for this version: start the server once, then try again.');
    return await work({
      actor: { kind: 'token', id: 'local', name: 'local administrator', scopes: ['admin'] },
      db,
      requestId: randomUUID(),
      now: Date.now,
    });
  } finally {
    await db.close();
  }
};

const findDatabase = async (): Promise<string> => {
  const { databaseUrl, dataDirectory } = env();
  const url = databaseUrl ?? (await findEmbedded(dataDirectory));
  if (url !== null) return url;
  throw new Error(
    `No database: DATABASE_URL is not set and no server runs with its data in ${dataDirectory}. Start the server, or set DATABASE_URL or SLIPWAY_DATA_DIR to the server's own.`,
  );
};
