import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readIntervals } from '../data/intervals.ts';
import { createWorld, type World } from '../data/testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
import { socketRefusalsTotal } from '../telemetry.ts';
import { type RunningGateway, runAgentGateway } from './testing/agent-gateway.ts';
import { connectAgent } from './testing/agent-peer.ts';

let database: TestDatabase;
let running: RunningGateway;
let world: World;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  count += 1;
  world = await createWorld(database, `shop-${count}`);
  running = await runAgentGateway(database);
});
afterEach(() => running.stop());

const join = async () => {
  const peer = await connectAgent(running, world.agentId);
  return { peer, epoch: (await peer.join()).epoch };
};
const refused = async (message: string, reason: string): Promise<number> => {
  const { values } = await socketRefusalsTotal.get();
  return values
    .filter(({ labels }) => labels.message === message && labels.reason === reason)
    .reduce((sum, { value }) => sum + value, 0);
};
const samples = (epoch: number, rows: object = {}) => ({
  v: 1,
  epoch,
  journalId: randomUUID(),
  seq: 1,
  target: world.targetId,
  from: Date.now() - 10_000,
  layout: { edges: [], names: [], queries: {} },
  rows: {
    at: [1_000, 2_000],
    seconds: [1, 1],
    track: [0, 0],
    requests: [10, 12],
    errors: [0, 1],
    latency: [[], []],
    counts: [[], []],
    ...rows,
  },
});
const stored = async () => {
  const { rows } = await database.pool.query('SELECT requests FROM sample WHERE target_id = $1 ORDER BY at', [
    world.targetId,
  ]);
  return rows.map(({ requests }) => requests);
};
const details = {
  amounts: { basket: { n: 2, sum: 30, sumOfSquares: 500 } },
  gauges: { memory: [{ instance: 'a', ageSeconds: 12.5, value: -1.5e9 }] },
  routes: { '/cart': { requests: 9, errors: 0 }, other: { requests: 3, errors: 1 } },
  fingerprints: { 503: 1 },
  youngestSeconds: 12.5,
};
const named = <T>(count: number, value: T) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, value]));
const reading = { instance: 'a', ageSeconds: null, value: 1 };
const readings = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...reading, instance: `i${index}` }));

