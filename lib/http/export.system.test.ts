import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedHistory } from '../../bench/history/fill.ts';
import { secretHash } from '../auth/secrets.ts';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
import { publishEnv } from '../env.ts';
import { dispatcher } from './dispatch.ts';

const TOKEN = 'slw_a-token-of-this-test';
const authorization = `Bearer ${TOKEN}`;
let database: TestDatabase;
let http: Server;
let url = '';

beforeAll(async () => {
  database = await createTestDatabase();
  publishEnv({ databaseUrl: database.url, sessionSecret: 'a secret of this test, long enough' });
  await database.prisma.apiToken.create({
    data: { name: 'test', hash: secretHash(TOKEN), scopes: ['release:read'], createdBy: 'test' },
  });
  const seed = { releases: 1_300, samples: 0, days: 30, now: Date.now(), say: () => undefined, force: false };
  await seedHistory(database.pool, seed);
  http = createServer(
    dispatcher({
      readiness: async () => ({ ready: true, parts: {} }),
      pages: async () => async (_request, response) => void response.writeHead(404).end(),
    }),
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address record, never a path.
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/v1/releases/export`;
});
afterAll(async () => {
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
  await database.drop();
});

test('a file of many pages comes whole, in order and without doubles', async () => {
  const response = await fetch(`${url}?format=csv`, { headers: { authorization } });
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="releases-.*\.csv"$/);
  const lines = (await response.text()).trimEnd().split('\r\n').slice(1);
  const starts = lines.map((line) => /,(\d{4}-\d\d-\d\dT[^,]+),/.exec(line)?.[1] ?? '');
  expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(1_300);
  expect(starts).toEqual(starts.toSorted().reverse());
});

test('a reader who leaves in the middle leaves no connection to the database behind', async () => {
  for (let round = 0; round < 20; round++) {
    const leaving = new AbortController();
    const response = await fetch(`${url}?format=jsonl`, {
      headers: { authorization },
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    leaving.abort();
  }
  const whole = await fetch(`${url}?format=jsonl`, { headers: { authorization } });
  expect((await whole.text()).trimEnd().split('\n')).toHaveLength(1_300);
});

test('what is wrong is a problem by its field, not a file', async () => {
  const response = await fetch(`${url}?format=xlsx`, { headers: { authorization } });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ errors: [{ path: 'format', message: 'use csv or jsonl' }] });
  expect((await fetch(`${url}?format=csv`)).status).toBe(401);
});
