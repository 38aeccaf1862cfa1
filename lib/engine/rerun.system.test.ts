import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadJudgement } from '../data/engine.ts';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
import { readReleaseAnalysis } from '../services/release/analysis.ts';
import { createReleaseWorld } from '../services/release/testing/release-world.ts';
import { askWhatIf } from '../services/release/what-if.ts';
import { contextOf, NOW, refusalOf } from '../services/testing/contexts.ts';
import { stepRelease } from './step.ts';
import { type Rates, trafficOf } from './testing/traffic.ts';

const HEALTHY: Rates = { canary: 0.01, baseline: 0.01 };
const HARMFUL: Rates = { canary: 0.03, baseline: 0.01 };
const STAGES = [
  { name: 'first', share: 5, gate: 'evidence', bake: { min: '20s' } },
  { name: 'more', share: 25, gate: 'manual' },
  { name: 'all', share: 100, gate: 'evidence', watch: '30s' },
];
const analysis = { warmup: '10s', every: '1s', metrics: [{ name: 'errors' }] };

let database: TestDatabase;
let worlds = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** A release that the engine has judged second by second until its state is what `done` waits for. */
const judgedRelease = async (rates: Rates, done: (phase: string, stageIndex: number) => boolean) => {
  const world = await createReleaseWorld(database, `rerun-${++worlds}`, {
    spec: { stages: STAGES, analysis },
  });
  const traffic = trafficOf(database, world.targetId);
  // Before the release the baseline fails a little in bursts, which takes weight off every failure after.
  for (let second = -60; second <= 0; second += 1)
    await traffic.send(NOW + second * 1_000, { canary: 0.5, baseline: second % 20 < -10 ? 0.015 : 0.005 });
  const { id } = await world.start();
  await world.apply(id);
  let clock = NOW;
  for (let second = 1; second <= 200; second += 1) {
    clock += 1_000;
    await traffic.send(clock, rates);
    await stepRelease({ db: database, now: () => clock, startedAt: 0 }, id);
    const { phase, stageIndex } = (await world.load(id)).state;
    if (done(phase, stageIndex)) break;
  }
  // What the next release of this service measures is none of this one's evidence.
  for (let second = 1; second <= 5; second += 1)
    await traffic.send(clock + second * 1_000, { canary: 1, baseline: 0 });
  const live = (await loadJudgement(database.pool, id))?.judgement?.verdict;
  if (!live) throw new Error('the release was never judged');
  return { ...world, id, live, viewer: { ...contextOf(database, 'viewer'), now: () => clock } };
};
const rolledBack = () => judgedRelease(HARMFUL, (phase) => phase === 'rolling-back');

describe('the analysis of a release, judged again', () => {
  test('ends where the live verdict of a harmful canary ended', async () => {
    const { id, live, viewer } = await rolledBack();
    expect(live.decision).toBe('rollback');
    const again = await readReleaseAnalysis(viewer, { id });
    expect(again).toMatchObject({ decision: 'rollback', sentence: live.sentence, note: null });
    expect(again.rollback).toMatchObject({
      at: new Date(live.at ?? 0).toISOString(),
      stage: { name: 'first' },
    });
    expect(again.metrics[0]?.points.at(-1)).toMatchObject({
      evidence: live.metrics[0]?.evidence,
      ratio: live.metrics[0]?.ratio,
    });
  });

  test('ends where the live verdict of a healthy canary ended, and tells when each decision came', async () => {
    const { id, live, viewer } = await judgedRelease(HEALTHY, (_, stageIndex) => stageIndex === 1);
    const again = await readReleaseAnalysis(viewer, { id });
    expect(live.decision).toBe('advance');
    expect(again).toMatchObject({ decision: 'advance', sentence: live.sentence, rollback: null });
    expect(again.changes[0]).toMatchObject({ decision: 'hold', second: 1 });
    expect(again.advance?.second).toBeGreaterThan(10);
  });

  test('tells where each rate and each quantile can lie, and holds what was measured', async () => {
    const { id, live, viewer, serviceId } = await rolledBack();
    const declared = ['errors', 'latency'].map((name) => ({ name, kind: name }));
    await database.prisma.service.update({ where: { id: serviceId }, data: { metrics: declared } });
    const own = { ...analysis, metrics: [{ name: 'errors' }, { name: 'latency' }] };
    const { metrics } = await readReleaseAnalysis(viewer, { id, policy: JSON.stringify(own) });
    const errors = metrics[0]?.points.at(-1)?.rates?.canary;
    expect(errors?.low).toBeLessThanOrEqual(live.metrics[0]?.canary.value ?? -1);
    expect(errors?.high).toBeGreaterThanOrEqual(live.metrics[0]?.canary.value ?? 2);
    expect(metrics[1]?.points.at(-1)?.quantiles?.baseline.p50).toEqual({ low: 0, high: 0.1 });
  });

  test('refuses a policy by the field to mend, and a release that is not there', async () => {
    const { id, viewer } = await rolledBack();
    const wrong = readReleaseAnalysis(viewer, { id, policy: '{"alpha": 3}' });
    expect(await refusalOf(wrong)).toMatchObject({ code: 'invalid', paths: ['policy.alpha'] });
    expect(await refusalOf(readReleaseAnalysis(viewer, { id, policy: 'alpha' }))).toMatchObject({
      code: 'invalid',
      paths: ['policy'],
    });
    expect(await refusalOf(readReleaseAnalysis(viewer, { id: 'x' }))).toMatchObject({ code: 'not-found' });
  });
});

