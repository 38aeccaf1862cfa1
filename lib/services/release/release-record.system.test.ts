import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLedger } from '../../data/ledger.ts';
import { verifyEvents } from '../../data/release-events.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { replay } from '../../domain/release/replay.ts';
import type { Action } from '../../domain/release/types.ts';
import { contextOf, NOW, refusalOf } from '../testing/contexts.ts';
import { actOnRelease } from './act.ts';
import { listReleaseEvents } from './events.ts';
import { listReleases } from './list.ts';
import { createReleaseWorld, type ReleaseWorld } from './testing/release-world.ts';

let database: TestDatabase;
let worlds = 0;
const newWorld = (options?: Parameters<typeof createReleaseWorld>[2]) =>
  createReleaseWorld(database, `shop-${++worlds}`, options);

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const operator = () => contextOf(database, 'operator');
const act = (id: string, action: Action, rest: { expectedVersion?: number; reason?: string } = {}) =>
  actOnRelease(operator(), { id, action, ...rest });
const eventsOf = (id: string, page: { cursor?: string; limit?: number } = {}) =>
  listReleaseEvents(operator(), { id, ...page });

/** The whole record fits together, and folding it gives the state that is stored. */
const expectWholeRecord = async (world: ReleaseWorld, id: string): Promise<number> => {
  const [events, release] = [await world.events(id), await world.load(id)];
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  expect(events).toHaveLength(release.stateVersion);
  expect(replay(events, release.plan)).toEqual(release.state);
  expect(await verifyEvents(database.pool, id)).toMatchObject({ intact: true, length: events.length });
  expect(await verifyLedger(database.pool)).toMatchObject({ intact: true });
  return events.length;
};

describe('the record', () => {
  test('tells in sentences what happened, by whom, in an unbroken chain', async () => {
    const world = await newWorld();
    const { id } = await world.start({ reason: 'faster search' });
    await world.apply(id);
    await act(id, 'pause', { reason: 'look closer' });
    await act(id, 'resume');
    await act(id, 'advance', { reason: 'looks good' });
    await act(id, 'rollback', { reason: 'it does not' });
    await world.apply(id);
    const { items, next } = await eventsOf(id);
    expect(items.map(({ text, actor }) => [text, actor.name])).toEqual([
      ['Started at 5 %: faster search', 'Ada'],
      ['Router confirmed the change', `${world.names.service}-eu`],
      ['Paused: look closer', 'Ada'],
      ['Resumed', 'Ada'],
      ['Advanced to 100 %: looks good', 'Ada'],
      ['Rolled back by hand: it does not', 'Ada'],
      ['Router confirmed the change', `${world.names.service}-eu`],
    ]);
    expect(next).toBeNull();
    expect(items.slice(1).map(({ previousHash }) => previousHash)).toEqual(
      items.slice(0, -1).map(({ hash }) => hash),
    );
    await expectWholeRecord(world, id);
  });

  test('tells a queued advance and its carrying out apart', async () => {
    const world = await newWorld({ undoSeconds: 10 });
    const { id } = await world.start();
    await world.apply(id);
    await act(id, 'advance');
    await act(id, 'undo');
    expect((await eventsOf(id)).items.slice(2).map(({ text }) => text)).toEqual([
      'Advance queued, can be undone',
      'Queued command withdrawn',
    ]);
  });

  test('comes page by page with the same sentences as in one piece', async () => {
    const world = await newWorld();
    const { id } = await world.start();
    await world.apply(id);
    await act(id, 'advance');
    await act(id, 'rollback');
    const whole = await eventsOf(id);
    const first = await eventsOf(id, { limit: 2 });
    const second = await eventsOf(id, { limit: 2, cursor: first.next ?? '' });
    expect([...first.items, ...second.items]).toEqual(whole.items);
    expect(second.next).toBeNull();
    expect(await refusalOf(eventsOf(id, { cursor: 'x' }))).toMatchObject({
      code: 'invalid',
      paths: ['cursor'],
    });
  });

  test('an answer of an agent that comes twice or too late is recorded once', async () => {
    const world = await newWorld();
    const { id } = await world.start();
    expect(await world.apply(id)).toBe('recorded');
    expect(await world.apply(id)).toBe('known');
    expect(await expectWholeRecord(world, id)).toBe(2);
  });
});

