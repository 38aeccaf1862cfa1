import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { AGENT_SOCKET_PATH } from '../../agent/src/protocol.ts';
import { connectivityOf } from '../data/agent-sessions.ts';
import { revokeAgent } from '../data/agents.ts';
import { createWorld, type World } from '../data/testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
import { socketRefusalsTotal } from '../telemetry.ts';
import { type RunningGateway, runAgentGateway } from './testing/agent-gateway.ts';
import { connectAgent } from './testing/agent-peer.ts';

/** Ample time for what happens at once on an idle machine. */
const SOON = { timeout: 10_000 };

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

const refused = async (message: string, reason: string): Promise<number> => {
  const { values } = await socketRefusalsTotal.get();
  return values
    .filter(({ labels }) => labels.message === message && labels.reason === reason)
    .reduce((sum, { value }) => sum + value, 0);
};
const join = async () => {
  const peer = await connectAgent(running, world.agentId);
  return { peer, welcome: await peer.join() };
};
const seen = (change: object = {}) => ({
  target: world.targetId,
  generation: 0,
  setBasisPoints: 500,
  seenBasisPoints: null,
  seenRequests: 0,
  confirmed: 'yes',
  router: null,
  problem: null,
  sourceProblem: null,
  workloads: [],
  ...change,
});
const applied = (epoch: number, change: object = {}) => ({
  v: 1,
  epoch,
  target: world.targetId,
  generation: 1,
  outcome: 'applied',
  reason: null,
  seenBasisPoints: null,
  seq: 1,
  at: Date.now(),
  ...change,
});

/** A WebSocket that opens and then says nothing. */
const openWire = async (url: string): Promise<Duplex> => {
  const asked = request(`${url}${AGENT_SOCKET_PATH}/?EIO=4&transport=websocket`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
    },
  });
  const wire = await new Promise<Duplex>((resolve, reject) => {
    asked.once('upgrade', (_, socket) => resolve(socket));
    asked.once('error', reject);
    asked.end();
  });
  onTestFinished(() => void wire.destroy());
  return wire.resume();
};

