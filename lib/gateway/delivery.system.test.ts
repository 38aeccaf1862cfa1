import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askAgent } from '../data/config/agent-requests.ts';
import { withTransaction } from '../data/database.ts';
import { loadRelease, recordTransition } from '../data/releases.ts';
import { createWorld, PERSON, startRelease, type World, wish } from '../data/testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
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

const join = async (at = running) => {
  const peer = await connectAgent(at, world.agentId);
  return { peer, epoch: (await peer.join()).epoch };
};
const hello = (epoch: number, generation: number | null) => ({
  v: 1,
  epoch,
  targets: generation === null ? [] : [{ target: world.targetId, generation, basisPoints: null }],
  journalId: randomUUID(),
  seq: 0,
});
const applied = (epoch: number, generation: number) => ({
  v: 1,
  epoch,
  target: world.targetId,
  generation,
  outcome: 'applied',
  reason: null,
  seenBasisPoints: 480,
  seq: 1,
  at: Date.now(),
});
/** Writes a wish as every change of a release does. */
const decideWish = (releaseId: string, generation: number) =>
  withTransaction(database.pool, async (client) => {
    const release = await loadRelease(client, releaseId, { forUpdate: true });
    if (!release) return expect.unreachable('the release is gone');
    return recordTransition(client, {
      release,
      expectedVersion: release.stateVersion,
      state: release.state,
      dueAt: null,
      event: { type: 'pause', actor: PERSON, reason: null },
      desired: [wish(world, generation)],
      ledger: null,
      at: Date.now(),
    });
  });
const outbox = async () => {
  const { rows } = await database.pool.query('SELECT generation, attempts FROM outbox WHERE target_id = $1', [
    world.targetId,
  ]);
  return rows;
};

