import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Database, openDatabase } from '../data/database.ts';
import { loadJudgement } from '../data/engine.ts';
import { dueDesired } from '../data/outbox.ts';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
import { replay } from '../domain/release/replay.ts';
import { actOnRelease } from '../services/release/act.ts';
import { createReleaseWorld } from '../services/release/testing/release-world.ts';
import { contextOf, NOW } from '../services/testing/contexts.ts';
import { startEngine } from './loop.ts';
import { stepRelease } from './step.ts';
import { type Rates, type TrafficOptions, trafficOf } from './testing/traffic.ts';

const HEALTHY: Rates = { canary: 0.01, baseline: 0.01 };
const HARMFUL: Rates = { canary: 0.1, baseline: 0.01 };
const NO_CANARY: Rates = { canary: null, baseline: 0.01 };
const NO_BASELINE: Rates = { canary: 0.01, baseline: null };

const analysis = { warmup: '10s', every: '1s' };
const STAGES = [
  { name: 'first', share: 5, gate: 'evidence', bake: { min: '20s', max: '5m' } },
  { name: 'all', share: 100, gate: 'evidence', watch: '30s' },
];
const SPEC = { stages: STAGES, analysis };

let database: TestDatabase;
let worlds = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** A release whose first share is confirmed, with a clock that moves only when the test says so. */
const startStage = async (spec: Record<string, unknown> = SPEC, options: TrafficOptions = {}) => {
  const world = await createReleaseWorld(database, `shop-${++worlds}`, { spec });
  const traffic = trafficOf(database, world.targetId, options);
  const { id } = await world.start();
  await world.apply(id);
  let clock = NOW;
  const step = (db: Database = database, startedAt = 0) =>
    stepRelease({ db, now: () => clock, startedAt }, id);
  return {
    ...world,
    id,
    step,
    now: () => clock,
    state: async () => (await world.load(id)).state,
    verdict: async () => (await loadJudgement(database.pool, id))?.judgement?.verdict ?? null,
    types: async () => (await world.events(id)).map(({ event }) => event.type),
    confirm: () => world.apply(id, clock),
    wait: (seconds: number) => {
      clock += seconds * 1_000;
    },
    /** Seconds pass with this traffic; the engine looks after every `lookSeconds`, 0 for never. */
    pass: async (seconds: number, rates: Rates, lookSeconds = 5) => {
      for (let second = 1; second <= seconds; second++) {
        clock += 1_000;
        await traffic.send(clock, rates);
        if (lookSeconds > 0 && second % lookSeconds === 0) await step();
      }
    },
  };
};
type Started = Awaited<ReturnType<typeof startStage>>;

const expectReplays = async (release: Started): Promise<void> => {
  const { state, plan, stateVersion } = await release.load(release.id);
  const events = await release.events(release.id);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  expect(events).toHaveLength(stateVersion);
  expect(replay(events, plan)).toEqual(state);
};

