import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { getEnvironment } from './get.ts';
import { listEnvironments } from './list.ts';
import { putEnvironment } from './put.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const operator = () => contextOf(database, 'operator');
const body = { name: 'Production', tier: 'production', rank: 30 };

test('an environment is created, replaced and left alone, and the ledger has the two changes', async () => {
  const first = await putEnvironment(operator(), { slug: 'prod', body });
  expect(first).toMatchObject({
    created: true,
    value: { slug: 'prod', undoSeconds: 0, protection: { approvals: 0 }, clusters: [] },
  });
  const strict = { ...body, undoSeconds: 10, protection: { approvals: 2 } };
  const second = await putEnvironment(operator(), { slug: 'prod', body: strict });
  expect(second).toMatchObject({ created: false, value: strict });
  expect(await putEnvironment(operator(), { slug: 'prod', body: strict })).toEqual(second);
  expect(await getEnvironment(operator(), { slug: 'prod' })).toEqual(second.value);
  const entries = await ledgerOf(database, 'environment:prod');
  expect(entries.map(({ action, data }) => [action, data.before === null])).toEqual([
    ['environment.put', false],
    ['environment.put', true],
  ]);
});

test('environments are listed page by page', async () => {
  await putEnvironment(operator(), { slug: 'a', body });
  await putEnvironment(operator(), { slug: 'b', body });
  const page = await listEnvironments(operator(), { limit: 1 });
  expect(page.items.map(({ slug }) => slug)).toEqual(['a']);
  const next = await listEnvironments(operator(), { limit: 1, cursor: page.next ?? '' });
  expect(next.items.map(({ slug }) => slug)).toEqual(['b']);
});

test('a viewer may not write an environment, and nothing is read to say so', async () => {
  expect(await refusalOf(putEnvironment(lockedOut(), { slug: 'prod', body }))).toMatchObject({
    code: 'forbidden',
  });
});

test('a mistaken environment is refused with the path of each mistake', async () => {
  const wrong = { ...body, tier: 'prod', protection: { approvals: -1 } };
  expect((await refusalOf(putEnvironment(operator(), { slug: 'wrong', body: wrong }))).paths).toEqual([
    'tier',
    'protection.approvals',
  ]);
  expect(await refusalOf(getEnvironment(operator(), { slug: 'wrong' }))).toMatchObject({
    code: 'not-found',
  });
});
