import { pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { loadJudgement } from '../data/engine.ts';
import { verifyEvents } from '../data/release-events.ts';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
import { replay } from '../domain/release/replay.ts';
import { createReleaseWorld } from '../services/release/testing/release-world.ts';
import { NOW } from '../services/testing/contexts.ts';
import { startEngine } from './loop.ts';
import { stepRelease } from './step.ts';
import { type Rates, trafficOf } from './testing/traffic.ts';

const HEALTHY: Rates = { canary: 0.01, baseline: 0.01 };
const HARMFUL: Rates = { canary: 0.1, baseline: 0.01 };
const SECONDS = 60;
const LATER = NOW + SECONDS * 1_000;
const SPEC = {
  analysis: { warmup: '10s', every: '1s' },
  stages: [
    { name: 'first', share: 5, gate: 'evidence' },
    { name: 'all', share: 100, gate: 'evidence', watch: '30s' },
  ],
};

let database: TestDatabase;
let worlds = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** A release at its first share with a minute of traffic that nobody has looked at. */
const unseen = async (rates: Rates) => {
  const world = await createReleaseWorld(database, `shop-${++worlds}`, { spec: SPEC });
  const traffic = trafficOf(database, world.targetId, { seed: worlds });
  const { id } = await world.start();
  await world.apply(id);
  for (let second = 1; second <= SECONDS; second++) await traffic.send(NOW + second * 1_000, rates);
  return { ...world, id };
};
const step = (id: string) => stepRelease({ db: database, now: () => LATER, startedAt: 0 }, id);

/** Makes the database refuse every change of this release, as if the process had died before it. Answers with the way back. */
const refuseChanges = async (id: string): Promise<() => Promise<void>> => {
  const name = `refuse_${id.replaceAll('-', '')}`;
  await database.pool.query(
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'interrupted'; END $$`,
  );
  await database.pool.query(
    `CREATE TRIGGER ${name} BEFORE INSERT ON release_event FOR EACH ROW WHEN (NEW.release_id = '${id}') EXECUTE FUNCTION ${name}()`,
  );
  return async () => {
    await database.pool.query(`DROP TRIGGER ${name} ON release_event`);
  };
};
const judgement = async (id: string) => (await loadJudgement(database.pool, id))?.judgement ?? null;

test.each([
  ['roll back', HARMFUL, ['created', 'target-applied', 'verdict']],
  ['advance', HEALTHY, ['created', 'target-applied', 'verdict', 'gate-passed']],
] as const)(
  'a look that died after its verdict was stored, before "%s" was carried out, is made up for once',
  async (_, rates, types) => {
    const { id, load, events } = await unseen(rates);
    const before = await load(id);
    const allow = await refuseChanges(id);
    await expect(step(id)).rejects.toThrow('interrupted');
    const stored = await judgement(id);
    expect(stored?.verdict.decision).toBe(rates === HARMFUL ? 'rollback' : 'advance');
    expect(await load(id)).toMatchObject({ stateVersion: before.stateVersion, state: before.state });

    await allow();
    await step(id);
    await step(id);
    expect((await events(id)).map(({ event }) => event.type)).toEqual(types);
    expect((await judgement(id))?.verdict).toEqual(stored?.verdict);
    const { state, plan } = await load(id);
    expect(state).toMatchObject(rates === HARMFUL ? { phase: 'rolling-back' } : { stageIndex: 1 });
    expect(replay(await events(id), plan)).toEqual(state);
    expect(await verifyEvents(database.pool, id)).toMatchObject({ intact: true });
  },
);

test('a release that cannot be written stops no other one, and is tried again until it can', async () => {
  const [stuck, free] = [await unseen(HARMFUL), await unseen(HARMFUL)];
  const allow = await refuseChanges(stuck.id);
  const engine = startEngine({
    db: database,
    log: pino({ level: 'silent' }),
    now: () => LATER,
    sweepMs: 20,
  });
  onTestFinished(() => engine.stop());
  const comesTo = (release: typeof stuck, phase: string) =>
    vi.waitFor(
      async () => {
        engine.samplesArrived([stuck.targetId, free.targetId]);
        expect((await release.load(release.id)).state.phase).toBe(phase);
      },
      { timeout: 10_000, interval: 20 },
    );
  await comesTo(free, 'rolling-back');
  expect((await stuck.load(stuck.id)).state.phase).toBe('running');
  await allow();
  await comesTo(stuck, 'rolling-back');
});