describe('the evidence gate', () => {
  test('lets a healthy canary pass once it is shown, and the event carries the verdict that showed it', async () => {
    const release = await startStage();
    await release.pass(60, HEALTHY);
    const passed = (await release.events(release.id)).filter(({ event }) => event.type === 'gate-passed');
    expect(passed).toHaveLength(1);
    const at = passed[0]?.at ?? 0;
    expect(at).toBeGreaterThanOrEqual(NOW + 20_000);
    expect(passed[0]?.event).toMatchObject({
      actor: { kind: 'engine' },
      gate: 'evidence',
      verdict: {
        decision: 'advance',
        holdReason: null,
        at,
        metrics: [{ name: 'errors', decision: 'advance' }],
      },
    });
    expect(await release.state()).toMatchObject({ stageIndex: 1, phase: 'running' });
    const wishes = await dueDesired(database.pool, { agentIds: [release.agentId] }, 10);
    expect(wishes).toMatchObject([{ generation: 2, desired: { basisPoints: 10_000, intent: 'advance' } }]);
    await expectReplays(release);
  });

  test('does not open before its shortest bake time, however clear the evidence', async () => {
    const stages = [{ ...STAGES[0], bake: { min: '2m' } }, STAGES[1]];
    const release = await startStage({ stages, analysis });
    await release.pass(119, HEALTHY, 1);
    expect(await release.verdict()).toMatchObject({ decision: 'advance' });
    expect(await release.state()).toMatchObject({ stageIndex: 0 });
    await release.pass(1, HEALTHY, 1);
    expect(await release.state()).toMatchObject({ stageIndex: 1 });
  });

  test('wants evidence from its own share: what opened the stage before does not open the next', async () => {
    const more = { name: 'more', share: 25, gate: 'evidence' };
    const release = await startStage({ stages: [STAGES[0], more, STAGES[1]], analysis });
    await release.pass(60, HEALTHY);
    await release.confirm();
    await release.step();
    expect(await release.state()).toMatchObject({ stageIndex: 1, lastDecision: 'advance' });
    await release.pass(1, HEALTHY, 1);
    expect(await release.state()).toMatchObject({ stageIndex: 2 });
  });

  test("stays closed for a person's pause and opens after the resume", async () => {
    const release = await startStage();
    const act = (action: 'pause' | 'resume') =>
      actOnRelease(contextOf(database, 'operator'), { id: release.id, action });
    await act('pause');
    await release.pass(60, HEALTHY);
    expect(await release.state()).toMatchObject({ phase: 'paused', stageIndex: 0, lastDecision: 'advance' });
    await act('resume');
    await release.step();
    expect(await release.state()).toMatchObject({ phase: 'running', stageIndex: 1 });
  });

  test('a release that is watched to the end at full share is released, and its version is in charge', async () => {
    const release = await startStage();
    await release.pass(60, HEALTHY);
    await release.confirm();
    await release.pass(29, HEALTHY, 1);
    expect(await release.state()).toMatchObject({ stageIndex: 1, outcome: null });
    await release.pass(1, HEALTHY, 1);
    expect(await release.state()).toMatchObject({ phase: 'finished', outcome: 'released' });
    expect(await release.step()).toBeNull();
    const next = await release.start({ version: '1.0.0' }, release.now());
    expect(next).toMatchObject({ baselineVersion: '1.1.0' });
    await expectReplays(release);
  });
});

describe('harm', () => {
  test('ten times the errors take all traffic back without a person, and the event says why', async () => {
    const release = await startStage();
    await release.pass(60, HARMFUL);
    const verdicts = (await release.events(release.id)).filter(({ event }) => event.type === 'verdict');
    expect(verdicts.at(-1)?.event).toMatchObject({
      actor: { kind: 'engine' },
      verdict: { decision: 'rollback' },
    });
    expect(await release.types()).not.toContain('gate-passed');
    expect(await release.state()).toMatchObject({ phase: 'rolling-back', ending: 'rolled-back' });
    const wishes = await dueDesired(database.pool, { agentIds: [release.agentId] }, 10);
    expect(wishes).toMatchObject([{ generation: 2, desired: { basisPoints: 0, intent: 'roll-back' } }]);
    await release.confirm();
    expect(await release.state()).toMatchObject({ phase: 'finished', outcome: 'rolled-back' });
    await expectReplays(release);
  });

  test('takes traffic back from a paused release too', async () => {
    const release = await startStage();
    await actOnRelease(contextOf(database, 'operator'), { id: release.id, action: 'pause' });
    await release.pass(60, HARMFUL);
    expect(await release.state()).toMatchObject({ phase: 'rolling-back' });
  });

  test('is only told where the plan leaves the way back to people, and exposure cannot rise on it', async () => {
    const release = await startStage({ ...SPEC, rollback: { automatic: false } });
    await release.pass(60, HARMFUL);
    expect(await release.state()).toMatchObject({
      phase: 'running',
      stageIndex: 0,
      lastDecision: 'rollback',
    });
    expect(await release.types()).not.toContain('gate-passed');
  });
});

