import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findPostmaster } from './embedded/postmaster.ts';
import { type EmbeddedDatabase, findEmbedded, startEmbedded } from './embedded.ts';

let directory: string;
const started: EmbeddedDatabase[] = [];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'slipway-embedded-'));
  await chmod(directory, 0o711);
});
afterEach(async () => {
  for (const database of started.splice(0)) await database.stop();
  await rm(directory, { recursive: true, force: true });
});

const start = async (durable = false) => {
  const database = await startEmbedded({ directory, durable });
  started.push(database);
  return database;
};

const query = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

const dataDirectory = () => path.join(directory, 'postgres/data');

test('data outlives a stop and a second start', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  const second = await start();
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

test('a second start on a running database joins it instead of starting another', async () => {
  const first = await start();
  const second = await start();
  expect(second.url).toBe(first.url);
});

test('two first starts at the same moment end up on one database', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  expect(two.url).toBe(one.url);
});

test('a database whose owner lives in another process is not stopped from here', async () => {
  const mine = await start();
  const file = path.join(directory, 'postgres.json');
  const record = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...record, ownerPid: process.ppid }));
  const joined = await start();
  await joined.stop();
  expect(joined.owned).toBe(false);
  expect(await query(mine.url, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  await writeFile(file, JSON.stringify(record));
});

test('a database whose owner died is taken over and can be stopped', async () => {
  await start();
  const file = path.join(directory, 'postgres.json');
  const record = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...record, ownerPid: 2 ** 22 + 1 }));
  const heir = await start();
  expect(heir.owned).toBe(true);
  await heir.stop();
  expect(await findPostmaster(dataDirectory())).toBeNull();
});

test('a server killed without warning starts again with what was committed', async () => {
  const first = await start(true);
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const postmaster = await findPostmaster(dataDirectory());
  const gone = query(first.url, 'SELECT pg_sleep(60)').catch(() => 'gone');
  if (postmaster) process.kill(postmaster.pid, 'SIGKILL');
  expect(await gone).toBe('gone');
  const second = await start(true);
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

test('a process that ends without a stop leaves no server behind', async () => {
  const script = `
    import { startEmbedded } from ${JSON.stringify(path.join(import.meta.dirname, 'embedded.ts'))};
    const database = await startEmbedded({ directory: ${JSON.stringify(directory)}, durable: false });
    if (database.owned) throw new Error('nobody catches this');`;
  const run = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(run.stderr).toContain('nobody catches this');
  await vi.waitFor(async () => expect(await findPostmaster(dataDirectory())).toBeNull(), { timeout: 20_000 });
});

test('a lock file whose process id now belongs to another program does not keep the database from starting', async () => {
  const first = await start();
  const lock = path.join(dataDirectory(), 'postmaster.pid');
  const text = await readFile(lock, 'utf8');
  await first.stop();
  await writeFile(lock, text.replace(/^\d+/, String(process.pid)));
  const second = await start();
  expect(await query(second.url, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
});

test('another process on this host finds the database while it runs and not after', async () => {
  const database = await start();
  expect(await findEmbedded(directory)).toBe(database.url);
  await database.stop();
  expect(await findEmbedded(directory)).toBeNull();
});

test('the address and the password are readable by the owner alone', async () => {
  await start();
  for (const name of ['postgres.json', 'postgres.password'])
    expect((await stat(path.join(directory, name))).mode & 0o777).toBe(0o600);
});

test('text is stored as UTF-8 and compared beyond ASCII whatever the locale of the host is', async () => {
  const database = await start();
  expect(
    await query(database.url, `SELECT 'ÄRGER' ILIKE 'ärger' AS same, getdatabaseencoding() AS encoding`),
  ).toEqual([{ same: true, encoding: 'UTF8' }]);
});
