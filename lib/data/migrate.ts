/**
 * Applies `prisma/migrations/<name>/migration.sql` in order of name and records them as Prisma does, so that
 * `prisma migrate deploy` can be used on the same database. One process at a time, one transaction a migration.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { z } from 'zod';

/** The advisory lock that Prisma's own migrator takes, so that both exclude each other. */
const LOCK = 72_707_369;

export type Migration = { name: string; sql: string; checksum: string };

/** What the database has and what this build has cannot be brought together; the text says what to do. */
export class MigrationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

export const migrationsDirectory = path.join(import.meta.dirname, '../../prisma/migrations');

/** Applies what is missing and answers with the names it applied. Safe to call from many processes at once. */
export const migrate = async (url: string, directory = migrationsDirectory): Promise<string[]> => {
  const migrations = await readMigrations(directory);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // The failing query says it as well; without a listener a lost connection would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(RECORD_TABLE);
    const missing = missingMigrations(migrations, await readRecords(client));
    for (const migration of missing) await apply(client, migration);
    return missing.map((migration) => migration.name);
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** The names that this build has and the database has not; for readiness checks. Throws `MigrationError`. */
export const pendingMigrations = async (
  client: Pick<pg.Pool, 'query'>,
  directory = migrationsDirectory,
): Promise<string[]> => {
  const { rows } = await client.query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`);
  const records = z.tuple([z.object({ present: z.boolean() })]).parse(rows)[0].present
    ? await readRecords(client)
    : [];
  return missingMigrations(await readMigrations(directory), records).map((migration) => migration.name);
};

const RECORD_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" varchar(36) PRIMARY KEY NOT NULL,
  "checksum" varchar(64) NOT NULL,
  "finished_at" timestamptz,
  "migration_name" varchar(255) NOT NULL,
  "logs" text,
  "rolled_back_at" timestamptz,
  "started_at" timestamptz NOT NULL DEFAULT now(),
  "applied_steps_count" integer NOT NULL DEFAULT 0
)`;

const readMigrations = async (directory: string): Promise<Migration[]> => {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(path.join(directory, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

const recordsSchema = z.array(
  z.object({
    migration_name: z.string(),
    checksum: z.string(),
    finished_at: z.date().nullable(),
  }),
);
type MigrationRecord = z.infer<typeof recordsSchema>[number];

const readRecords = async (client: Pick<pg.Pool, 'query'>): Promise<MigrationRecord[]> => {
  const { rows } = await client.query(
    `SELECT migration_name, checksum, finished_at FROM "_prisma_migrations"
     WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`,
  );
  return recordsSchema.parse(rows);
};

const missingMigrations = (
  migrations: readonly Migration[],
  records: readonly MigrationRecord[],
): Migration[] => {
  for (const record of records) {
    const known = migrations.find((migration) => migration.name === record.migration_name);
    if (!known)
      throw new MigrationError(
        `the database has the migration ${record.migration_name}, which this version of Slipway does not know; start the newer version that applied it, or restore a backup`,
      );
    if (!record.finished_at)
      throw new MigrationError(
        `the migration ${record.migration_name} was started and not finished; mend the database and settle it with "prisma migrate resolve"`,
      );
    if (known.checksum !== record.checksum)
      throw new MigrationError(
        `the migration ${record.migration_name} was changed after it was applied; restore its file and put the change into a new migration`,
      );
  }
  const applied = new Set(records.map((record) => record.migration_name));
  return migrations.filter((migration) => !applied.has(migration.name));
};

const apply = async (client: pg.Client, migration: Migration): Promise<void> => {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
       VALUES ($1, $2, clock_timestamp(), $3, now(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(`the migration ${migration.name} failed and nothing of it was kept: ${reason}`, {
      cause,
    });
  }
};
