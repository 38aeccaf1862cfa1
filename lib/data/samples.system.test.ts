import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readIntervals } from './intervals.ts';
import { DAY_MS, dropOldPartitions, ensurePartitions } from './sample-partitions.ts';
import { ensureLayout, insertSamples, readSamples, type SampleRow } from './samples.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const LAYOUT = { edges: [0.1, 1], names: ['orders'], queries: { orders: 'orders_total' } };

let database: TestDatabase;
let layoutId: number;
let targetId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  layoutId = await ensureLayout(database.pool, LAYOUT);
});
afterAll(() => database.drop());
beforeEach(() => {
  targetId = randomUUID();
});

const sample = (change: Partial<SampleRow> = {}): SampleRow => ({
  targetId,
  track: 0,
  at: NOW,
  seconds: 1,
  layoutId,
  requests: 10,
  errors: 1,
  latency: [5, 4, 1],
  counts: [2],
  ...change,
});

const insert = (...rows: SampleRow[]) => insertSamples(database.pool, rows, NOW);

const partitions = async (): Promise<string[]> =>
  (
    await database.pool.query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'sample'::regclass ORDER BY 1`,
    )
  ).rows.map(({ name }) => name);

test('a sample for a day without a partition is stored all the same', async () => {
  expect(await insert(sample({ at: NOW - 20 * DAY_MS }))).toBe(1);
  expect(await partitions()).toContain('sample_20261103');
});

test('many writers that need the same missing partition all store their samples', async () => {
  const stored = await Promise.all(
    Array.from({ length: 8 }, (_, index) => insert(sample({ at: NOW - 10 * DAY_MS + index }))),
  );
  expect(stored).toEqual(Array.from({ length: 8 }, () => 1));
});

test('a replayed batch stores nothing twice and changes nothing', async () => {
  const batch = [sample(), sample({ track: 1 }), sample({ at: NOW + 1_000 })];
  expect(await insert(...batch)).toBe(3);
  expect(await insert(...batch.map((row) => ({ ...row, errors: 9 })))).toBe(0);
  expect(await insert(...batch, sample({ at: NOW + 2_000 }))).toBe(1);
  const { rows } = await database.pool.query('SELECT DISTINCT errors FROM sample WHERE target_id = $1', [
    targetId,
  ]);
  expect(rows).toEqual([{ errors: 1 }]);
});

test('clocks gone wrong get no partition', async () => {
  const before = await partitions();
  expect(await insert(sample({ at: 0 }), sample({ at: NOW + 400 * DAY_MS }))).toBe(0);
  expect(await partitions()).toEqual(before);
});

test('partitions are there before they are needed and go when they are old', async () => {
  const now = Date.UTC(2027, 1, 28, 23);
  await ensurePartitions(database.pool, now);
  await ensurePartitions(database.pool, now);
  expect((await partitions()).slice(-5)).toEqual([
    'sample_20270227',
    'sample_20270228',
    'sample_20270301',
    'sample_20270302',
    'sample_20270303',
  ]);
  await dropOldPartitions(database.pool, 1, now);
  expect((await partitions())[0]).toBe('sample_20270227');
});

test('a layout has one id, however often and from wherever it is used', async () => {
  const ids = await Promise.all(
    Array.from({ length: 5 }, () => ensureLayout(database.pool, { ...LAYOUT, names: ['signups'] })),
  );
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).not.toBe(layoutId);
});

test('samples are summed up in steps, bucket by bucket, for each track', async () => {
  await insert(
    sample({ at: NOW + 1_000 }),
    sample({ at: NOW + 5_000, latency: [1, 1, 1] }),
    sample({ at: NOW + 6_000 }),
    sample({ at: NOW + 1_000, track: 1, requests: 90 }),
  );
  const read = await readSamples(database.pool, {
    targetIds: [targetId],
    from: NOW,
    to: NOW + 10_000,
    stepSeconds: 5,
  });
  expect(read).toMatchObject({ step: 5, edges: [0.1, 1] });
  expect(read.series).toEqual([
    {
      targetId,
      track: 'canary',
      points: [
        { at: NOW + 5_000, requests: 20, errors: 2, latency: [6, 5, 2], counts: { orders: 4 } },
        { at: NOW + 10_000, requests: 10, errors: 1, latency: [5, 4, 1], counts: { orders: 2 } },
      ],
    },
    {
      targetId,
      track: 'baseline',
      points: [{ at: NOW + 5_000, requests: 90, errors: 1, latency: [5, 4, 1], counts: { orders: 2 } }],
    },
  ]);
});

test('a long span never gives more than 300 points a series, and loses no request', async () => {
  await insert(...Array.from({ length: 1_000 }, (_, index) => sample({ at: NOW + (index + 1) * 1_000 })));
  const read = await readSamples(database.pool, {
    targetIds: [targetId],
    from: NOW,
    to: NOW + 1_000_000,
    stepSeconds: 1,
  });
  const points = read.series[0]?.points ?? [];
  expect(points.length).toBeLessThanOrEqual(301);
  expect(points.reduce((sum, point) => sum + point.requests, 0)).toBe(10_000);
});

test('a change of buckets adds up the requests and shows the newest buckets alone', async () => {
  const other = await ensureLayout(database.pool, { ...LAYOUT, edges: [0.5] });
  await insert(sample({ at: NOW + 1_000 }), sample({ at: NOW + 2_000, layoutId: other, latency: [7, 3] }));
  const query = { targetIds: [targetId], from: NOW, to: NOW + 5_000, stepSeconds: 5 };
  const read = await readSamples(database.pool, query);
  expect(read.edges).toEqual([0.5]);
  expect(read.series[0]?.points).toEqual([
    { at: NOW + 5_000, requests: 20, errors: 2, latency: [7, 3], counts: { orders: 4 } },
  ]);
});

test('intervals come in the order of time with both tracks side by side, each target from its own cursor', async () => {
  const late = randomUUID();
  await insert(
    sample({ at: NOW + 2_000 }),
    sample({ at: NOW + 2_200, track: 1 }),
    sample({ at: NOW + 1_000 }),
    sample({ at: NOW + 1_000, track: 1 }),
    sample({ at: NOW + 3_000, track: 1 }),
    sample({ at: NOW + 500, targetId: late }),
  );
  const { intervals } = await readIntervals(database.pool, [
    { targetId, after: NOW + 1_000 },
    { targetId: late, after: NOW },
  ]);
  expect(
    intervals.map(({ target, at, canary, baseline }) => [target, at, canary !== null, baseline !== null]),
  ).toEqual([
    [late, NOW + 500, true, false],
    [targetId, NOW + 2_200, true, true],
    [targetId, NOW + 3_000, false, true],
  ]);
  expect(intervals[1]?.canary).toEqual({
    requests: 10,
    errors: 1,
    latency: [5, 4, 1],
    counts: { orders: 2 },
  });
  expect(intervals[1]?.latencyEdges).toEqual([0.1, 1]);
});

test('an interval knows the share that was set over it, unless its tracks disagree or one does not know', async () => {
  const shares: [number | null, number | null][] = [
    [500, 500],
    [500, 2_500],
    [500, null],
    [null, 500],
    [0, 0],
  ];
  await insert(
    ...shares.flatMap(([canary, baseline], index) => [
      sample({ at: NOW + 1_000 * index, assignedBasisPoints: canary }),
      sample({ at: NOW + 1_000 * index, track: 1, assignedBasisPoints: baseline }),
    ]),
    sample({ at: NOW + 9_000, track: 1, assignedBasisPoints: 1_000 }),
  );
  const { intervals } = await readIntervals(database.pool, [{ targetId, after: NOW - 1 }]);
  expect(intervals.map(({ assignedShare }) => assignedShare)).toEqual([
    0.05,
    undefined,
    undefined,
    undefined,
    0,
    0.1,
  ]);
});
