import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Database, openDatabase, withTransaction } from './database.ts';
import { type EmbeddedDatabase, startEmbedded } from './embedded.ts';
import { isConnectionError } from './errors.ts';
import { type Listener, listen } from './listen.ts';
import { migrate } from './migrate.ts';
import { type Notice, notify } from './notify.ts';

/** A server of its own: it is crashed on purpose, and the shared one serves other tests at the same time. */
let directory: string;
let server: EmbeddedDatabase;
let database: Database;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'slipway-survival-'));
  await chmod(directory, 0o711);
  server = await startEmbedded({ directory });
  await migrate(server.url);
  database = openDatabase(server.url);
});
afterAll(async () => {
  await database.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Kills one server process: PostgreSQL throws everybody out, replays its log and opens again on the same port. */
const crash = async (): Promise<void> => {
  const { rows } = await database.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  if (rows[0]) process.kill(rows[0].pid, 'SIGKILL');
};

const answers = () => vi.waitFor(() => database.pool.query('SELECT 1'), { timeout: 20_000, interval: 50 });

test('a transaction that loses its database fails as a connection error and the pool goes on', async () => {
  const broken = withTransaction(database.pool, async (client) => {
    await client.query('SELECT 1');
    await crash();
    await client.query('SELECT pg_sleep(30)');
  });
  const error = await broken.catch((reason: unknown) => reason);
  expect(isConnectionError(error)).toBe(true);
  await answers();
  expect(await withTransaction(database.pool, async () => 'works')).toBe('works');
});

test('a checked-out client without a query survives, and Prisma goes on', async () => {
  const client = await database.pool.connect();
  const lost = new Promise((resolve) => client.once('error', resolve));
  await crash();
  expect(await lost).toBeInstanceOf(Error);
  client.release(true);
  await answers();
  expect(await database.prisma.service.count()).toBe(0);
});

test('the listener says that it is deaf, comes back by itself, and asks for a look at the rows', async () => {
  const heard: Notice[] = [];
  let connections = 0;
  const listener: Listener = listen({
    url: server.url,
    onNotice: (notice) => heard.push(notice),
    onConnected: () => {
      connections += 1;
    },
  });
  await vi.waitFor(() => expect(listener.ready()).toBe(true), { timeout: 10_000 });
  await crash();
  await vi.waitFor(() => expect(listener.ready()).toBe(false), { timeout: 10_000, interval: 5 });
  await answers();
  await vi.waitFor(() => expect(connections).toBe(2), { timeout: 20_000 });
  const notice: Notice = { kind: 'config', noun: 'plan', slug: 'shop' };
  await notify(database.pool, [notice]);
  await vi.waitFor(() => expect(heard).toEqual([notice]), { timeout: 10_000 });
  await listener.close();
  expect(listener.ready()).toBe(false);
});

test('a handler that throws or rejects, or a notice that makes no sense, stops nobody', async () => {
  const heard: string[] = [];
  const listener = listen({
    url: server.url,
    onNotice: (notice) => {
      heard.push(notice.kind);
      if (notice.kind === 'agent') throw new Error('thrown');
      return Promise.reject(new Error('rejected'));
    },
  });
  await vi.waitFor(() => expect(listener.ready()).toBe(true), { timeout: 10_000 });
  await database.pool.query(`SELECT pg_notify('slipway', 'nonsense')`);
  const id = '0b5d8f8e-6d0f-4c46-9d3c-0d7b0f0e0a11';
  await notify(database.pool, [
    { kind: 'agent', id },
    { kind: 'revoked', agent: id },
    { kind: 'outbox', target: id },
  ]);
  await vi.waitFor(() => expect(heard).toEqual(['agent', 'revoked', 'outbox']), { timeout: 10_000 });
  await listener.close();
});
