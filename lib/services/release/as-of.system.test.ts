import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freezeFinished } from '../../data/chart/freeze.ts';
import { ensureLayout, insertSamples, type SampleRow } from '../../data/samples.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { stepRelease } from '../../engine/step.ts';
import { contextOf, NOW, refusalOf } from '../testing/contexts.ts';
import { actOnRelease } from './act.ts';
import { getRelease } from './get.ts';
import { createReleaseWorld, type ReleaseWorld } from './testing/release-world.ts';

let database: TestDatabase;
let world: ReleaseWorld;
let id = '';
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  count += 1;
  world = await createReleaseWorld(database, `past-${count}`, { spec: { analysis: { warmup: '10s' } } });
  id = (await world.start()).id;
});

const LATER = NOW + 3_600_000;
const time = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
const contextAt = (seconds: number, role: 'operator' | 'viewer' = 'operator') => ({
  ...contextOf(database, role),
  now: () => NOW + seconds * 1_000,
});
const past = (seconds: number, role: 'operator' | 'viewer' = 'operator') =>
  getRelease({ ...contextOf(database, role), now: () => LATER }, { id, at: time(seconds) });

/** What does not depend on the moment of looking: the agents' own reports are not on record. */
const told = (view: Awaited<ReturnType<typeof getRelease>>) => {
  const { asOf: _asOf, targets, ...rest } = view;
  return { ...rest, targets: targets.map(({ share: { wanted }, generation }) => ({ wanted, generation })) };
};

const send = async (from: number, to: number) => {
  const layoutId = await ensureLayout(database.pool, { edges: [0.1], names: [], queries: {} });
  const rows = Array.from({ length: to - from }, (_, index) => from + index + 1).flatMap(
    (second): SampleRow[] =>
      ([0, 1] as const).map((track) => ({
        targetId: world.targetId,
        track,
        at: NOW + second * 1_000,
        seconds: 1,
        layoutId,
        requests: 100,
        errors: 1,
        latency: [98, 2],
        counts: [],
      })),
  );
  await insertSamples(database.pool, rows, NOW);
};
const look = (seconds: number) =>
  stepRelease({ db: database, now: () => NOW + seconds * 1_000, startedAt: NOW }, id);

describe('a release in the past', () => {
  test('is shown as it was shown then: state, stages, exposure, verdict, and what was allowed', async () => {
    await world.apply(id, NOW + 1_000);
    await send(0, 60);
    await look(60);
    const then = await getRelease(contextAt(60), { id });
    expect(then.verdict?.metrics[0]?.canary.n).toBeGreaterThan(0);
    await send(60, 100);
    await look(100);
    await actOnRelease(contextAt(110), { id, action: 'rollback', reason: 'slow' });
    await world.apply(id, NOW + 111_000);
    const view = await past(60);
    expect(view.asOf).toBe(time(60));
    expect(told(view)).toEqual(told(then));
    expect(view.actions.advance.allowed).toBe(true);
    expect((await past(110)).state).toBe('rolling-back');
    expect(await past(200)).toMatchObject({
      state: 'finished',
      outcome: 'rolled-back',
      finishedAt: time(111),
    });
  });

  test('is shown the same after its measurements were frozen and the samples dropped', async () => {
    await world.apply(id, NOW + 1_000);
    await send(-20, 60);
    await look(60);
    await actOnRelease(contextAt(61), { id, action: 'rollback', reason: 'slow' });
    await world.apply(id, NOW + 62_000);
    const before = await past(40);
    await freezeFinished(database.pool, LATER);
    await database.pool.query('DELETE FROM sample WHERE target_id = $1', [world.targetId]);
    expect(await past(40)).toEqual(before);
    expect(before.exposure.badRequests).toBe(40);
  });

  test('allows what the asking person may do, not what somebody did', async () => {
    await world.apply(id, NOW + 1_000);
    expect((await past(10, 'viewer')).actions.advance).toMatchObject({
      allowed: false,
      reason: 'not-allowed',
    });
  });

  test.each([
    ['before it was started', () => time(-1)],
    ['in the future', () => new Date(LATER + 1_000).toISOString()],
    ['at no known time', () => 'noon'],
  ])('is refused %s, by the field', async (_what, at) => {
    const context = { ...contextOf(database, 'viewer'), now: () => LATER };
    expect(await refusalOf(getRelease(context, { id, at: at() }))).toMatchObject({
      code: 'invalid',
      paths: ['at'],
    });
  });
});

test('a release knows the one before it and the one after it', async () => {
  await world.apply(id, NOW + 1_000);
  await actOnRelease(contextAt(10), { id, action: 'rollback' });
  await world.apply(id, NOW + 11_000);
  const second = await world.start({ reason: 'once more' }, NOW + 20_000);
  expect(second.neighbours).toEqual({ before: { id, version: '1.1.0' }, after: null });
  expect((await getRelease(contextAt(30), { id })).neighbours).toEqual({
    before: null,
    after: { id: second.id, version: '1.1.0' },
  });
});
