import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReleaseFilters } from '../../client/queries.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import type { Actor } from '../../domain/release/types.ts';
import { contextOf, NOW, refusalOf } from '../testing/contexts.ts';
import { actOnRelease } from './act.ts';
import { exportReleases } from './export.ts';
import { listReleases } from './list.ts';
import { createReleaseWorld, type ReleaseWorld } from './testing/release-world.ts';

const GRACE: Actor = { kind: 'person', id: 'p-9', name: 'Grace Hopper', role: 'operator' };
const MINUTE = 60_000;

let database: TestDatabase;
let shop: ReleaseWorld;
let till: ReleaseWorld;
const ids: Record<string, string> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await createReleaseWorld(database, 'shop');
  till = await createReleaseWorld(database, 'till');
  ids.first = (await shop.start({ reason: 'Faster Basket 50 %_off' })).id;
  await shop.apply(ids.first);
  const grace = { ...contextOf(database, 'operator'), actor: GRACE, now: () => NOW + MINUTE };
  await actOnRelease(grace, { id: ids.first, action: 'rollback', reason: 'payments time out' });
  await shop.apply(ids.first, NOW + 2 * MINUTE);
  ids.second = (await shop.start({}, NOW + 3 * MINUTE)).id;
  await database.prisma.artifactVersion.create({
    data: { serviceId: till.serviceId, name: '2.0.0', digest: 'sha256:two', registeredBy: 'ci' },
  });
  ids.third = (await till.start({ version: '2.0.0' }, NOW + 4 * MINUTE)).id;
});
afterAll(() => database.drop());

const viewer = () => contextOf(database, 'viewer');
const find = async (filter: ReleaseFilters): Promise<string[]> => {
  const { items, total } = await listReleases(viewer(), filter);
  expect(total).toEqual({ count: items.length, exact: true });
  return items.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id) ?? id);
};
const time = (minutes: number) => new Date(NOW + minutes * MINUTE).toISOString();

describe('releases are found', () => {
  test.each<[string, ReleaseFilters, string[]]>([
    ['all of them, newest first', {}, ['third', 'second', 'first']],
    ['by service', { service: 'shop' }, ['second', 'first']],
    ['by a service that does not exist', { service: 'nobody' }, []],
    ['by environment', { environment: 'till-prod' }, ['third']],
    ['by version, whatever the service', { version: '2.0.0' }, ['third']],
    ['by the version of a service', { version: '2.0.0', service: 'shop' }, []],
    ['by plan', { plan: 'shop-canary' }, ['second', 'first']],
    ['by outcome', { outcome: 'rolled-back' }, ['first']],
    ['by not being over', { state: 'active' }, ['third', 'second']],
    ['by phase', { state: 'running' }, ['third', 'second']],
    ['by a phase that none is in', { state: 'paused' }, []],
    ['by being over', { state: 'finished' }, ['first']],
    ['by a contradiction', { state: 'active', outcome: 'released' }, []],
    ['by who acted, whatever the case', { person: 'grace hopper' }, ['first']],
    ['by half of a name not', { person: 'grace' }, []],
    ['from a time on, this time included', { from: time(3) }, ['third', 'second']],
    ['before a time, this time not included', { to: time(3) }, ['first']],
    ['by day, the last one whole', { from: '2026-11-23', to: '2026-11-23' }, ['third', 'second', 'first']],
    ['by a day on which nothing happened', { from: '2026-11-24' }, []],
    ['by words of the reason in any order', { q: 'basket FASTER' }, ['first']],
    ['by words of what was said later', { q: 'payments' }, ['first']],
    ['by words that do not all occur', { q: 'payments nowhere' }, []],
    ['by the name of the service and of who acted', { q: 'shop hopper' }, ['first']],
    ['by signs that mean something to the database', { q: '%_off' }, ['first']],
    ['by two letters where a word begins', { q: 'ti' }, ['third', 'first']],
    ['by two letters not within a word', { q: 'hi' }, []],
    ['by white space alone', { q: '   ' }, ['third', 'second', 'first']],
  ])('%s', async (_what, filter, expected) => {
    expect(await find(filter)).toEqual(expected);
  });

  test('by the beginning of their id, in either case', async () => {
    expect(await find({ q: ids.second?.slice(0, 8) ?? '' })).toEqual(['second']);
    expect(await find({ q: ids.second?.toUpperCase() ?? '' })).toEqual(['second']);
  });

  test('by the name that the service has now', async () => {
    await database.pool.query(`UPDATE service SET name = 'Emporium' WHERE slug = 'shop'`);
    expect(await find({ q: 'emporium' })).toEqual(['second', 'first']);
  });
});

describe('what cannot be meant is refused by its field and how to mend it', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['a beginning after the end', { from: time(2), to: time(1) }, 'from'],
    ['a time that is none', { from: 'yesterday' }, 'from'],
    ['a day that is none', { to: '2026-02-31' }, 'to'],
    ['an unknown outcome', { outcome: 'failed' }, 'outcome'],
    ['an unknown state', { state: 'done' }, 'state'],
    ['a version that cannot be', { version: 'a b' }, 'version'],
    ['nobody', { person: ' ' }, 'person'],
    ['a made up cursor', { cursor: 'newest' }, 'cursor'],
    [
      'a cursor of a time beyond all times',
      { cursor: Buffer.from(`9e99.${NOW}`).toString('base64url') },
      'cursor',
    ],
    ['a page of nothing', { limit: 0 }, 'limit'],
  ])('%s', async (_what, filter, path) => {
    expect(await refusalOf(listReleases(viewer(), filter))).toMatchObject({ code: 'invalid', paths: [path] });
  });
});

describe('what was found can be taken along', () => {
  const read = async (query: Record<string, unknown>) => {
    const { chunks, ...file } = exportReleases({ ...viewer(), now: () => NOW }, query);
    let text = '';
    for await (const chunk of chunks) text += chunk;
    return { ...file, text };
  };

  test('as CSV with a header, and the same filter as the list', async () => {
    const { name, type, text } = await read({ format: 'csv', service: 'shop' });
    expect([name, type]).toEqual(['releases-2026-11-23.csv', 'text/csv; charset=utf-8']);
    const lines = text.trimEnd().split('\r\n');
    expect(lines.map((line) => line.split(',')[0])).toEqual(['id', ids.second, ids.first]);
  });

  test('as one JSON value a line, as the list has them', async () => {
    const { text } = await read({ format: 'jsonl' });
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toEqual((await listReleases(viewer(), {})).items);
  });

  test('as an empty file when nothing fits', async () => {
    expect((await read({ format: 'jsonl', service: 'nobody' })).text).toBe('');
  });

  test('not in a format that is unknown, nor with a filter that cannot be', async () => {
    expect(await refusalOf(read({ format: 'xls' }))).toMatchObject({ paths: ['format'] });
    expect(await refusalOf(read({ format: 'csv', from: time(2), to: time(1) }))).toMatchObject({
      paths: ['from'],
    });
    expect(await refusalOf(read({ format: 'csv', cursor: 'x' }))).toMatchObject({ code: 'invalid' });
  });
});
