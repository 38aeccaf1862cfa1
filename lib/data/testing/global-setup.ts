/** Starts one throw-away PostgreSQL for the `system` tests and migrates the database every test copies. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../embedded.ts';
import { migrate } from '../migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The migrated database that `createTestDatabase` copies; nothing may connect to it. */
    templateUrl: string;
  }
}

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'slipway-test-'));
  await chmod(directory, 0o711);
  const server = await startEmbedded({ directory, durable: false });
  await migrate(server.url);
  await forbidConnections(server.url);
  project.provide('templateUrl', server.url);
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
};

/** A database can be copied only while nobody is connected to it. */
const forbidConnections = async (url: string): Promise<void> => {
  const template = new URL(url).pathname.slice(1);
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  await client.query(`ALTER DATABASE "${template}" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  await client.end();
};