describe('measurements', () => {
  test('with a share and details are stored and read back as they were', async () => {
    const { peer, epoch } = await join();
    const rows = { assigned: [null, 500], details: [null, details] };
    expect(await peer.say('samples', samples(epoch, rows))).toMatchObject({ ok: true });
    const { intervals } = await readIntervals(database.pool, [{ targetId: world.targetId, after: 0 }]);
    expect(intervals[0]).not.toHaveProperty('assignedShare');
    expect(intervals[0]?.canary).not.toHaveProperty('routes');
    expect(intervals[1]).toMatchObject({
      assignedShare: 0.05,
      canary: { requests: 12, errors: 1, ...details },
    });
  });

  test.each<[string, object, string]>([
    ['fewer shares than rows', { assigned: [500] }, 'the columns differ in length'],
    ['fewer details than rows', { details: [null] }, 'the columns differ in length'],
    ['a share above all', { assigned: [10_001, 0] }, 'malformed'],
    ['a negative share', { assigned: [-1, 0] }, 'malformed'],
    ['a share that is no number', { assigned: [Number.NaN, '5'] }, 'malformed'],
  ])('with %s are refused whole, and counted', async (_, rows, reason) => {
    const { peer, epoch } = await join();
    const before = await refused('samples', reason);
    expect(await peer.say('samples', samples(epoch, rows))).toEqual({ ok: false, reason });
    expect(await refused('samples', reason)).toBe(before + 1);
    expect(await stored()).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['an unknown key', { more: 1 }, 'malformed'],
    ['more routes than a row carries', { routes: named(21, { requests: 0, errors: 0 }) }, 'malformed'],
    ['more fingerprints than a row carries', { fingerprints: named(21, 0) }, 'malformed'],
    ['more instances than a gauge carries', { gauges: { memory: readings(51) } }, 'malformed'],
    ['more readings than a row carries', { gauges: named(5, readings(41)) }, 'malformed'],
    [
      'one instance twice',
      { gauges: { memory: [reading, reading] } },
      'a gauge has two readings of one instance',
    ],
    ['a reading that is no number', { gauges: { memory: [{ ...reading, value: Number.NaN }] } }, 'malformed'],
    ['a negative age', { youngestSeconds: -1 }, 'malformed'],
    ['a huge age', { youngestSeconds: 1e300 }, 'malformed'],
    ['half a request', { routes: { a: { requests: 0.5, errors: 0 } } }, 'malformed'],
    ['a negative failure', { fingerprints: { a: -1 } }, 'malformed'],
    ['a huge failure', { fingerprints: { a: 1e308 } }, 'malformed'],
    ['a name without end', { fingerprints: { ['x'.repeat(81)]: 0 } }, 'malformed'],
    ['a name that cannot be kept', { fingerprints: { 'a\u0000': 0 } }, 'malformed'],
    ['half a character', { routes: { '\ud800': { requests: 0, errors: 0 } } }, 'malformed'],
    ['no name', { fingerprints: { '': 0 } }, 'malformed'],
    [
      'a failing route',
      { routes: { a: { requests: 0, errors: 1 } } },
      'a route has more errors than requests',
    ],
    [
      'routes beyond the requests',
      { routes: { a: { requests: 13, errors: 0 } } },
      'the routes exceed the requests',
    ],
    ['failures beyond the errors', { fingerprints: { a: 2 } }, 'the fingerprints exceed the errors'],
    [
      'failing routes beyond the errors',
      { routes: { a: { requests: 2, errors: 2 } } },
      'the errors of the routes exceed the errors',
    ],
    ['a negative number of amounts', { amounts: { a: { n: -1, sum: 0, sumOfSquares: 0 } } }, 'malformed'],
    ['a negative sum', { amounts: { a: { n: 1, sum: -1, sumOfSquares: 1 } } }, 'malformed'],
    ['a huge sum', { amounts: { a: { n: 1, sum: 1e16, sumOfSquares: 1e30 } } }, 'malformed'],
    [
      'an infinite sum',
      { amounts: { a: { n: 1, sum: Number.POSITIVE_INFINITY, sumOfSquares: 1 } } },
      'malformed',
    ],
    [
      'squares that do not fit their sum',
      { amounts: { a: { n: 2, sum: 10, sumOfSquares: 49 } } },
      'the sums of an amount cannot be',
    ],
    [
      'amounts of nobody',
      { amounts: { a: { n: 0, sum: 1, sumOfSquares: 1 } } },
      'the sums of an amount cannot be',
    ],
  ])('whose details hold %s are refused whole, and counted', async (_, wrong, reason) => {
    const { peer, epoch } = await join();
    const before = await refused('samples', reason);
    expect(await peer.say('samples', samples(epoch, { details: [null, wrong] }))).toEqual({
      ok: false,
      reason,
    });
    expect(await refused('samples', reason)).toBe(before + 1);
    expect(await stored()).toEqual([]);
    expect(await peer.say('samples', samples(epoch))).toMatchObject({ ok: true });
  });

  test('as full of details as can be fit one frame', async () => {
    const { peer, epoch } = await join();
    const full = {
      amounts: named(30, { n: 2, sum: 12_345_678.25, sumOfSquares: 123_456_789_012_345.25 }),
      gauges: named(
        4,
        readings(50).map((one) => ({
          ...one,
          instance: one.instance.padEnd(80, 'x'),
          ageSeconds: 123_456.789,
        })),
      ),
      routes: Object.fromEntries(
        Array.from({ length: 20 }, (_, index) => [`${index}`.padEnd(80, 'x'), { requests: 0, errors: 0 }]),
      ),
      fingerprints: Object.fromEntries(
        Array.from({ length: 20 }, (_, index) => [`${index}`.padEnd(80, 'x'), 0]),
      ),
      youngestSeconds: 123_456.789,
    };
    expect(await peer.say('samples', samples(epoch, { details: [null, full] }))).toMatchObject({ ok: true });
    expect(await stored()).toEqual([10, 12]);
  });
});
