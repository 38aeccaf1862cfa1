import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectivityOf } from '../data/agent-sessions.ts';
import { createWorld, type World } from '../data/testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
import { socketRefusalsTotal } from '../telemetry.ts';
import { type RunningGateway, runAgentGateway } from './testing/agent-gateway.ts';
import { connectAgent } from './testing/agent-peer.ts';

let database: TestDatabase;
let running: RunningGateway;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database);
});
afterAll(() => database.drop());
beforeEach(async () => {
  running = await runAgentGateway(database);
});
afterEach(() => running.stop());

const cut = async (reason: string): Promise<number> => {
  const { values } = await socketRefusalsTotal.get();
  return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
};
const isNobody = async () => expect(await connectivityOf(database.pool, [world.targetId])).toEqual(new Set());

test('a stranger is read for one message only: a proof after another message is not looked at', async () => {
  const before = await cut('too many messages before the proof');
  const peer = await connectAgent(running, world.agentId);
  const proof = await peer.proof();
  peer.socket.emit('hello', null);
  peer.socket.emit('prove', proof);
  await peer.ended();
  expect(await cut('too many messages before the proof')).toBe(before + 1);
  expect(peer.heard('welcome')).toEqual([]);
  await isNobody();
});

test('a stranger is read for four kilobytes only: a larger proof is not looked at', async () => {
  const before = await cut('too large before the proof');
  const peer = await connectAgent(running, world.agentId);
  peer.socket.emit('prove', { ...(await peer.proof()), version: 'x'.repeat(5_000) });
  await peer.ended();
  expect(await cut('too large before the proof')).toBe(before + 1);
  await isNobody();
});

test('an agent that has proven itself may send more and longer messages', async () => {
  const peer = await connectAgent(running, world.agentId);
  const { epoch } = await peer.join();
  const targets = Array.from({ length: 200 }, () => ({
    target: world.targetId,
    generation: 0,
    basisPoints: null,
  }));
  const hello = { v: 1, epoch, targets, journalId: world.agentId, seq: 0 };
  for (let sent = 0; sent < 3; sent++) expect(await peer.say('hello', hello)).toEqual({ ok: true });
});
