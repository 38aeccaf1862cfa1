import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, migrationsDirectory, pendingMigrations } from './migrate.ts';
import { createBareDatabase } from './testing/test-database.ts';

let database: Awaited<ReturnType<typeof createBareDatabase>>;
let directory: string;

beforeEach(async () => {
  database = await createBareDatabase();
  directory = await mkdtemp(path.join(tmpdir(), 'slipway-migrations-'));
});
afterEach(async () => {
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

const write = async (name: string, sql: string) => {
  await mkdir(path.join(directory, name), { recursive: true });
  await writeFile(path.join(directory, name, 'migration.sql'), sql);
};

const query = async (sql: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

test('a second run has nothing to do', async () => {
  const first = await migrate(database.url);
  expect(first).toContain('20261123000000_foundation');
  expect(await migrate(database.url)).toEqual([]);
});

test('of ten servers that start at once exactly one applies each migration', async () => {
  const runs = await Promise.all(Array.from({ length: 10 }, () => migrate(database.url)));
  const expected = await query('SELECT migration_name FROM _prisma_migrations ORDER BY 1');
  expect(runs.flat().sort()).toEqual(expected.map((row) => row.migration_name));
});

test('what was applied is recorded as Prisma records it', async () => {
  await write('1_one', 'CREATE TABLE one (id integer)');
  await migrate(database.url, directory);
  const [row] = await query('SELECT * FROM _prisma_migrations');
  expect(row).toMatchObject({
    migration_name: '1_one',
    applied_steps_count: 1,
    rolled_back_at: null,
    logs: null,
  });
  expect(row?.checksum).toMatch(/^[0-9a-f]{64}$/);
  expect(row?.finished_at).toBeInstanceOf(Date);
});

test('migrations are applied in the order of their names, each seeing the one before', async () => {
  await write('2_two', 'ALTER TABLE one ADD COLUMN two integer');
  await write('1_one', 'CREATE TABLE one (id integer)');
  expect(await migrate(database.url, directory)).toEqual(['1_one', '2_two']);
});

test('a migration that was changed after it was applied is refused', async () => {
  await write('1_one', 'CREATE TABLE one (id integer)');
  await migrate(database.url, directory);
  await write('1_one', 'CREATE TABLE one (id bigint)');
  await expect(migrate(database.url, directory)).rejects.toThrow(/1_one was changed after it was applied/);
});

test('a database that is newer than the program is refused', async () => {
  await cp(migrationsDirectory, directory, { recursive: true });
  await write('29990101000000_later', 'CREATE TABLE later (id integer)');
  await migrate(database.url, directory);
  await expect(migrate(database.url)).rejects.toThrow(
    /29990101000000_later, which this version .* does not know/,
  );
});

test('a migration that fails leaves nothing behind, keeps the ones before it, and can be mended', async () => {
  await write('1_one', 'CREATE TABLE one (id integer)');
  await write('2_two', 'CREATE TABLE two (id integer); SELECT 1 / 0;');
  await expect(migrate(database.url, directory)).rejects.toThrow(
    /2_two failed and nothing of it was kept: division/,
  );
  expect(
    await query(`SELECT to_regclass('one') IS NOT NULL AS one, to_regclass('two') IS NULL AS no_two`),
  ).toEqual([{ one: true, no_two: true }]);
  await write('2_two', 'CREATE TABLE two (id integer)');
  expect(await migrate(database.url, directory)).toEqual(['2_two']);
});

test('a migration that another tool began and did not finish is refused', async () => {
  await write('1_one', 'CREATE TABLE one (id integer)');
  await migrate(database.url, directory);
  await query('UPDATE _prisma_migrations SET finished_at = NULL');
  await expect(migrate(database.url, directory)).rejects.toThrow(/started and not finished/);
});

test('what is still to be applied is named before and not after', async () => {
  const pool = new pg.Pool({ connectionString: database.url });
  const before = await pendingMigrations(pool);
  await migrate(database.url);
  const after = await pendingMigrations(pool);
  await pool.end();
  expect(before).toContain('20261123000000_foundation');
  expect(after).toEqual([]);
});