describe('a wish', () => {
  test('arrives at its agent as soon as it is committed, and stays until it was carried out', async () => {
    const release = await startRelease(database, world);
    const { peer, epoch } = await join();
    await decideWish(release, 1);
    expect(await peer.hear('desired')).toMatchObject({
      target: world.targetId,
      generation: 1,
      basisPoints: 500,
    });
    await expect.poll(outbox, { timeout: 10_000 }).toEqual([{ generation: 1, attempts: 1 }]);
    expect(await peer.say('applied', applied(epoch, 1))).toEqual({ ok: true, known: false });
    expect(await outbox()).toEqual([]);
    expect(running.told.seen).toContain(world.targetId);
    expect(await peer.say('applied', applied(epoch, 1))).toEqual({ ok: true, known: true });
  });

  test('stays when its agent reports a generation that nobody ever asked for', async () => {
    const release = await startRelease(database, world);
    const { peer, epoch } = await join();
    await decideWish(release, 1);
    await peer.hear('desired');
    expect(await peer.say('applied', applied(epoch, 2 ** 52))).toEqual({ ok: true, known: true });
    expect(await outbox()).toMatchObject([{ generation: 1 }]);
  });

  test('arrives within the sweep when the notice of it is lost', async () => {
    const deaf = await runAgentGateway(database, { deaf: true });
    const release = await startRelease(database, world);
    const { peer } = await join(deaf);
    await decideWish(release, 1);
    expect(await peer.hear('desired')).toMatchObject({ generation: 1 });
    await deaf.stop();
  });

  test('is repeated while nobody confirms it', async () => {
    const release = await startRelease(database, world);
    const { peer } = await join();
    await decideWish(release, 1);
    await expect.poll(() => peer.heard('desired').length, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(new Set(peer.heard('desired').map(({ generation }) => generation))).toEqual(new Set([1]));
  });

  test('that is older than a newer one is not sent any more', async () => {
    const release = await startRelease(database, world);
    await decideWish(release, 1);
    await decideWish(release, 2);
    const { peer, epoch } = await join();
    expect(await peer.say('hello', hello(epoch, 0))).toEqual({ ok: true });
    expect((await peer.hear('desired')).generation).toBe(2);
    expect(await peer.say('applied', applied(epoch, 1))).toMatchObject({ ok: true });
    expect(await outbox()).toEqual([{ generation: 2, attempts: expect.any(Number) }]);
  });

  test('comes again after a reconnect to an agent that is behind, and not to one that holds it', async () => {
    const release = await startRelease(database, world);
    await decideWish(release, 3);
    const first = await join();
    await first.peer.hear('desired');
    await first.peer.say('applied', applied(first.epoch, 3));
    expect(await outbox()).toEqual([]);
    first.peer.socket.disconnect();

    const restored = await join();
    await restored.peer.say('hello', hello(restored.epoch, null));
    expect((await restored.peer.hear('desired')).generation).toBe(3);
    await restored.peer.say('applied', applied(restored.epoch, 3));

    const current = await join();
    await current.peer.say('hello', hello(current.epoch, 3));
    await decideWish(release, 4);
    await current.peer.hear('desired', ({ generation }) => generation === 4);
    expect(current.peer.heard('desired').map(({ generation }) => generation)).not.toContain(3);
  });

  test('goes to the agent of its own cluster only', async () => {
    const neighbour = await createWorld(database, `shop-${count}-b`);
    const other = await connectAgent(running, neighbour.agentId);
    await other.join();
    const release = await startRelease(database, world);
    const { peer } = await join();
    await decideWish(release, 1);
    await peer.hear('desired');
    expect(other.heard('desired')).toEqual([]);
  });
});

describe('questions and documents', () => {
  test('a question reaches the agent and its answer the asker', async () => {
    const { peer, epoch } = await join();
    peer.socket.on('ask', ({ requestId }: { requestId: string }) =>
      peer.socket.emit('answer', { v: 1, epoch, requestId, ok: true, detail: 'the router\0 answers' }),
    );
    const answer = await askAgent(database.pool, world.agentId, {
      kind: 'observeNow',
      target: world.targetId,
    });
    expect(answer).toEqual({ ok: true, detail: 'the router answers' });
  });

  test('an answer to a question that was never asked of this agent changes nothing', async () => {
    const neighbour = await createWorld(database, `shop-${count}-c`);
    const other = await connectAgent(running, neighbour.agentId);
    const { epoch } = await other.join();
    const { peer } = await join();
    peer.socket.on('ask', ({ requestId }: { requestId: string }) =>
      other.socket.emit('answer', { v: 1, epoch, requestId, ok: true, detail: 'not mine' }),
    );
    const question = { kind: 'observeNow', target: world.targetId } as const;
    expect(await askAgent(database.pool, world.agentId, question, 500)).toBe(null);
  });

  test('a target that is new to a connected agent is told, and it may speak about it', async () => {
    const { peer, epoch } = await join();
    const service = await database.prisma.service.create({
      data: { slug: `late-${count}`, name: 'late', metrics: [] },
    });
    const target = await database.prisma.target.create({
      data: { serviceId: service.id, clusterId: world.clusterId, router: {}, source: {}, workload: {} },
    });
    await running.gateway.hear({ kind: 'targets', cluster: world.clusterId });
    const told = await peer.hear('targets', ({ targets }) => targets.some(({ id }) => id === target.id));
    expect(told.targets).toHaveLength(2);
    expect(await peer.say('applied', { ...applied(epoch, 1), target: target.id })).toMatchObject({
      ok: true,
    });
  });
});

describe('measurements', () => {
  const samples = (epoch: number, rows: object = {}, change: object = {}) => ({
    v: 1,
    epoch,
    journalId: randomUUID(),
    seq: 1,
    target: world.targetId,
    from: Date.now() - 10_000,
    layout: { edges: [0.1, 0.5], names: ['orders'], queries: {} },
    rows: {
      at: [1_000, 2_000],
      seconds: [1, 1],
      track: [0, 0],
      requests: [10, 12],
      errors: [0, 1],
      latency: [[8, 1, 1], []],
      counts: [[3], [4]],
      ...rows,
    },
    ...change,
  });
  const stored = async () => {
    const { rows } = await database.pool.query(
      'SELECT requests FROM sample WHERE target_id = $1 ORDER BY at',
      [world.targetId],
    );
    return rows.map(({ requests }) => requests);
  };

  test('are stored once, however often they are sent', async () => {
    const { peer, epoch } = await join();
    const batch = samples(epoch);
    expect(await peer.say('samples', batch)).toEqual({ ok: true, credits: 1, minIntervalMs: 0 });
    expect(await peer.say('samples', batch)).toMatchObject({ ok: true });
    await Promise.all([peer.say('samples', batch), peer.say('samples', batch)]);
    expect(await stored()).toEqual([10, 12]);
    expect(running.told.samples).toContain(world.targetId);
  });

  test.each([
    ['more errors than requests', { errors: [11, 0] }, {}, 'more errors than requests'],
    [
      'a time far ahead',
      {},
      { from: Date.now() + 600_000 },
      'a time is more than a minute ahead of the server',
    ],
    ['columns of unequal length', { errors: [0] }, {}, 'the columns differ in length'],
    ['buckets that fit no edge', { latency: [[1], []] }, {}, 'a latency row does not fit the edges'],
    ['a bucket too large to keep', { latency: [[3e9, 0, 0], []] }, {}, 'a count is too large'],
    ['an interval of no length', { seconds: [1e-60, 1] }, {}, 'an interval is shorter than a millisecond'],
    ['an infinite count', { requests: [1e308, 1] }, {}, 'malformed'],
    ['a negative count', { requests: [-1, 1] }, {}, 'malformed'],
    ['a track that does not exist', { track: [2, 0] }, {}, 'malformed'],
  ])('with %s are refused whole', async (_, rows, change, reason) => {
    const { peer, epoch } = await join();
    expect(await peer.say('samples', samples(epoch, rows, change))).toEqual({ ok: false, reason });
    expect(await stored()).toEqual([]);
  });

  test('of a target of another cluster are refused', async () => {
    const neighbour = await createWorld(database, `shop-${count}-d`);
    const { peer, epoch } = await join();
    expect(await peer.say('samples', samples(epoch, {}, { target: neighbour.targetId }))).toEqual({
      ok: false,
      reason: 'a target that is not its own',
    });
  });

  test('from a clock slightly ahead are stored once and complete, also when they are sent again', async () => {
    const { peer, epoch } = await join();
    const batch = samples(epoch, {}, { from: Date.now() + 20_000 });
    await peer.say('samples', batch);
    await peer.say('samples', batch);
    expect(await stored()).toEqual([10, 12]);
  });

  test('that no service can have are refused without ending the connection that carried them', async () => {
    const { peer, epoch } = await join();
    for (let sent = 0; sent < 5; sent++)
      expect(await peer.say('samples', samples(epoch, { errors: [11, 0] }))).toMatchObject({ ok: false });
    expect(await peer.say('samples', samples(epoch))).toMatchObject({ ok: true });
  });
});
