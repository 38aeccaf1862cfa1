import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { secretHash } from '../auth/secrets.ts';
import { findApiToken, findUserByEmail } from '../data/credentials.ts';
import { listLedger } from '../data/ledger.ts';
import { createBareDatabase, createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const program = path.join(import.meta.dirname, '../../agent/bin/slipway.mjs');

/** Runs the installed command line as a process of its own. */
const slipway = (args: string[], options: { env?: Record<string, string>; input?: string } = {}) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: {
        NODE_ENV: 'test',
        PATH: process.env.PATH ?? '',
        ...(options.env ?? { DATABASE_URL: database.url }),
      },
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('close', (code) =>
      resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    );
    child.stdin.end(options.input ?? '');
  });

test('a token is made, printed alone, listed without its secret and revoked', async () => {
  const made = await slipway(['token', 'create', '--name', 'ci', '--scopes', 'release:write, config:write']);
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^slw_[A-Za-z0-9_-]{43}\n$/) });
  const hash = secretHash(made.out.trim());
  const token = await findApiToken(database.pool, hash);
  expect(token).toMatchObject({ name: 'ci', scopes: ['release:write', 'config:write'] });
  const id = token?.id ?? '';
  const [entry] = await listLedger(database.pool, { subject: `token:${id}`, limit: 1 });
  expect(entry?.actor).toEqual({ kind: 'token', name: 'local administrator' });

  const listed = await slipway(['token', 'list', '--json']);
  expect(JSON.parse(listed.out)).toMatchObject({ items: [{ id, name: 'ci', revokedAt: null }] });
  expect(listed.out).not.toContain(made.out.trim());

  expect(await slipway(['token', 'revoke', id])).toMatchObject({ code: 0, out: 'Token ci is revoked\n' });
  expect(await findApiToken(database.pool, hash)).toBeNull();
  expect((await slipway(['token', 'list'])).out).toContain('revoked');
});

test('a token may end by itself', async () => {
  const args = ['token', 'create', '--name', 'week', '--scopes', 'admin', '--expires-in-days', '7', '--json'];
  const { out } = await slipway(args);
  const { expiresAt, token } = JSON.parse(out);
  expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 6 * 86_400_000);
  expect(token).toMatch(/^slw_/);
});

test('a person is made with the password of standard input, or with one that is printed', async () => {
  const args = (email: string) => ['user', 'create', '--email', email, '--name', 'Grace', '--role', 'viewer'];
  const given = await slipway([...args('a@example.org'), '--password-stdin'], {
    input: 'correct horse battery\n',
  });
  expect(given).toEqual({ code: 0, out: 'a@example.org is viewer\n', err: '' });
  const printed = await slipway(args('b@example.org'));
  expect(printed.out).toMatch(/Password \(shown this once\): \S{40,}/);
  expect(await findUserByEmail(database.pool, 'b@example.org')).toMatchObject({ role: 'viewer' });
  expect(await slipway(args('a@example.org'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('belongs to somebody'),
  });
});

test('wrong use ends with 2 and names the flag', async () => {
  const scope = await slipway(['token', 'create', '--name', 'ci', '--scopes', 'root']);
  expect(scope).toMatchObject({ code: 2, err: expect.stringContaining('--scopes') });
  const days = ['token', 'create', '--name', 'ci', '--scopes', 'admin', '--expires-in-days', 'soon'];
  expect(await slipway(days)).toMatchObject({ code: 2, err: expect.stringContaining('--expires-in-days') });
  expect(await slipway(['token', 'create', '--name', 'ci'])).toMatchObject({ code: 2 });
});

test('what cannot be done ends with 1 and says what to do', async () => {
  const unknown = await slipway(['token', 'revoke', 'nonsense']);
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('no token nonsense') });
  const directory = await mkdtemp(path.join(tmpdir(), 'slipway-cli-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const nowhere = await slipway(['token', 'list'], { env: { SLIPWAY_DATA_DIR: directory } });
  expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining('Start the server') });
  const bare = await createBareDatabase();
  onTestFinished(() => bare.drop());
  const early = await slipway(['token', 'list'], { env: { DATABASE_URL: bare.url } });
  expect(early).toMatchObject({ code: 1, err: expect.stringContaining('start the server once') });
});
