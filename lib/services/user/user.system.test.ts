import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyPassword } from '../../auth/password.ts';
import { findUserByEmail } from '../../data/credentials.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { createUser } from './create.ts';
import { listUsers } from './list.ts';
import { setRole } from './set-role.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const administrator = () => contextOf(database, 'administrator');
const password = 'correct horse battery';
const create = (email: string, role: 'viewer' | 'administrator' = 'viewer') =>
  createUser(administrator(), { email, name: 'Grace', role, password });

test('a person is made with a password that lets them in and that nobody can read', async () => {
  const user = await create('Grace@Example.org');
  expect(user).toMatchObject({ email: 'grace@example.org', role: 'viewer', password: true, disabled: false });
  const known = await findUserByEmail(database.pool, 'grace@example.org');
  expect(known?.passwordHash).not.toContain(password);
  expect(await verifyPassword(known?.passwordHash ?? null, password)).toBe(true);
  const entries = await ledgerOf(database, `user:${user.id}`);
  expect(entries).toMatchObject([{ action: 'user.create', data: { after: { email: 'grace@example.org' } } }]);
  expect(JSON.stringify(entries)).not.toContain(password);
});

test('an address belongs to one person', async () => {
  await create('twice@example.org');
  expect(await refusalOf(create('TWICE@example.org'))).toMatchObject({ code: 'conflict', paths: ['email'] });
});

test('a role changes, with both in the ledger, and the last administrator keeps theirs', async () => {
  const first = await create('first@example.org', 'administrator');
  const second = await create('second@example.org', 'administrator');
  const demoted = await Promise.allSettled(
    [first, second].map(({ id }) => setRole(administrator(), { id, role: 'viewer' })),
  );
  expect(demoted.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const { items } = await listUsers(administrator());
  const left = items.filter(({ role }) => role === 'administrator');
  expect(left).toHaveLength(1);
  const id = left[0]?.id ?? '';
  expect(await refusalOf(setRole(administrator(), { id, role: 'operator' }))).toMatchObject({
    code: 'refused',
    reason: 'last-administrator',
  });
  const other = id === first.id ? second.id : first.id;
  expect((await ledgerOf(database, `user:${other}`))[0]).toMatchObject({
    action: 'user.set-role',
    data: { before: { role: 'administrator' }, after: { role: 'viewer' } },
  });
});

test('mistakes are named by path, and unknown people are not found', async () => {
  const short = createUser(administrator(), {
    email: 'nobody',
    name: 'N',
    role: 'viewer',
    password: 'short',
  });
  expect((await refusalOf(short)).paths).toEqual(['email', 'password']);
  const id = '00000000-0000-4000-8000-000000000000';
  expect(await refusalOf(setRole(administrator(), { id, role: 'viewer' }))).toMatchObject({
    code: 'not-found',
  });
  expect((await refusalOf(setRole(administrator(), { id, role: 'king' }))).paths).toEqual(['role']);
});

test('only administrators manage people, and nothing is read to say so', async () => {
  for (const role of ['viewer', 'operator', 'approver'] as const) {
    const ctx = { ...lockedOut(), actor: contextOf(database, role).actor };
    const works = [
      createUser(ctx, { email: 'x@example.org', name: 'X', role: 'viewer' }),
      listUsers(ctx),
      setRole(ctx, { id: '00000000-0000-4000-8000-000000000000', role: 'administrator' }),
    ];
    for (const work of works) expect(await refusalOf(work)).toMatchObject({ code: 'forbidden' });
  }
});