describe('another policy on the same measurements', () => {
  test('that is stricter rolls back sooner, and the failed requests between are those stored between', async () => {
    const { id, viewer, targetId } = await rolledBack();
    const asked = await askWhatIf(viewer, { id, analysis: { ...analysis, alpha: 0.2, warmup: '0s' } });
    const [sooner, later] = [asked.other.rollback, asked.own.rollback];
    expect(sooner?.second).toBeLessThan(later?.second ?? 0);
    const { rows } = await database.pool.query(
      'SELECT coalesce(sum(errors), 0)::float8 AS bad FROM sample WHERE target_id = $1 AND track = 0 AND at > $2 AND at <= $3',
      [targetId, sooner?.at, later?.at],
    );
    expect(asked.difference?.badRequests).toBe(rows[0].bad);
    expect(asked.summary).toMatch(/would have rolled back .* sooner/);
  });

  test('that is more tolerant claims nothing about traffic that never was', async () => {
    const { id, viewer } = await rolledBack();
    const tolerant = { ...analysis, metrics: [{ name: 'errors', margin: 100 }], alpha: 0.000_001 };
    const asked = await askWhatIf(viewer, { id, analysis: tolerant });
    expect(asked).toMatchObject({ other: { rollback: null }, difference: null });
    expect(asked.summary).toContain('cannot be known');
    expect(asked.limit).toContain('no more traffic');
  });

  test('that is the own one changes nothing, in the words of a plan', async () => {
    const { id, viewer } = await rolledBack();
    const { policy } = await readReleaseAnalysis(viewer, { id });
    const asked = await askWhatIf(viewer, { id, analysis: policy });
    expect(asked.other).toEqual(asked.own);
    expect(asked.difference).toEqual({ badRequests: 0, badExtra: 0 });
    expect(asked.summary).toMatch(/^Both roll back after/);
  });

  test('is refused by the field to mend, also for a metric that the service does not have', async () => {
    const { id, viewer } = await rolledBack();
    const ask = (wish: Record<string, unknown>) => refusalOf(askWhatIf(viewer, { id, analysis: wish }));
    expect(await ask({ advance: { ratioMax: 1 } })).toMatchObject({ paths: ['analysis.advance.ratioMax'] });
    expect(await ask({ warmpu: '5s' })).toMatchObject({ paths: ['analysis.warmpu'] });
    expect(await ask({ metrics: [{ name: 'orders' }] })).toMatchObject({
      paths: ['analysis.metrics[0].name'],
    });
  });

  test('cannot be asked before anything was judged', async () => {
    const world = await createReleaseWorld(database, `rerun-${++worlds}`);
    const { id } = await world.start();
    const asked = askWhatIf(contextOf(database, 'viewer'), { id, analysis: {} });
    expect(await refusalOf(asked)).toMatchObject({ code: 'refused', reason: 'not-judged' });
  });
});
