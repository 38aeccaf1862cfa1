import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureLayout, insertSamples, type SampleRow } from '../../data/samples.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { contextOf, NOW, refusalOf } from '../testing/contexts.ts';
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
  world = await createReleaseWorld(database, `shop-${count}`);
  id = (await world.start()).id;
});

/** `seconds` after the start of the release. */
const send = async (seconds: readonly number[], track: 0 | 1, edges: number[] = [0.1, 0.5]) => {
  const layoutId = await ensureLayout(database.pool, { edges, names: ['orders'], queries: {} });
  const rows = seconds.map(
    (second): SampleRow => ({
      targetId: world.targetId,
      track,
      at: NOW + second * 1_000,
      seconds: 1,
      layoutId,
      requests: 10,
      errors: 1,
      latency: [7, 2, 1],
      counts: [3],
    }),
  );
  await insertSamples(database.pool, rows, NOW);
};
const viewer = (now = NOW + 60_000) => ({ ...contextOf(database, 'viewer'), now: () => now });
const time = (second: number) => new Date(NOW + second * 1_000).toISOString();
const spread = (length: number, from = 1) => Array.from({ length }, (_, index) => index + from);

describe('the samples of a release', () => {
  test('are added up in steps, by cluster and track, from before the start to now', async () => {
    await send([...spread(10, -9), ...spread(10)], 0);
    await send(spread(5), 1);
    await send([-121, 61], 0);
    const read = await readReleaseSamples(viewer(), { id, step: 10 });
    expect(read).toMatchObject({ step: 10, from: time(-120), to: time(60), edges: [0.1, 0.5] });
    const point = (second: number, times: number) => ({
      at: time(second),
      requests: 10 * times,
      errors: times,
      latency: [7 * times, 2 * times, times],
      counts: { orders: 3 * times },
    });
    expect(read.series).toEqual([
      { cluster: `shop-${count}-eu`, track: 'canary', points: [point(0, 10), point(10, 10)] },
      { cluster: `shop-${count}-eu`, track: 'baseline', points: [point(10, 5)] },
    ]);
  });

  test('come in at most 300 points a series, however long the release and however small the step', async () => {
    await send(spread(1_000), 0);
    const read = await readReleaseSamples(viewer(NOW + 1_000_000), { id, step: 1 });
    const [series] = read.series;
    expect(read.step).toBeGreaterThan(1);
    expect(series?.points.length).toBeLessThanOrEqual(300);
    expect(series?.points.reduce((sum, { requests }) => sum + requests, 0)).toBe(10_000);
  });

  test('keep their counts and leave out the buckets of edges that are no longer in use', async () => {
    await send([1], 0, [0.1, 0.5]);
    await send([2], 0, [0.2, 0.7]);
    const read = await readReleaseSamples(viewer(), { id, step: 1 });
    expect(read.edges).toEqual([0.2, 0.7]);
    expect(read.series[0]?.points.map(({ requests, latency }) => [requests, latency])).toEqual([
      [10, []],
      [10, [7, 2, 1]],
    ]);
  });

  test('of a span that ends before it begins, or of no known time, are refused by the field', async () => {
    const backwards = readReleaseSamples(viewer(), { id, from: time(10), to: time(5) });
    expect(await refusalOf(backwards)).toMatchObject({ code: 'invalid', paths: ['from'] });
    const never = readReleaseSamples(viewer(), { id, to: 'yesterday' });
    expect(await refusalOf(never)).toMatchObject({ code: 'invalid', paths: ['to'] });
  });

  test('of all of history are answered, not failed', async () => {
    await send([1], 0);
    const read = await readReleaseSamples(viewer(), { id, from: '0000-01-01T00:00:00Z' });
    expect(read.series[0]?.points).toHaveLength(1);
  });

  test('of a release that does not exist are not found', async () => {
    const unknown = readReleaseSamples(viewer(), { id: '00000000-0000-4000-8000-000000000000' });
    expect(await refusalOf(unknown)).toMatchObject({ code: 'not-found' });
    expect(await refusalOf(readReleaseSamples(viewer(), { id: 'x' }))).toMatchObject({ code: 'not-found' });
  });
});
