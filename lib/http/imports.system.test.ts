import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { getDatabase } from '../data/database.ts';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
import { dispatcher } from './dispatch.ts';

let database: TestDatabase;
let url: string;
const TOKEN = 'bootstrap-token-of-at-least-32-characters';
const server = createServer(
  dispatcher({
    readiness: async () => ({ ready: true, parts: {} }),
    pages: () => Promise.reject(new Error('no pages here')),
  }),
);

beforeAll(async () => {
  database = await createTestDatabase();
  process.env.DATABASE_URL = database.url;
  process.env.SLIPWAY_BOOTSTRAP_TOKEN = TOKEN;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await getDatabase().close();
  await database.drop();
});

const program = path.join(import.meta.dirname, '../../agent/bin/slipway.mjs');

const slipway = (...args: string[]) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, [program, ...args, '--server', url, '--token', TOKEN], {
      env: { NODE_ENV: 'test', PATH: process.env.PATH ?? '' },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });

const commits = (...rows: string[]): string =>
  ['sha,parents,authored_at,services,pr', ...rows, ''].join('\n');

const directoryWith = async (text: string): Promise<string> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'slipway-import-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(path.join(directory, 'commits.csv'), text);
  return directory;
};

test('the command line sends files larger than a JSON body may be, tries them, stores them and knows them again', async () => {
  const rows = Array.from(
    { length: 6_000 },
    (_, n) => `sha-${n},,2026-03-01T10:10:00Z,"a-service and-another",`,
  );
  const directory = await directoryWith(commits(...rows));
  const tried = await slipway('import', directory, '--dry-run');
  expect(tried).toMatchObject({ code: 0, out: expect.stringContaining('6000 added') });
  expect(tried.out).toContain('dry run');
  const stored = await slipway('import', directory, '--json');
  expect(JSON.parse(stored.out)).toMatchObject({ stored: true, commits: { added: 6_000, unchanged: 0 } });
  const again = await slipway('import', directory);
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('6000 unchanged') });
  const asked = await slipway('import', await directoryWith(commits('sha-1,,yesterday,,')));
  expect(asked).toMatchObject({ code: 1, err: expect.stringContaining('commits.csv:2, authored_at') });
  expect(await slipway('import', '/nowhere/at/all')).toMatchObject({ code: 2 });
}, 120_000);

const post = (type: string, body: string) =>
  fetch(`${url}/api/v1/imports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': type },
    body,
  });

test('any client may send a form; what is no form, or no file of ours, is refused in words', async () => {
  const form = new FormData();
  form.append('commits', new Blob([commits('from-a-form,,2026-03-01T10:10:00Z,,')]), 'whatever.csv');
  const headers = { authorization: `Bearer ${TOKEN}` };
  const sent = await fetch(`${url}/api/v1/imports`, { method: 'POST', headers, body: form });
  expect(await sent.json()).toMatchObject({ stored: true, commits: { added: 1 } });
  expect((await post('application/json', '{}')).status).toBe(415);
  const other = new FormData();
  other.append('people', new Blob(['x']), 'people.csv');
  const refused = await fetch(`${url}/api/v1/imports`, { method: 'POST', headers, body: other });
  expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('people') });
  expect((await fetch(`${url}/api/v1/imports`, { method: 'POST', body: form })).status).toBe(401);
});

test('a sender who breaks off leaves nothing behind and holds nothing up', async () => {
  const sending = request(`${url}/api/v1/imports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'multipart/form-data; boundary=x' },
  });
  sending.on('error', () => undefined);
  sending.write(
    `--x\r\ncontent-disposition: form-data; name="commits"; filename="commits.csv"\r\n\r\n${commits('half,,2026-03-01T10:10:00Z,,')}`,
  );
  const inside = async () =>
    (
      await database.pool.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'",
      )
    ).rows.length;
  await expect.poll(inside, { timeout: 15_000 }).toBe(1);
  sending.destroy();
  await expect.poll(inside, { timeout: 15_000 }).toBe(0);
  expect((await database.pool.query("SELECT 1 FROM source_commit WHERE sha = 'half'")).rows).toEqual([]);
});
