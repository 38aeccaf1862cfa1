import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { closeSession, connectivityOf, openSession, touchSessions } from './agent-sessions.ts';
import {
  createEnrolment,
  findAgent,
  insertAgent,
  type ObservedRow,
  recordObserved,
  revokeAgent,
  targetsOfCluster,
  targetsOwnedBy,
  useEnrolment,
} from './agents.ts';
import { withTransaction } from './database.ts';
import { readPlane, tickLease } from './plane.ts';
import { createWorld, type World } from './testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

let database: TestDatabase;
let world: World;
let name: string;
let worlds = 0;
const replica = randomUUID();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  worlds += 1;
  name = `shop-${worlds}`;
  world = await createWorld(database, name);
});

const open = (instanceId = world.agentId, holder = replica) =>
  openSession(database.pool, {
    agentId: world.agentId,
    instanceId,
    bootId: randomUUID(),
    replica: holder,
    version: '0.1.0',
    capabilities: ['haproxy'],
    address: '127.0.0.1',
  });

const observed = (target: string, change: Partial<ObservedRow> = {}): ObservedRow => ({
  target,
  generation: 1,
  setBasisPoints: 500,
  seenBasisPoints: 493,
  seenRequests: 2_000,
  confirmed: 'yes',
  router: 'haproxy 42',
  problem: null,
  sourceProblem: null,
  workloads: [{ track: 'baseline', version: '1.0.0', healthy: true }],
  ...change,
});

const stateOf = (target: string) => database.prisma.targetState.findUnique({ where: { targetId: target } });

test('an enrolment token works once, for its own cluster, and not after its time', async () => {
  const enrolment = { clusterId: world.clusterId, createdBy: 'Ada', lifetimeSeconds: 900 };
  await createEnrolment(database.pool, { ...enrolment, tokenHash: `${name}-good` });
  await createEnrolment(database.pool, { ...enrolment, tokenHash: `${name}-old`, lifetimeSeconds: -1 });
  expect(await useEnrolment(database.pool, `${name}-good`, 'elsewhere')).toBeNull();
  const uses = await Promise.all(
    Array.from({ length: 5 }, () => useEnrolment(database.pool, `${name}-good`, `${name}-eu`)),
  );
  expect(uses.filter(Boolean)).toMatchObject([{ clusterId: world.clusterId, createdBy: 'Ada' }]);
  expect(await useEnrolment(database.pool, `${name}-old`, `${name}-eu`)).toBeNull();
});

test('a cluster has one agent: a new one takes the right to act from the former', async () => {
  const fresh = await withTransaction(database.pool, (client) =>
    insertAgent(client, { clusterId: world.clusterId, instanceId: randomUUID(), publicKey: 'new' }),
  );
  expect((await findAgent(database.pool, world.agentId))?.revoked).toBe(true);
  expect(await findAgent(database.pool, fresh)).toMatchObject({ revoked: false, cluster: `${name}-eu` });
  expect(await open()).toBeNull();
});

test('every session gets a higher epoch, also when many open at once', async () => {
  const sessions = await Promise.all(Array.from({ length: 6 }, () => open()));
  expect(sessions.map((session) => session?.epoch).sort()).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a second live instance of one agent is noticed', async () => {
  const first = await open();
  const other = await open(randomUUID());
  expect([first?.takenOverFrom, other?.takenOverFrom]).toEqual([null, world.agentId]);
});

test('a heartbeat tells a process which sessions it no longer holds', async () => {
  const old = await open();
  await open(world.agentId, randomUUID());
  const beat = { agentId: world.agentId, epoch: old?.epoch ?? 0, clockSkewMs: 12 };
  expect(await touchSessions(database.pool, replica, [beat])).toEqual([world.agentId]);
  const mine = await open();
  expect(await touchSessions(database.pool, replica, [{ ...beat, epoch: mine?.epoch ?? 0 }])).toEqual([]);
  await revokeAgent(database.pool, world.agentId);
  expect(await touchSessions(database.pool, replica, [{ ...beat, epoch: mine?.epoch ?? 0 }])).toEqual([
    world.agentId,
  ]);
});

test('a late good-bye of an old session leaves the new one connected', async () => {
  const old = await open();
  const fresh = await open();
  expect(await closeSession(database.pool, world.agentId, old?.epoch ?? 0)).toBe(false);
  expect(await connectivityOf(database.pool, [world.targetId])).toEqual(new Set([world.targetId]));
  expect(await closeSession(database.pool, world.agentId, fresh?.epoch ?? 0)).toBe(true);
  expect(await connectivityOf(database.pool, [world.targetId])).toEqual(new Set());
});

test('contact is lost when heartbeats stay away, whatever the socket says', async () => {
  await open();
  await database.pool.query(`UPDATE agent_session SET last_seen_at = now() - interval '31 seconds'`);
  expect(await connectivityOf(database.pool, [world.targetId])).toEqual(new Set());
});

test('an agent speaks for its own targets only, and under its newest epoch only', async () => {
  const other = await createWorld(database, `other-${worlds}`);
  const old = await open();
  const session = await open();
  const rows = [observed(world.targetId), observed(other.targetId)];
  const speak = (epoch = 0) => recordObserved(database.pool, { agentId: world.agentId, epoch }, rows);
  expect(await speak(old?.epoch)).toEqual([]);
  expect(await speak(session?.epoch)).toEqual([world.targetId]);
  expect(await stateOf(other.targetId)).toBeNull();
  expect(await stateOf(world.targetId)).toMatchObject({
    seenBasisPoints: 493,
    confirmed: 'yes',
    appliedGeneration: 1n,
  });
});

test('an observation says what is seen and never what is wanted', async () => {
  const session = await open();
  const agent = { agentId: world.agentId, epoch: session?.epoch ?? 0 };
  await recordObserved(database.pool, agent, [observed(world.targetId, { generation: 7 })]);
  await recordObserved(database.pool, agent, [
    observed(world.targetId, { generation: 6, confirmed: 'unknown', seenBasisPoints: null }),
  ]);
  expect(await stateOf(world.targetId)).toMatchObject({
    generation: 0n,
    desired: null,
    appliedGeneration: 7n,
    confirmed: 'unknown',
    seenBasisPoints: null,
  });
});

test('an agent gets the documents of its cluster, with the metrics of the services', async () => {
  const metrics = [
    { name: 'errors', kind: 'errors', unit: 'requests' },
    { name: 'basket', kind: 'mean', bound: 500 },
  ];
  await database.prisma.service.update({ where: { id: world.serviceId }, data: { metrics } });
  expect(await targetsOfCluster(database.pool, world.clusterId)).toEqual([
    {
      id: world.targetId,
      service: name,
      router: { driver: 'embedded' },
      source: { driver: 'scrape' },
      workload: { driver: 'none' },
      metrics: [
        { name: 'errors', kind: 'errors' },
        { name: 'basket', kind: 'mean', bound: 500 },
      ],
    },
  ]);
  expect(await targetsOwnedBy(database.pool, world.agentId)).toEqual(new Set([world.targetId]));
  await revokeAgent(database.pool, world.agentId);
  expect(await targetsOwnedBy(database.pool, world.agentId)).toEqual(new Set());
});

test('the lease tick grows with every answer of the database', async () => {
  const before = await readPlane(database.pool);
  expect(await tickLease(database.pool)).toEqual({ term: before.term, leaseTick: before.leaseTick + 1 });
});
