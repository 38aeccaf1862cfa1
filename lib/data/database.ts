/** One door to PostgreSQL: a pool for the hot paths and Prisma on the same pool for ordinary reads and forms. */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { env } from '../env.ts';
import { logger } from '../log.ts';
import { PrismaClient } from './generated/client.ts';

export type Pool = pg.Pool;
/** Anything that runs a query: the pool, or the client of a running transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'>;
/** The client of a running transaction; only `withTransaction` makes one. */
export type Transaction = Queryable & { readonly inTransaction: unique symbol };

export type Database = {
  pool: Pool;
  prisma: PrismaClient;
  /** Waits for running queries. Repeatable. */
  close(): Promise<void>;
};

/**
 * Opens no connection yet. Queries end after 15 s. A dying database makes queries fail and is otherwise only
 * logged: pool and clients carry error handlers, without which node-postgres ends the process.
 */
export const openDatabase = (url: string, options: { connectionsMax?: number } = {}): Database => {
  const log = logger('database');
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connectionsMax ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 15_000,
    query_timeout: 20_000,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
    application_name: 'slipway',
    types: { getTypeParser },
  });
  // The client's own handler below has logged it already.
  pool.on('error', () => undefined);
  pool.on('connect', (client) =>
    client.on('error', (error) => log.warn({ err: error }, 'a database connection was lost')),
  );
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= prisma.$disconnect().then(() => pool.end());
    return closing;
  };
  return { pool, prisma, close };
};

let shared: Database | null = null;

/** The database of this module instance, opened at the first call from `DATABASE_URL`, which the server publishes. */
export const getDatabase = (): Database => {
  if (shared) return shared;
  const { databaseUrl } = env();
  if (!databaseUrl)
    throw new Error('DATABASE_URL is not set and no server has published the embedded database here');
  shared = openDatabase(databaseUrl);
  return shared;
};

/** Commits what `work` did when it returns, rolls back when it throws; the error of `work` is passed on. */
export const withTransaction = async <T>(
  pool: Pool,
  work: (client: Transaction) => Promise<T>,
): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(asTransaction(client));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: Error) => {
      broken = cause;
    });
    throw error;
  } finally {
    // A client that could not roll back is thrown away instead of going back into the pool.
    client.release(broken);
  }
};

/** Guaranteed by the caller: BEGIN was sent on this client and neither COMMIT nor ROLLBACK yet. */
const asTransaction = (client: pg.PoolClient): Transaction => client as Queryable as Transaction;

const INT8 = pg.types.builtins.INT8;
/** Not in the driver's list of types. */
const INT8_ARRAY: number = 1016;

/** 64-bit integers as numbers: all of ours stay below 2^53; one that does not is refused, never rounded. */
const getTypeParser: typeof pg.types.getTypeParser = (oid, format) => {
  if (oid === INT8) return toSafeInteger;
  if (oid === INT8_ARRAY)
    return (text: string) => text.slice(1, -1).split(',').filter(Boolean).map(toSafeInteger);
  return pg.types.getTypeParser(oid, format);
};

const toSafeInteger = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${text} is too large for a number`);
  return value;
};
