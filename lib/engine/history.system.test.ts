import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadJudgement } from '../data/engine.ts';
import { historyCursors } from '../data/intervals.ts';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
import { createReleaseWorld } from '../services/release/testing/release-world.ts';
import { NOW } from '../services/testing/contexts.ts';
import { stepRelease } from './step.ts';
import { type Rates, trafficOf } from './testing/traffic.ts';

const SPEC = {
  stages: [
    { name: 'first', share: 5, gate: 'evidence', bake: { min: '20s', max: '5m' } },
    { name: 'all', share: 100, gate: 'evidence', watch: '30s' },
  ],
  analysis: { warmup: '10s', every: '1s' },
};
/** Ten calm seconds, ten of failures, and so on. */
const bursty = (at: number): number => (Math.floor(at / 10_000) % 2 === 0 ? 0.002 : 0.1);

let database: TestDatabase;
let worlds = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const startWorld = async () => {
  const world = await createReleaseWorld(database, `shop-${++worlds}`, { spec: SPEC });
  const traffic = trafficOf(database, world.targetId);
  const start = async (at = NOW) => {
    const { id } = await world.start({}, at);
    await world.apply(id, at);
    return id;
  };
  const send = async (from: number, until: number, rates: (at: number) => Rates) => {
    for (let at = from; at <= until; at += 1_000) await traffic.send(at, rates(at));
  };
  return { ...world, start, send };
};

const look = (id: string, at: number) => stepRelease({ db: database, now: () => at, startedAt: 0 }, id);

const learned = async (id: string) => {
  const judgement = (await loadJudgement(database.pool, id))?.judgement;
  const evidence = judgement?.analysis.metrics[0]?.evidence;
  if (!judgement || evidence?.type !== 'proportion') return expect.unreachable('errors are judged');
  return { ...judgement, evidence };
};

test('a release knows at its first look what was ordinary for the baseline before it', async () => {
  const world = await startWorld();
  await world.send(NOW - 120_000, NOW, (at) => ({ canary: null, baseline: bursty(at) }));
  const id = await world.start();
  await look(id, NOW + 500);
  const { evidence, judgedUntil, verdict } = await learned(id);
  expect(evidence.dispersion.squares).toBeGreaterThan(2 * evidence.dispersion.variance);
  expect(judgedUntil).toEqual({ [world.targetId]: NOW });
  expect(verdict).toMatchObject({ decision: 'hold', metrics: [{ canary: { n: 0 }, baseline: { n: 0 } }] });
});

test('ten minutes are looked back, and what lies before is left alone', async () => {
  const world = await startWorld();
  await world.send(NOW - 630_000, NOW - 600_000, (at) => ({ canary: null, baseline: bursty(at) }));
  const id = await world.start();
  await look(id, NOW + 500);
  expect((await learned(id)).analysis.newestAt).toBeNull();
});

test('the failures of an earlier canary are never held against this one', async () => {
  const world = await startWorld();
  await world.send(NOW - 120_000, NOW, () => ({ canary: 0.9, baseline: 0.01 }));
  const id = await world.start();
  await look(id, NOW + 500);
  const before = await learned(id);
  expect(before.evidence.places).toMatchObject({
    [Object.keys(before.evidence.places)[0] ?? '']: { open: null },
  });
  expect(before.analysis.places).toMatchObject({
    [Object.keys(before.analysis.places)[0] ?? '']: { canaryAt: null, baselineAt: NOW },
  });
  await world.send(NOW + 1_000, NOW + 60_000, () => ({ canary: 0.01, baseline: 0.01 }));
  await look(id, NOW + 60_000);
  expect((await learned(id)).verdict).toMatchObject({ decision: 'advance' });
});

test('a second look reads on where the first one ended', async () => {
  const world = await startWorld();
  await world.send(NOW - 60_000, NOW, () => ({ canary: null, baseline: 0.01 }));
  const id = await world.start();
  await look(id, NOW + 500);
  const first = await learned(id);
  await look(id, NOW + 900);
  expect((await learned(id)).analysis).toEqual(first.analysis);
});

test('history begins after the release before it was cleared away, and not at all if that was a moment ago', async () => {
  const world = await startWorld();
  const first = await world.start(NOW - 900_000);
  const cursors = async (endedAt: number) => {
    await database.pool.query(`UPDATE release SET outcome = 'rolled-back', finished_at = $2 WHERE id = $1`, [
      first,
      new Date(endedAt),
    ]);
    const span = { id: second, targetIds: [world.targetId], startedAt: NOW, historyMs: 600_000 };
    return (await historyCursors(database.pool, span)).map(({ after }) => after - NOW);
  };
  await database.pool.query(`UPDATE release SET outcome = 'rolled-back' WHERE id = $1`, [first]);
  const second = await world.start();
  expect(await cursors(NOW - 800_000)).toEqual([-600_000]);
  expect(await cursors(NOW - 300_000)).toEqual([-240_000]);
  expect(await cursors(NOW - 10_000)).toEqual([0]);
});