describe('an agent at the door', () => {
  test('is welcomed with its cluster, its targets and a new epoch', async () => {
    const { welcome } = await join();
    expect(welcome).toMatchObject({
      epoch: 1,
      cluster: `shop-${count}-eu`,
      targets: [{ id: world.targetId, metrics: [{ name: 'errors', kind: 'errors' }] }],
    });
    expect(await connectivityOf(database.pool, [world.targetId])).toEqual(new Set([world.targetId]));
    expect(running.told.agentsChanged).toBeGreaterThan(0);
  });

  test('gets the same answer for a wrong signature, an unknown name and a revoked one, and is cut off', async () => {
    const wrong = await connectAgent(running, world.agentId);
    const stranger = await connectAgent(running, world.agentId);
    const revoked = await connectAgent(running, world.agentId);
    const answer = { ok: false, reason: 'unknown agent or wrong signature' };
    const before = await refused('prove', answer.reason);
    const signed = await wrong.proof();
    expect(await wrong.say('prove', { ...signed, bootId: randomUUID() })).toEqual(answer);
    expect(await stranger.say('prove', await stranger.proof({ agentId: randomUUID() }))).toEqual(answer);
    await revokeAgent(database.pool, world.agentId);
    expect(await revoked.say('prove', await revoked.proof())).toEqual(answer);
    await Promise.all([wrong.ended(), stranger.ended(), revoked.ended()]);
    expect(await refused('prove', answer.reason)).toBe(before + 3);
    expect(await connectivityOf(database.pool, [world.targetId])).toEqual(new Set());
  });

  test('cannot use a signature that was made for another challenge', async () => {
    const first = await connectAgent(running, world.agentId);
    const overheard = await first.proof();
    const replayed = await connectAgent(running, world.agentId);
    await replayed.hear('challenge');
    expect(await replayed.say('prove', overheard)).toMatchObject({ ok: false });
    await replayed.ended();
  });

  test('of another protocol version hears which one to install, and its numbers become no label', async () => {
    const peer = await connectAgent(running, world.agentId);
    const before = await refused('prove', 'another protocol');
    const answer = await peer.say('prove', await peer.proof({ protocol: { min: 7, max: 9 } }));
    expect(answer).toEqual({
      ok: false,
      reason: expect.stringContaining('the server speaks protocol 1, the agent 7 to 9'),
    });
    await peer.ended();
    expect(await refused('prove', 'another protocol')).toBe(before + 1);
  });

  test('proves once: a second proof on one socket is refused', async () => {
    const { peer } = await join();
    expect(await peer.say('prove', await peer.proof())).toEqual({
      ok: false,
      reason: 'only one proof is read',
    });
    expect(peer.heard('welcome')).toHaveLength(1);
    expect(peer.socket.connected).toBe(true);
  });

  test('has no say before its proof', async () => {
    const peer = await connectAgent(running, world.agentId);
    await peer.hear('challenge');
    const before = await refused('other', 'nobody listens for this now');
    expect(await peer.say('observed', { v: 1, epoch: 1, targets: [seen()], clock: 0 })).toMatchObject({
      ok: false,
    });
    expect(await refused('other', 'nobody listens for this now')).toBe(before + 1);
    expect(running.told.seen).toEqual([]);
  });

  test('is cut off after five seconds without a proof', async () => {
    const peer = await connectAgent(running, world.agentId);
    await peer.hear('challenge');
    await peer.ended();
  });

  test('finds no more than twenty of its address waiting, however little they say', async () => {
    const silent = await Promise.all(Array.from({ length: 20 }, () => openWire(running.url)));
    expect(silent).toHaveLength(20);
    const isLetIn = async () => {
      const { socket } = await connectAgent(running, world.agentId);
      return new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true));
        socket.once('connect_error', () => resolve(false));
      });
    };
    expect(await isLetIn()).toBe(false);
    await expect.poll(isLetIn, SOON).toBe(true);
  });

  test.each([
    ['an origin', { origin: 'http://shop.example' }],
    ['a cookie', { cookie: 'slipway.session=x' }],
  ])('that brings %s is a browser, and is not let in', async (_, headers) => {
    const peer = await connectAgent(running, world.agentId, { headers });
    await new Promise((resolve) => peer.socket.once('connect_error', resolve));
    expect(peer.socket.connected).toBe(false);
    expect(peer.heard('challenge')).toEqual([]);
  });

  test('that left while its proof was read is not held as connected', async () => {
    const peer = await connectAgent(running, world.agentId);
    const proof = await peer.proof();
    const lock = await database.pool.connect();
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE agent_session IN ACCESS EXCLUSIVE MODE');
    peer.socket.emit('prove', proof);
    await expect
      .poll(async () => {
        const { rows } = await lock.query(
          `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return Number(rows[0].n);
      }, SOON)
      .toBeGreaterThan(0);
    peer.socket.disconnect();
    await expect.poll(() => running.connections(), SOON).toBe(0);
    await lock.query('COMMIT');
    lock.release();
    await expect
      .poll(async () => {
        const { rows } = await database.pool.query(
          'SELECT disconnected_at IS NOT NULL AS over FROM agent_session WHERE agent_id = $1',
          [world.agentId],
        );
        return rows;
      }, SOON)
      .toEqual([{ over: true }]);
  });
});

describe('messages that make no sense', () => {
  const nonsense: [string, string, (epoch: number) => unknown][] = [
    ['null', 'observed', () => null],
    ['an array', 'observed', () => [1, 2]],
    ['nothing at all', 'hello', () => undefined],
    ['an unknown key', 'applied', (epoch) => applied(epoch, { extra: 1 })],
    ['a generation beyond every safe number', 'applied', (epoch) => applied(epoch, { generation: 1e308 })],
    ['a negative generation', 'applied', (epoch) => applied(epoch, { generation: -1 })],
    ['a number as text', 'applied', (epoch) => applied(epoch, { generation: 'NaN' })],
    ['a share above all', 'applied', (epoch) => applied(epoch, { seenBasisPoints: 10_001 })],
    ['half a number', 'applied', (epoch) => applied(epoch, { seq: 0.5 })],
    ['an epoch that is not its own', 'applied', (epoch) => applied(epoch + 1)],
    ['bytes', 'observed', () => Buffer.from('x')],
    ['another version of the wire', 'applied', (epoch) => applied(epoch, { v: 2 })],
  ];

  test.each(nonsense)('%s is refused and counted, and changes nothing', async (_, name, body) => {
    const { peer, welcome } = await join();
    const reason = name === 'applied' && _.includes('epoch') ? 'another epoch' : 'malformed';
    const before = await refused(name, reason);
    expect(await peer.say(name, body(welcome.epoch))).toEqual({ ok: false, reason });
    expect(await refused(name, reason)).toBe(before + 1);
    expect(running.told.seen).toEqual([]);
    expect(await peer.say('observed', { v: 1, epoch: welcome.epoch, targets: [seen()], clock: 0 })).toEqual({
      ok: true,
    });
  });

  test('do no harm without an ack, under reserved names, or as a bare number', async () => {
    const { peer, welcome } = await join();
    const before = await refused('other', 'nobody listens for this now');
    peer.socket.emit('hello', null);
    peer.socket.emit('error', new Error('x').message);
    expect(await peer.say('observed', { v: 1, epoch: welcome.epoch, targets: [seen()], clock: 0 })).toEqual({
      ok: true,
    });
    expect(await refused('other', 'nobody listens for this now')).toBe(before + 1);
  });

  test('end the connection at the third within a minute, and only that one', async () => {
    const { peer } = await join();
    const neighbour = await createWorld(database, `shop-${count}-b`);
    const other = await connectAgent(running, neighbour.agentId);
    const { epoch } = await other.join();
    expect(await peer.say('observed', null)).toMatchObject({ ok: false });
    expect(await peer.say('observed', [])).toMatchObject({ ok: false });
    peer.socket.emit('observed', 'x');
    await peer.ended();
    expect(
      await other.say('observed', {
        v: 1,
        epoch,
        targets: [seen({ target: neighbour.targetId })],
        clock: 0,
      }),
    ).toEqual({ ok: true });
  });

  test('above the frame limit end the connection before they are read', async () => {
    const { peer, welcome } = await join();
    const neighbour = await createWorld(database, `shop-${count}-c`);
    const other = await connectAgent(running, neighbour.agentId);
    const { epoch } = await other.join();
    peer.socket.emit('applied', applied(welcome.epoch, { reason: 'x'.repeat(70_000) }));
    await peer.ended();
    expect(await other.say('hello', { v: 1, epoch, targets: [], journalId: randomUUID(), seq: 0 })).toEqual({
      ok: true,
    });
  });

  test('keep what can be kept: words with NUL or half a character are stored without them', async () => {
    const { peer, welcome } = await join();
    const problem = 'router says \0 and \ud800';
    expect(
      await peer.say('observed', { v: 1, epoch: welcome.epoch, targets: [seen({ problem })], clock: 0 }),
    ).toEqual({ ok: true });
    const { rows } = await database.pool.query('SELECT problem FROM target_state WHERE target_id = $1', [
      world.targetId,
    ]);
    expect(rows).toEqual([{ problem: 'router says  and \ufffd' }]);
  });
});

describe('an agent speaks for itself only', () => {
  test('a target of another cluster is refused in every message', async () => {
    const neighbour = await createWorld(database, `shop-${count}-d`);
    const { peer, welcome } = await join();
    const { epoch } = welcome;
    const foreign = neighbour.targetId;
    const answer = { ok: false, reason: 'a target that is not its own' };
    expect(await peer.say('applied', applied(epoch, { target: foreign }))).toEqual(answer);
    expect(
      await peer.say('observed', { v: 1, epoch, targets: [seen(), seen({ target: foreign })], clock: 0 }),
    ).toEqual(answer);
    const { rows } = await database.pool.query(
      'SELECT 1 FROM target_state WHERE target_id = ANY($1::uuid[])',
      [[foreign, world.targetId]],
    );
    expect(rows).toEqual([]);
  });

  test('a second connection takes over under the next epoch, and the first is told and closed', async () => {
    const { peer: first } = await join();
    const { peer: second, welcome } = await join();
    expect(welcome.epoch).toBe(2);
    expect(await first.hear('superseded')).toEqual({ epoch: 2 });
    await first.ended();
    expect(second.socket.connected).toBe(true);
    expect(await connectivityOf(database.pool, [world.targetId])).toEqual(new Set([world.targetId]));
  });

  test('a connection at another server takes over as well', async () => {
    const elsewhere = await runAgentGateway(database);
    const { peer: first } = await join();
    const second = await connectAgent(elsewhere, world.agentId);
    await second.join();
    expect(await first.hear('superseded')).toEqual({ epoch: 2 });
    await first.ended();
    await elsewhere.stop();
  });

  test('loses its connection when it is revoked, and is not let in again', async () => {
    const { peer } = await join();
    await revokeAgent(database.pool, world.agentId);
    expect(await peer.hear('revoked')).toMatchObject({ reason: expect.stringContaining('revoked') });
    await peer.ended();
    const again = await connectAgent(running, world.agentId);
    expect(await again.say('prove', await again.proof())).toMatchObject({ ok: false });
  });

  test('loses its connection when it is revoked, though the notice of it is lost', async () => {
    const deaf = await runAgentGateway(database, { deaf: true });
    const peer = await connectAgent(deaf, world.agentId);
    await peer.join();
    await revokeAgent(database.pool, world.agentId);
    await peer.ended();
    await deaf.stop();
  });

  test('hears leases whose tick grows', async () => {
    const { peer } = await join();
    const first = await peer.hear('lease');
    const later = await peer.hear('lease', ({ leaseTick }) => leaseTick > first.leaseTick);
    expect(later.leaseTick).toBeGreaterThan(first.leaseTick);
  });

  test('is out of contact once it disconnects, and is told to come back when the server leaves', async () => {
    const { peer } = await join();
    peer.socket.disconnect();
    await expect.poll(() => connectivityOf(database.pool, [world.targetId]), SOON).toEqual(new Set());
    const { peer: back } = await join();
    await running.stop();
    expect(await back.hear('drain')).toEqual({ reconnectWithinMs: 2_000 });
    await back.ended();
    expect(await connectivityOf(database.pool, [world.targetId])).toEqual(new Set());
  });
});