describe('many commands at the same moment', () => {
  test.each([3, 10, 19])(
    'leave a gapless record that replays to the stored state, with a rollback in place %i',
    async (place) => {
      const world = await newWorld();
      const { id } = await world.start();
      const commands = Array.from({ length: 20 }, (_, index): Action => {
        if (index === place) return 'rollback';
        return index % 2 === 0 ? 'pause' : 'resume';
      });
      const answers = await Promise.allSettled(commands.map((action) => act(id, action)));
      for (const answer of answers)
        if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'refused' });
      const accepted = answers.filter(({ status }) => status === 'fulfilled').length;
      expect(answers[place]?.status).toBe('fulfilled');
      expect(await expectWholeRecord(world, id)).toBe(accepted + 1);
      expect((await world.load(id)).state).toMatchObject({ phase: 'rolling-back', ending: 'rolled-back' });
    },
  );

  test('that all saw the same version: exactly one is carried out, the others are shown what became of it', async () => {
    const world = await newWorld();
    const { id } = await world.start();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => act(id, 'pause', { expectedVersion: 1 })),
    );
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused).toHaveLength(19);
    for (const { reason } of refused)
      expect(reason).toMatchObject({
        reason: 'stale-version',
        current: { state: 'paused', stateVersion: 2 },
      });
    expect(await expectWholeRecord(world, id)).toBe(2);
  });
});

describe('the list', () => {
  const SHARED = 'list-of-this-test';
  let ids: string[];
  let world: ReleaseWorld;

  /** Three releases of one service, the last two begun in the same millisecond, and one of another service. */
  beforeAll(async () => {
    world = await newWorld();
    const other = await newWorld();
    ids = [];
    for (const at of [NOW, NOW + 1, NOW + 1]) {
      const { id } = await world.start({ reason: SHARED }, at);
      ids.push(id);
      if (ids.length === 3) break;
      await act(id, 'rollback');
      await world.apply(id);
    }
    ids.push((await other.start({ reason: `${SHARED} 100%_done` }, NOW + 2)).id);
  });

  const list = async (query: Record<string, unknown>) =>
    (await listReleases(operator(), { q: SHARED, ...query })).items.map(({ id }) => id);
  const at = (...places: number[]) => places.map((place) => ids[place]);

  test('has every release, newest first', async () => {
    const all = await list({});
    expect(all[0]).toBe(ids[3]);
    expect(new Set(all.slice(1, 3))).toEqual(new Set(at(1, 2)));
    expect(all[3]).toBe(ids[0]);
  });

  test('is filtered by service, environment, state and outcome', async () => {
    const { service, environment } = world.names;
    expect(await list({ service, state: 'active' })).toEqual(at(2));
    expect(await list({ environment, state: 'running' })).toEqual(at(2));
    expect(new Set(await list({ outcome: 'rolled-back' }))).toEqual(new Set(at(0, 1)));
    expect(await list({ outcome: 'released' })).toEqual([]);
    expect(await list({ service, state: 'paused' })).toEqual([]);
  });

  test('is searched for words as they are written, and for the beginning of an id', async () => {
    expect(await list({ q: '100%_D' })).toEqual(at(3));
    expect(await list({ q: '%' })).toEqual(at(3));
    expect(await list({ q: (ids[0] ?? '').slice(0, 18).toUpperCase() })).toEqual(at(0));
  });

  test('comes page by page without losing or doubling a release, though another one starts meanwhile', async () => {
    const whole = await list({});
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listReleases>> = await listReleases(operator(), {
        q: SHARED,
        limit: 1,
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...page.items.map(({ id }) => id));
      if (cursor === null) await (await newWorld()).start({ reason: SHARED }, NOW + 3);
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(whole);
  });

  test('with a filter that cannot be is refused by its path', async () => {
    expect((await refusalOf(list({ state: 'flying' }))).paths).toEqual(['state']);
    expect((await refusalOf(list({ limit: 0 }))).paths).toEqual(['limit']);
  });

  test('shows of each release what its page shows', async () => {
    const { items } = await listReleases(operator(), { service: world.names.service, state: 'active' });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      version: '1.1.0',
      baselineVersion: '1.0.0',
      stageIndex: 0,
      stageCount: 2,
      stageName: 'first',
      share: 5,
      startedBy: 'Ada',
      finishedAt: null,
    });
  });
});
