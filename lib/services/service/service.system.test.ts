import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withTransaction } from '../../data/database.ts';
import { createWorld, startRelease } from '../../data/testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { getService } from './get.ts';
import { listServices } from './list.ts';
import { putService } from './put.ts';

let database: TestDatabase;
let count = 0;
let slug = '';

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => {
  count += 1;
  slug = `service-${count}`;
});

const body = {
  name: 'Shop',
  owners: ['team-shop'],
  repository: 'https://example.org/shop',
  metrics: [
    { name: 'errors', kind: 'errors' },
    { name: 'orders', kind: 'rate' },
  ],
};
const operator = () => contextOf(database, 'operator');

describe('a service', () => {
  test('is created by its first document, and each metric gets the direction of its kind', async () => {
    const put = await putService(operator(), { slug, body });
    expect(put.created).toBe(true);
    expect(put.value).toMatchObject({
      slug,
      name: 'Shop',
      owners: ['team-shop'],
      versions: [],
      targets: 0,
      metrics: [
        { name: 'errors', direction: 'lower-is-better' },
        { name: 'orders', direction: 'higher-is-better' },
      ],
    });
    expect(await getService(operator(), { slug })).toEqual(put.value);
  });

  test('is replaced by a later document, and the ledger keeps both', async () => {
    await putService(operator(), { slug, body });
    const put = await putService(operator(), { slug, body: { ...body, name: 'The shop', tier: '1' } });
    expect(put.created).toBe(false);
    expect(put.value).toMatchObject({ name: 'The shop', tier: '1' });
    const [newest, first] = await ledgerOf(database, `service:${slug}`);
    expect(newest).toMatchObject({
      action: 'service.put',
      actor: { kind: 'person', name: 'Ada' },
      requestId: 'request-1',
      data: { before: { name: 'Shop' }, after: { name: 'The shop', tier: '1' } },
    });
    expect(first?.data.before).toBeNull();
  });

  test('is left alone, and the ledger too, by the document it already has', async () => {
    const first = await putService(operator(), { slug, body });
    const second = await putService(operator(), { slug, body });
    expect(second).toEqual({ created: false, value: first.value });
    expect(await ledgerOf(database, `service:${slug}`)).toHaveLength(1);
  });

  test('is created once when many declare it at the same moment', async () => {
    const puts = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        putService(operator(), { slug, body: { ...body, tier: String(index) } }),
      ),
    );
    expect(puts.filter(({ created }) => created)).toHaveLength(1);
    const entries = await ledgerOf(database, `service:${slug}`);
    expect(entries.filter(({ data }) => data.before === null)).toHaveLength(1);
    expect(entries).toHaveLength(6);
  });

  test('is not for a viewer to write, and nothing is read to say so', async () => {
    expect(await refusalOf(putService(lockedOut(), { slug, body }))).toMatchObject({ code: 'forbidden' });
  });

  test('is refused with the path of what is wrong', async () => {
    const wrong = { ...body, metrics: [{ name: 'Errors', kind: 'errors' }] };
    expect((await refusalOf(putService(operator(), { slug, body: wrong }))).paths).toEqual([
      'metrics[0].name',
    ]);
    const twice = { ...body, metrics: [...body.metrics, { name: 'errors', kind: 'count' }] };
    expect((await refusalOf(putService(operator(), { slug, body: twice }))).paths).toEqual([
      'metrics[2].name',
    ]);
  });

  test('that nobody declared is not found', async () => {
    expect(await refusalOf(getService(operator(), { slug }))).toMatchObject({ code: 'not-found' });
  });

  test('keeps its metrics while a release is judged by them, not its name', async () => {
    const world = await createWorld(database, slug);
    await startRelease(database, world);
    const metrics = [{ name: 'errors', kind: 'errors' as const }];
    await withTransaction(database.pool, (client) =>
      client.query('UPDATE service SET metrics = $2 WHERE slug = $1', [
        slug,
        JSON.stringify([{ ...metrics[0], direction: 'lower-is-better' }]),
      ]),
    );
    expect(await putService(operator(), { slug, body: { name: 'New name', metrics } })).toMatchObject({
      created: false,
      value: { name: 'New name' },
    });
    expect(await refusalOf(putService(operator(), { slug, body }))).toMatchObject({
      code: 'conflict',
      reason: 'release-active',
    });
  });

  test('names the version in charge and the running release of each environment', async () => {
    const world = await createWorld(database, slug);
    const at = { environment: `${slug}-prod` };
    expect((await getService(operator(), { slug })).versions).toEqual([
      { ...at, version: null, activeRelease: null },
    ]);
    const id = await startRelease(database, world);
    await database.pool.query('INSERT INTO target_state (target_id, baseline_version_id) VALUES ($1, $2)', [
      world.targetId,
      world.baselineVersionId,
    ]);
    const service = await getService(operator(), { slug });
    expect(service.versions).toEqual([{ ...at, version: '1.0.0', activeRelease: id }]);
    expect(service.targets).toBe(1);
  });

  test('is listed page by page in the order of the slugs', async () => {
    await Promise.all(['a', 'b', 'c'].map((letter) => putService(operator(), { slug: `0-${letter}`, body })));
    const first = await listServices(operator(), { limit: 2 });
    expect(first.items.map((service) => service.slug)).toEqual(['0-a', '0-b']);
    const second = await listServices(operator(), { limit: 1, cursor: first.next ?? '' });
    expect(second.items.map((service) => service.slug)).toEqual(['0-c']);
    const all = await listServices(operator());
    expect(all.next).toBeNull();
  });
});
