import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { putService } from '../service/put.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { listVersions } from './list.ts';
import { putVersion } from './put.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const body = { name: 'Shop', metrics: [{ name: 'errors', kind: 'errors' }] };
  await putService(operator(), { slug: 'shop', body });
  await putService(operator(), { slug: 'other', body });
});
afterAll(() => database.drop());

const operator = () => contextOf(database, 'operator');
const body = {
  digest: `sha256:${'a'.repeat(64)}`,
  commit: 'abcdef1',
  builtAt: '2026-11-23T12:00:00+02:00',
  schema: { oldest: 12, newest: 14 },
};
const put = (version: string, change: Record<string, unknown> = {}) =>
  putVersion(operator(), { service: 'shop', version, body: { ...body, ...change } });

test('a version is registered once, with who did it in view and ledger', async () => {
  const first = await put('1.0.0');
  expect(first).toMatchObject({
    created: true,
    value: {
      service: 'shop',
      version: '1.0.0',
      registeredBy: 'Ada',
      ...body,
      builtAt: '2026-11-23T10:00:00.000Z',
    },
  });
  expect(await put('1.0.0')).toEqual({ created: false, value: first.value });
  const entries = await ledgerOf(database, 'version:shop/1.0.0');
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ action: 'version.put', data: { after: { digest: body.digest } } });
});

test('the same moment in another time zone is the same body', async () => {
  await put('1.1.0');
  expect(await put('1.1.0', { builtAt: '2026-11-23T10:00:00Z' })).toMatchObject({ created: false });
});

test('another body for a registered version is a conflict that names the fields and shows what is there', async () => {
  const { value } = await put('1.2.0');
  const other = put('1.2.0', { commit: 'abcdef2', schema: undefined });
  expect(await refusalOf(other)).toMatchObject({
    code: 'conflict',
    reason: 'version-immutable',
    paths: ['commit', 'schema'],
    current: value,
  });
  expect(await put('1.2.0')).toEqual({ created: false, value });
});

test('of many that register a version at once one creates it', async () => {
  const puts = await Promise.all(Array.from({ length: 5 }, () => put('1.3.0')));
  expect(puts.filter(({ created }) => created)).toHaveLength(1);
});

test('versions are listed newest first, page by page, of one service only', async () => {
  const service = 'other';
  for (const version of ['1', '2', '3']) await putVersion(operator(), { service, version, body });
  const first = await listVersions(operator(), { service, limit: 2 });
  expect(first.items.map(({ version }) => version)).toEqual(['3', '2']);
  const second = await listVersions(operator(), { service, limit: 2, cursor: first.next ?? '' });
  expect(second.items.map(({ version }) => version)).toEqual(['1']);
  expect(second.next).toBeNull();
});

test('mistakes are refused by path, and an unknown service is not found', async () => {
  const wrong = put('1.4.0', { digest: 'abc', schema: { oldest: 3, newest: 2 } });
  expect((await refusalOf(wrong)).paths).toEqual(['digest', 'schema.oldest']);
  const lost = putVersion(operator(), { service: 'none', version: '1', body });
  expect(await refusalOf(lost)).toMatchObject({ code: 'not-found' });
  expect(await refusalOf(listVersions(operator(), { service: 'none' }))).toMatchObject({ code: 'not-found' });
});

test('a viewer may not register a version, and nothing is read to say so', async () => {
  const refused = putVersion(lockedOut(), { service: 'shop', version: '9', body });
  expect(await refusalOf(refused)).toMatchObject({ code: 'forbidden' });
});
