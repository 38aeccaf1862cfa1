import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../database.ts';

export type TestDatabase = Database & { url: string; drop(): Promise<void> };

/** A migrated, empty database of the calling test's own; `drop` closes and removes it. */
export const createTestDatabase = async (): Promise<TestDatabase> => {
  const template = new URL(inject('templateUrl'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(template, `CREATE DATABASE "${name}" TEMPLATE "${template.pathname.slice(1)}"`);
  const url = new URL(template);
  url.pathname = `/${name}`;
  const database = openDatabase(url.href);
  return {
    ...database,
    url: url.href,
    drop: async () => {
      await database.close();
      await asAdmin(template, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    },
  };
};

/** An empty database without any table, for tests of the migrator. */
export const createBareDatabase = async (): Promise<{ url: string; drop(): Promise<void> }> => {
  const admin = new URL(inject('templateUrl'));
  const name = `bare_${randomBytes(6).toString('hex')}`;
  await asAdmin(admin, `CREATE DATABASE "${name}" TEMPLATE template0`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => asAdmin(admin, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
  };
};

const asAdmin = async (server: URL, sql: string): Promise<void> => {
  const url = new URL(server);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};
