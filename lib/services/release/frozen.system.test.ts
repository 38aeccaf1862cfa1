import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freezeFinished } from '../../data/chart/freeze.ts';
import { readJudgedIntervals } from '../../data/judged-intervals.ts';
import { DAY_MS } from '../../data/sample-partitions.ts';
import { ensureLayout, insertSamples, type SampleRow } from '../../data/samples.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { maintain } from '../../engine/maintenance.ts';
import { contextOf, NOW } from '../testing/contexts.ts';
import { actOnRelease } from './act.ts';
import { getRelease } from './get.ts';
import { readReleaseSamples } from './samples.ts';
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
  world = await createReleaseWorld(database, `frozen-${count}`);
  id = (await world.start()).id;
});

const send = async (seconds: readonly number[], edges: number[], now: number) => {
  const layoutId = await ensureLayout(database.pool, { edges, names: ['orders'], queries: { orders: 'x' } });
  const rows = seconds.flatMap((second): SampleRow[] =>
    ([0, 1] as const).map((track) => ({
      targetId: world.targetId,
      track,
      at: NOW + second * 1_000,
      seconds: 1.003,
      layoutId,
      requests: 40 + (second % 7),
      errors: track === 0 && second % 11 === 0 ? 1 : 0,
      latency: [30, 8, 2 + (Math.abs(second) % 3)],
      counts: [Math.abs(second) % 5],
    })),
  );
  await insertSamples(database.pool, rows, now);
};
const spread = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const contextAt = (now: number, role: 'operator' | 'viewer' = 'viewer') => ({
  ...contextOf(database, role),
  now: () => now,
});
const rollBack = async (seconds: number) => {
  await world.apply(id);
  await actOnRelease(contextAt(NOW + seconds * 1_000, 'operator'), { id, action: 'rollback', reason: 'bad' });
  await world.apply(id, NOW + seconds * 1_000);
};
const time = (second: number) => new Date(NOW + second * 1_000).toISOString();
/** What is shown of the measurements, in several sections and steps. */
const shown = async (now: number) => ({
  samples: await Promise.all(
    [{}, { step: 1 }, { step: 60 }, { from: time(-300), to: time(100), step: 7 }].map((span) =>
      readReleaseSamples(contextAt(now), { id, ...span }),
    ),
  ),
  page: await getRelease(contextAt(now), { id }),
  judged: await readJudgedIntervals(
    database.pool,
    { id, startedAt: NOW, targets: [{ id: world.targetId, cluster: 'eu' }], over: true },
    {},
  ),
});
describe('the measurements of a release that is over', () => {
  test('say the same before they are frozen, after, and when the samples are gone', async () => {
    await send(spread(-400, 900), [0.1, 0.5], NOW + 900_000);
    await send(spread(900, 1_000), [0.2, 0.5], NOW + 900_000);
    await rollBack(800);
    const before = await shown(NOW + 1_000_000);
    expect(before.page.exposure.badRequests).toBe(72);
    expect(before.judged.intervals.length).toBeGreaterThan(1_000);
    expect(await freezeFinished(database.pool, NOW + 2_000_000)).toBe(1);
    expect(await shown(NOW + 2_000_000)).toEqual(before);
    const later = NOW + 20 * DAY_MS;
    await maintain(database, 14, later);
    expect(await database.pool.query('SELECT 1 FROM sample')).toMatchObject({ rowCount: 0 });
    expect(await shown(later)).toEqual(before);
  });

  test('are frozen by the round that drops the samples, if nobody was there before', async () => {
    await send(spread(-100, 300), [0.1, 0.5], NOW + 900_000);
    await rollBack(250);
    const before = await shown(NOW + 1_000_000);
    await maintain(database, 14, NOW + 30 * DAY_MS);
    expect(await shown(NOW + 30 * DAY_MS)).toEqual(before);
    expect(await database.pool.query('SELECT 1 FROM sample')).toMatchObject({ rowCount: 0 });
  });

  test('are frozen once, and again a day later with what came late', async () => {
    await send(spread(0, 100), [0.1, 0.5], NOW);
    await rollBack(100);
    expect(await freezeFinished(database.pool, NOW + 200_000)).toBe(0);
    expect(await freezeFinished(database.pool, NOW + 2_000_000)).toBe(1);
    expect(await freezeFinished(database.pool, NOW + 2_000_000)).toBe(0);
    await send(spread(40, 101), [0.1, 0.5], NOW + 300_000);
    await send(spread(101, 120), [0.1, 0.5], NOW + 300_000);
    await send([100], [0.1, 0.5], NOW + 300_000);
    const later = NOW + DAY_MS + 200_000;
    expect(await freezeFinished(database.pool, later)).toBe(1);
    expect(await freezeFinished(database.pool, later)).toBe(0);
    const { series } = await readReleaseSamples(contextAt(later), { id, from: time(-10), to: time(120) });
    expect(series[0]?.points.reduce((sum, { requests }) => sum + requests, 0)).toBe(
      spread(0, 120).reduce((sum, second) => sum + 40 + (second % 7), 0),
    );
  });

  test('lose nothing when they are frozen again after the samples are gone', async () => {
    await send(spread(-100, 300), [0.1, 0.5], NOW + 900_000);
    await rollBack(250);
    await freezeFinished(database.pool, NOW + 2_000_000);
    const before = await shown(NOW + 1_000_000);
    await database.pool.query('DELETE FROM sample WHERE target_id = $1', [world.targetId]);
    expect(await freezeFinished(database.pool, NOW + 2 * DAY_MS)).toBe(1);
    expect(await shown(NOW + 2 * DAY_MS)).toEqual(before);
  });
});

test('a release that runs longer than samples are kept keeps its beginning', async () => {
  await send(spread(-100, 300), [0.1, 0.5], NOW + 900_000);
  await world.apply(id);
  const span = { from: time(-50), to: time(200), step: 1 };
  const before = await readReleaseSamples(contextAt(NOW + 1_000_000), { id, ...span });
  const later = NOW + 20 * DAY_MS;
  await maintain(database, 14, later);
  expect(await database.pool.query('SELECT 1 FROM sample')).toMatchObject({ rowCount: 0 });
  expect(await readReleaseSamples(contextAt(later), { id, ...span })).toEqual(before);
  expect(before.series).toHaveLength(2);
});
