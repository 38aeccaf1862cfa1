import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dueDesired } from '../../data/outbox.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { reportEnvironmentSchema } from '../environment/report-schema.ts';
import { contextOf, ledgerOf, lockedOut, NOW, refusalOf } from '../testing/contexts.ts';
import { actOnRelease } from './act.ts';
import { getRelease } from './get.ts';
import { recordTargetCheck } from './target-report.ts';
import { createReleaseWorld, type ReleaseWorld } from './testing/release-world.ts';

let database: TestDatabase;
let worlds = 0;
const newWorld = (spec: Record<string, unknown>) =>
  createReleaseWorld(database, `strategy-${++worlds}`, { spec, capabilities: ['proof'] });
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const BLUE_GREEN = {
  strategy: 'blue-green',
  stages: undefined,
  blueGreen: { checks: [{ name: 'smoke', path: '/healthz' }], drain: '20s', warm: '5m' },
};
const wishOf = async ({ agentId }: ReleaseWorld) =>
  (await dueDesired(database.pool, { agentIds: [agentId] }, 10))[0]?.desired;
const found = async (world: ReleaseWorld, id: string, problem: string | null) => {
  const target = (await world.load(id)).state.targets[0];
  return recordTargetCheck(
    database,
    {
      agentId: world.agentId,
      cluster: target?.cluster ?? '',
      targetId: world.targetId,
      generation: target?.generation ?? 0,
      results: [{ name: 'smoke', problem }],
      differences: [],
    },
    NOW,
  );
};

describe('a plan that asks for proof', () => {
  test('is not started where an agent cannot give it, and says which', async () => {
    const world = await createReleaseWorld(database, `strategy-${++worlds}`, { spec: BLUE_GREEN });
    const refused = await refusalOf(world.start());
    expect(refused).toMatchObject({ code: 'invalid', paths: ['plan'] });
    expect(refused.message).toContain(`the agent of strategy-${worlds}-eu cannot run them`);
  });
});

describe('a blue-green release', () => {
  test('asks the agent to bring the idle side up without traffic and to prove it', async () => {
    const world = await newWorld(BLUE_GREEN);
    const release = await world.start();
    expect(release).toMatchObject({
      strategy: 'blue-green',
      stage: { name: 'prepare', share: 0 },
      stages: [
        { name: 'prepare', gate: 'check', checks: ['smoke'] },
        { name: 'switch', share: 100, watchSeconds: 300 },
      ],
    });
    expect(await wishOf(world)).toMatchObject({
      basisPoints: 0,
      canary: { version: '1.1.0' },
      critical: ['proof'],
      proof: { checks: [{ name: 'smoke', path: '/healthz', status: 200 }], parity: true },
      drainSeconds: 0,
    });
  });

  test('shows what was found, and switches only after it was found well', async () => {
    const world = await newWorld(BLUE_GREEN);
    const { id } = await world.start();
    await world.apply(id);
    await found(world, id, 'answered 500, wanted 200');
    const sick = await getRelease(contextOf(database, 'operator'), { id });
    expect(sick.targets[0]?.checked).toEqual({
      problems: ['smoke: answered 500, wanted 200'],
      differences: [],
    });
    expect(sick.actions.advance).toMatchObject({ allowed: false, reason: 'checks-not-passed' });
    expect(await found(world, id, 'answered 500, wanted 200')).toBe('known');
    await found(world, id, null);
    const well = await actOnRelease(contextOf(database, 'operator'), { id, action: 'advance' });
    expect(well.targets[0]?.share.wanted).toBe(100);
    expect(await wishOf(world)).toMatchObject({ basisPoints: 10_000, drainSeconds: 20, critical: [] });
  });
});

describe('waves', () => {
  test('that name a cluster which does not exist stop the start, and so does a cluster in no wave', async () => {
    const world = await newWorld({ waves: [{ name: 'one', clusters: ['mars'] }] });
    const refused = await refusalOf(world.start());
    expect(refused.paths).toEqual(['plan', 'plan']);
    expect(refused.message).toContain('there is no cluster "mars" here');
    expect(refused.message).toContain('is in no wave');
  });
});

describe('database schemas', () => {
  const knows = async (world: ReleaseWorld, version: string, oldest: number, newest: number) =>
    database.prisma.artifactVersion.updateMany({
      where: { service: { slug: world.names.service }, name: version },
      data: { schemaOldest: oldest, schemaNewest: newest },
    });
  const report = (world: ReleaseWorld, version: number) =>
    reportEnvironmentSchema(contextOf(database, 'operator'), {
      slug: world.names.environment,
      body: { version },
    });

  test('are reported, shown and kept in the ledger; the same report again says nothing', async () => {
    const world = await newWorld({});
    expect(await report(world, 13)).toMatchObject({ schema: { version: 13, reportedBy: 'Ada' } });
    await report(world, 13);
    const entries = await ledgerOf(database, `environment:${world.names.environment}`);
    expect(entries.map(({ action, data }) => [action, data])).toEqual([
      ['environment.schema', { before: null, after: 13 }],
    ]);
  });

  test('may be reported by those who may configure only, for environments that exist, with a whole number', async () => {
    const input = { slug: 'nowhere', body: { version: 1 } };
    expect(await refusalOf(reportEnvironmentSchema(lockedOut(), input))).toMatchObject({ code: 'forbidden' });
    const operator = contextOf(database, 'operator');
    expect(await refusalOf(reportEnvironmentSchema(operator, input))).toMatchObject({ code: 'not-found' });
    const half = { slug: 'nowhere', body: { version: 1.5 } };
    expect(await refusalOf(reportEnvironmentSchema(operator, half))).toMatchObject({ paths: ['version'] });
  });

  test('that the new version does not know refuse the start before anything moves', async () => {
    const world = await newWorld({});
    await report(world, 15);
    await knows(world, '1.1.0', 12, 14);
    const refused = await refusalOf(world.start());
    expect(refused).toMatchObject({ code: 'invalid', paths: ['version'] });
    expect(refused.message).toContain('works with database schemas 12 to 14');
  });

  test('that the old version does not know bar the way back, save by force with a reason', async () => {
    const world = await newWorld({ stages: [{ name: 'all', share: 100, watch: '5m', schema: 14 }] });
    await report(world, 13);
    await knows(world, '1.1.0', 13, 14);
    await knows(world, '1.0.0', 12, 13);
    const { id, stages } = await world.start();
    expect(stages[0]?.pointOfNoReturn).toBe(true);
    await world.apply(id);
    const operator = contextOf(database, 'operator');
    const back = (rest: { force?: true; reason?: string }) =>
      actOnRelease(operator, { id, action: 'rollback', ...rest });
    expect(await refusalOf(back({}))).toMatchObject({ code: 'refused', reason: 'point-of-no-return' });
    expect(await refusalOf(back({ force: true }))).toMatchObject({ code: 'invalid', paths: ['reason'] });
    const forced = await back({ force: true, reason: 'data loss is smaller than the outage' });
    expect(forced.state).toBe('rolling-back');
    expect((await world.events(id)).at(-1)).toMatchObject({ event: { type: 'rollback', force: true } });
  });
});
