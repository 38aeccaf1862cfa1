import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { contextOf, refusalOf } from '../testing/contexts.ts';
import { actOnRelease } from './act.ts';
import { listReleaseEvents } from './events.ts';
import { listReleases } from './list.ts';
import { createReleaseWorld } from './testing/release-world.ts';

let database: TestDatabase;
let worlds = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const operator = () => contextOf(database, 'operator');
const startWorld = async () => {
  const world = await createReleaseWorld(database, `shop-${++worlds}`);
  return { ...world, id: (await world.start()).id };
};
const kept = [
  ['NUL', 'before \0 after'],
  ['the first half of a character', 'before \ud83d after'],
  ['the second half of a character', 'before \udc00 after'],
] as const;

test.each(kept)('a reason with %s is refused by its field before anything is written', async (_, reason) => {
  const world = await createReleaseWorld(database, `shop-${++worlds}`);
  expect(await refusalOf(world.start({ reason }))).toMatchObject({ code: 'invalid', paths: ['reason'] });
  const { id } = await world.start({ reason: 'a whole character: 😀' });
  const act = actOnRelease(operator(), { id, action: 'pause', reason });
  expect(await refusalOf(act)).toMatchObject({ code: 'invalid', paths: ['reason'] });
  expect(await world.load(id)).toMatchObject({ stateVersion: 1, reason: 'a whole character: 😀' });
});

test.each(kept)('a search for %s is refused by its field', async (_, q) => {
  expect(await refusalOf(listReleases(operator(), { q }))).toMatchObject({ code: 'invalid', paths: ['q'] });
});

test.each(['1e300', '-1', '0.5', 'NaN', 'x', '9007199254740993'])(
  'the record cannot be read on from the made-up place %s',
  async (cursor) => {
    const { id } = await startWorld();
    const read = listReleaseEvents(operator(), { id, cursor });
    expect(await refusalOf(read)).toMatchObject({ code: 'invalid', paths: ['cursor'] });
  },
);

test('the record beyond its end is empty', async () => {
  const { id } = await startWorld();
  expect(await listReleaseEvents(operator(), { id, cursor: '500' })).toEqual({ items: [], next: null });
});