describe('a service without a latency histogram', () => {
  test('is judged by its errors all the same, for good and for bad', async () => {
    const healthy = await startStage(SPEC, { withLatency: false });
    await healthy.pass(60, HEALTHY);
    expect(await healthy.state()).toMatchObject({ stageIndex: 1, phase: 'running' });
    const harmful = await startStage(SPEC, { withLatency: false });
    await harmful.pass(60, HARMFUL);
    expect(await harmful.state()).toMatchObject({ phase: 'rolling-back' });
  });
});

describe('data that is missing', () => {
  const gates: [string, Rates, string][] = [
    ['evidence', NO_CANARY, 'no-canary-data'],
    ['bake', NO_CANARY, 'no-canary-data'],
    ['evidence', NO_BASELINE, 'no-baseline-data'],
    ['bake', NO_BASELINE, 'no-baseline-data'],
  ];
  test.each(gates)('holds at a gate of %s however long it bakes: %o', async (gate, rates, holdReason) => {
    const release = await startStage({ stages: [{ ...STAGES[0], gate }, STAGES[1]], analysis });
    await release.pass(330, rates, 30);
    expect(await release.verdict()).toMatchObject({ decision: 'hold', holdReason });
    expect(await release.state()).toMatchObject({ phase: 'running', stageIndex: 0, bakeOverdue: true });
    const types = await release.types();
    expect(types.filter((type) => type === 'bake-overdue')).toHaveLength(1);
    expect(types).not.toContain('gate-passed');
  });

  test('evidence from before a silence is no evidence for going on', async () => {
    const stages = [{ ...STAGES[0], bake: { min: '90s' } }, STAGES[1]];
    const release = await startStage({ stages, analysis });
    await release.pass(60, HEALTHY);
    expect(await release.verdict()).toMatchObject({ decision: 'advance' });
    release.wait(60);
    await release.step();
    expect(await release.verdict()).toMatchObject({ decision: 'hold', holdReason: 'stale-data' });
    expect(await release.state()).toMatchObject({ stageIndex: 0, lastDecision: 'hold' });
  });
});

describe('contact with an agent', () => {
  test('that is lost pauses the release; a person resumes it once contact is back', async () => {
    const release = await startStage();
    await release.agent.disconnect();
    await release.pass(60, HEALTHY);
    expect(await release.state()).toMatchObject({
      phase: 'paused',
      stageIndex: 0,
      pausedBy: { kind: 'engine' },
      targets: [{ connected: false }],
    });
    await release.agent.connect();
    await release.step();
    expect(await release.state()).toMatchObject({ phase: 'paused', targets: [{ connected: true }] });
    const types = await release.types();
    expect(types.filter((type) => type.startsWith('agent-'))).toEqual(['agent-lost', 'agent-back']);
    await expectReplays(release);
  });

  test('is not called lost while a restarted process has not given the agent five minutes to return', async () => {
    const release = await startStage();
    await release.agent.disconnect();
    await database.prisma.agentSession.update({
      where: { agentId: release.agentId },
      data: { connectedAt: new Date(NOW - 1_000) },
    });
    release.wait(299);
    await release.step(database, NOW);
    expect(await release.state()).toMatchObject({ phase: 'running', targets: [{ connected: true }] });
    release.wait(1);
    await release.step(database, NOW);
    expect(await release.state()).toMatchObject({ phase: 'paused', targets: [{ connected: false }] });
  });

  test('that came back after a restart and is lost again is called lost at once', async () => {
    const release = await startStage();
    await release.agent.disconnect();
    await database.prisma.agentSession.update({
      where: { agentId: release.agentId },
      data: { connectedAt: new Date(NOW + 1_000) },
    });
    release.wait(10);
    await release.step(database, NOW);
    expect(await release.state()).toMatchObject({ phase: 'paused', targets: [{ connected: false }] });
  });

  test.each([
    ['hold', 'running'],
    ['rollback', 'rolling-back'],
  ])('that is lost under the policy %s leaves the release %s, never higher', async (onAgentLost, phase) => {
    const release = await startStage({ ...SPEC, rollback: { onAgentLost } });
    await release.agent.disconnect();
    await release.pass(60, HEALTHY);
    expect(await release.state()).toMatchObject({ phase, stageIndex: 0 });
  });
});

