import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyLedger } from '../../data/ledger.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { putEnvironment } from '../environment/put.ts';
import { contextOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { listLedger } from './list.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const slug of ['a', 'b', 'c'])
    await putEnvironment(contextOf(database, 'operator'), {
      slug,
      body: { name: slug, tier: 'testing', rank: 1 },
    });
});
afterAll(() => database.drop());

const viewer = () => contextOf(database, 'viewer');

test('the ledger is read newest first, page by page, as one chain that holds', async () => {
  const first = await listLedger(viewer(), { limit: 2 });
  expect(first.items.map(({ subject }) => subject)).toEqual(['environment:c', 'environment:b']);
  const second = await listLedger(viewer(), { limit: 2, cursor: first.next ?? '' });
  expect(second).toMatchObject({ items: [{ subject: 'environment:a', sequence: 1 }], next: null });
  expect(first.items[1]?.previousHash).toBe(second.items[0]?.hash);
  expect(await verifyLedger(database.pool)).toMatchObject({ intact: true, length: 3 });
});

test('the ledger of one subject holds nothing of others', async () => {
  const { items } = await listLedger(viewer(), { subject: 'environment:b' });
  expect(items.map(({ subject }) => subject)).toEqual(['environment:b']);
});

test('an agent reads no ledger, and nothing is read to say so', async () => {
  const agent = { ...lockedOut(), actor: { kind: 'agent' as const, id: 'a', name: 'eu-west' } };
  expect(await refusalOf(listLedger(agent))).toMatchObject({ code: 'forbidden' });
});
