import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretHash } from '../../auth/secrets.ts';
import { findApiToken } from '../../data/credentials.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { createToken } from './create.ts';
import { listTokens } from './list.ts';
import { revokeToken } from './revoke.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const administrator = () => contextOf(database, 'administrator');
const find = (token: string) => findApiToken(database.pool, secretHash(token));

test('a token is shown once, found by its hash with its scopes, and nowhere kept', async () => {
  const made = await createToken(administrator(), { name: 'ci', scopes: ['release:write', 'config:write'] });
  expect(made).toMatchObject({ token: expect.stringMatching(/^slw_[A-Za-z0-9_-]{43}$/), expiresAt: null });
  expect(await find(made.token)).toEqual({
    id: made.id,
    name: 'ci',
    createdBy: 'p-1',
    scopes: ['release:write', 'config:write'],
  });
  const { items } = await listTokens(administrator());
  expect(items[0]).toMatchObject({ id: made.id, name: 'ci', createdBy: 'Ada', revokedAt: null });
  const entries = await ledgerOf(database, `token:${made.id}`);
  expect(entries).toMatchObject([{ action: 'token.create', data: { after: { name: 'ci' } } }]);
  const everything = JSON.stringify([items, entries]);
  expect(everything).not.toContain(made.token);
  expect(everything).not.toContain(secretHash(made.token));
});

test('a token ends on its day', async () => {
  const made = await createToken(administrator(), { name: 'short', scopes: ['admin'], expiresInDays: 1 });
  expect(await find(made.token)).not.toBeNull();
  await database.pool.query(`UPDATE api_token SET expires_at = expires_at - interval '1 day' WHERE id = $1`, [
    made.id,
  ]);
  expect(await find(made.token)).toBeNull();
});

test('a revoked token is worthless at once and for good, with one entry in the ledger', async () => {
  const made = await createToken(administrator(), { name: 'gone', scopes: ['release:read'] });
  const revoked = await revokeToken(administrator(), { id: made.id });
  expect(revoked.revokedAt).not.toBeNull();
  expect(await find(made.token)).toBeNull();
  expect(await revokeToken(administrator(), { id: made.id })).toEqual(revoked);
  const entries = await ledgerOf(database, `token:${made.id}`);
  expect(entries.map(({ action }) => action)).toEqual(['token.revoke', 'token.create']);
});

test('an unknown token cannot be revoked, and mistakes are named by path', async () => {
  for (const id of ['nonsense', '00000000-0000-4000-8000-000000000000'])
    expect(await refusalOf(revokeToken(administrator(), { id }))).toMatchObject({ code: 'not-found' });
  const wrong = JSON.parse('{"name": "", "scopes": ["release:write", "root"]}');
  expect((await refusalOf(createToken(administrator(), wrong))).paths).toEqual(['name', 'scopes[1]']);
});

test('only administrators manage tokens, and nothing is read to say so', async () => {
  const id = '00000000-0000-4000-8000-000000000000';
  for (const role of ['viewer', 'operator', 'approver'] as const) {
    const ctx = { ...lockedOut(), actor: contextOf(database, role).actor };
    for (const work of [
      createToken(ctx, { name: 'x', scopes: ['admin'] }),
      listTokens(ctx),
      revokeToken(ctx, { id }),
    ])
      expect(await refusalOf(work)).toMatchObject({ code: 'forbidden' });
  }
});

test('tokens are listed page by page, the newest first', async () => {
  const all = await listTokens(administrator());
  const first = await listTokens(administrator(), { limit: 1 });
  const second = await listTokens(administrator(), { limit: 1, cursor: first.next ?? '' });
  expect([...first.items, ...second.items]).toEqual(all.items.slice(0, 2));
});