describe('a judgement', () => {
  test.each([
    ['healthy', HEALTHY],
    ['harmful', HARMFUL],
  ])('of a %s canary is the same in many halves, by other processes, as in one go', async (_, rates) => {
    const spec = {
      analysis,
      stages: [{ name: 'first', share: 5, gate: 'manual' }, STAGES[1]],
      rollback: { automatic: false },
    };
    const [once, often] = [await startStage(spec, { seed: 7 }), await startStage(spec, { seed: 7 })];
    await once.pass(60, rates, 0);
    await once.step();
    for (const seconds of [1, 22, 37]) {
      await often.pass(seconds, rates, 0);
      const other = openDatabase(database.url);
      await often.step(other);
      await other.close();
    }
    expect(await often.verdict()).toEqual(await once.verdict());
    const decisions = { healthy: 'advance', harmful: 'rollback' };
    expect(await once.verdict()).toMatchObject({
      decision: decisions[rates === HEALTHY ? 'healthy' : 'harmful'],
    });
  });

  test('repeated without new data changes nothing', async () => {
    const release = await startStage();
    await release.pass(15, HEALTHY, 15);
    const [before, verdict] = [await release.load(release.id), await release.verdict()];
    for (let look = 0; look < 3; look++) await release.step();
    expect(await release.load(release.id)).toEqual(before);
    expect(await release.verdict()).toEqual(verdict);
  });
});

describe('two engines on one database', () => {
  test('that look at the same moment, as after a lease ran out, record what they see once', async () => {
    const others = [1, 2, 3].map(() => openDatabase(database.url));
    onTestFinished(async () => {
      await Promise.all(others.map((db) => db.close()));
    });
    const release = await startStage();
    for (let look = 0; look < 20; look++) {
      await release.pass(3, HEALTHY, 0);
      await Promise.all(others.map((db) => release.step(db)));
    }
    const types = await release.types();
    expect(types).toEqual(['created', 'target-applied', 'verdict', 'verdict', 'gate-passed']);
    await expectReplays(release);
  });

  test('carry a release from its first share to the end without doubling an event', async () => {
    const release = await startStage();
    const engines = [1, 2].map(() => {
      const db = openDatabase(database.url);
      const engine = startEngine({ db, log: pino({ level: 'silent' }), now: release.now, sweepMs: 20 });
      onTestFinished(async () => {
        await engine.stop();
        await db.close();
      });
      return engine;
    });
    const finish = async () => {
      await release.pass(1, HEALTHY, 0);
      for (const engine of engines) engine.samplesArrived([release.targetId]);
      await release.confirm();
      expect(await release.state()).toMatchObject({ outcome: 'released' });
    };
    await vi.waitFor(finish, { timeout: 25_000, interval: 10 });
    const types = await release.types();
    expect(types.filter((type) => type === 'gate-passed')).toHaveLength(1);
    expect(types.filter((type) => type === 'watch-finished')).toHaveLength(1);
    const decisions = (await release.events(release.id)).flatMap(({ event }) =>
      event.type === 'verdict' ? [event.verdict.decision] : [],
    );
    expect(decisions).toEqual(decisions.filter((decision, index) => decision !== decisions[index - 1]));
    await expectReplays(release);
  });
});
