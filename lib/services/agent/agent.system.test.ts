import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { loadIdentity, publicKeyOf, signEnrolment } from '../../../agent/src/identity.ts';
import { createWorld, type World } from '../../data/testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { createEnrolment } from '../cluster/enrol.ts';
import { getCluster } from '../cluster/get.ts';
import { contextOf, ledgerOf, lockedOut, NOW, refusalOf } from '../testing/contexts.ts';
import { hearNotices } from '../testing/hear-notices.ts';
import { enrolAgent } from './enrol.ts';
import { listAgents } from './list.ts';
import { revokeAgent } from './revoke.ts';

const ORIGIN = 'https://slipway.example.org';
let database: TestDatabase;
let world: World;
let cluster = '';
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  count += 1;
  world = await createWorld(database, `shop-${count}`);
  cluster = `shop-${count}-eu`;
});

const administrator = () => contextOf(database, 'administrator');
const newToken = async () => (await createEnrolment(administrator(), { cluster, origin: ORIGIN })).token;
const enrol = (body: unknown) =>
  enrolAgent(database, body, { origin: ORIGIN, now: NOW, requestId: 'request-1' });

/** What a new agent sends, signed by its own code. */
const requestWith = (token: string) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-agent-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const identity = loadIdentity(directory);
  return {
    token,
    cluster,
    publicKey: publicKeyOf(identity),
    instanceId: identity.instanceId,
    origin: ORIGIN,
    signature: signEnrolment(identity, { origin: ORIGIN, token }),
  };
};

describe('enrolment', () => {
  test('gives the agent an id, the cluster its agent, and the ledger both', async () => {
    const request = requestWith(await newToken());
    const answer = await enrol(request);
    expect(answer).toEqual({ agentId: expect.any(String), cluster, origins: [ORIGIN] });
    expect((await getCluster(administrator(), { slug: cluster })).agent).toEqual({
      id: answer.agentId,
      connected: false,
      since: null,
      version: null,
    });
    const [entry] = await ledgerOf(database, `agent:${answer.agentId}`);
    expect(entry).toMatchObject({
      action: 'agent.enrol',
      actor: { kind: 'agent', name: cluster },
      data: { publicKey: request.publicKey, tokenCreatedBy: 'Ada', revoked: world.agentId },
    });
    expect(JSON.stringify(entry)).not.toContain(request.token);
  });

  test('revokes the agent that the cluster had, and says so to whoever holds its socket', async () => {
    const heard = await hearNotices(database.url);
    const { agentId } = await enrol(requestWith(await newToken()));
    await heard.until({ kind: 'revoked', agent: world.agentId });
    const { items } = await listAgents(administrator());
    const own = items.filter((agent) => agent.cluster === cluster);
    expect(own.map(({ id, revoked }) => [id, revoked])).toEqual([
      [agentId, false],
      [world.agentId, true],
    ]);
  });

  test('works once for a token, even when two agents use it at the same moment', async () => {
    const token = await newToken();
    const results = await Promise.allSettled([enrol(requestWith(token)), enrol(requestWith(token))]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await refusalOf(enrol(requestWith(token)))).toMatchObject({ code: 'unauthenticated' });
  });

  test('refuses every wrong request with the same words, and keeps the reason in the ledger', async () => {
    const used = await newToken();
    await enrol(requestWith(used));
    const old = await newToken();
    await database.pool.query('UPDATE enrolment SET expires_at = now() WHERE used_at IS NULL');
    const token = await newToken();
    const good = requestWith(token);
    const elsewhere = 'https://elsewhere.example.org';
    const wrong = [
      requestWith(used),
      requestWith(old),
      requestWith(`enr_${'x'.repeat(43)}`),
      { ...good, cluster: 'other' },
      { ...good, signature: requestWith(token).signature },
      { ...good, publicKey: 'AAAA' },
      { ...good, origin: elsewhere },
    ];
    const refusals = await Promise.all(wrong.map((request) => refusalOf(enrol(request))));
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
    expect(refusals[0]).toMatchObject({ code: 'unauthenticated', reason: 'enrolment-refused' });
    const entries = await ledgerOf(database, `cluster:${cluster}`);
    const flaws = entries
      .filter(({ action }) => action === 'agent.enrol-refused')
      .map(({ data }) => data.flaw);
    expect(flaws.sort()).toEqual(['origin', 'signature', 'signature', 'token', 'token', 'token']);
    expect(await ledgerOf(database, 'cluster:other')).toMatchObject([{ data: { flaw: 'token' } }]);
    expect(await enrol(good), 'a refused request leaves the token usable').toMatchObject({ cluster });
  });

  test('refuses a body that is none with the paths of its mistakes', async () => {
    const good = requestWith(await newToken());
    const refusal = await refusalOf(
      enrol({ ...good, token: 'enr_short', cluster: 'a\u0000b', origin: '\u0000' }),
    );
    expect(refusal).toMatchObject({ code: 'invalid', paths: ['token', 'cluster', 'origin'] });
  });
});

describe('an agent', () => {
  test('is listed with what its targets want and show', async () => {
    await database.pool.query(
      `INSERT INTO target_state (target_id, generation, desired, applied_generation, seen_basis_points, confirmed, source_problem)
       VALUES ($1, 3, '{"basisPoints": 500}', 2, 480, 'yes', 'no series')`,
      [world.targetId],
    );
    const { items } = await listAgents(contextOf(database, 'viewer'));
    expect(items.find(({ id }) => id === world.agentId)).toMatchObject({
      cluster,
      connected: false,
      revoked: false,
      targets: [
        {
          service: `shop-${count}`,
          wanted: 5,
          seen: 4.8,
          confirmed: 'unknown',
          problem: null,
          sourceProblem: 'no series',
        },
      ],
    });
  });

  test('is revoked for good, once in the ledger, and its connection is told', async () => {
    const heard = await hearNotices(database.url);
    const revoked = await revokeAgent(administrator(), { id: world.agentId });
    await heard.until({ kind: 'revoked', agent: world.agentId });
    expect(revoked).toMatchObject({ id: world.agentId, revoked: true, connected: false, targets: [] });
    expect(await revokeAgent(administrator(), { id: world.agentId })).toEqual(revoked);
    expect(await ledgerOf(database, `agent:${world.agentId}`)).toHaveLength(1);
  });

  test('that nobody enrolled is not found', async () => {
    for (const id of ['nonsense', world.targetId])
      expect(await refusalOf(revokeAgent(administrator(), { id }))).toMatchObject({ code: 'not-found' });
  });

  test('is not for viewers and operators to revoke, and nothing is read to say so', async () => {
    const locked = lockedOut();
    const id = world.agentId;
    expect(await refusalOf(revokeAgent(locked, { id }))).toMatchObject({ code: 'forbidden' });
    const operator = { ...locked, actor: contextOf(database, 'operator').actor };
    expect(await refusalOf(revokeAgent(operator, { id }))).toMatchObject({ code: 'forbidden' });
  });

  test('is listed page by page, the newest first', async () => {
    const all = await listAgents(administrator());
    const first = await listAgents(administrator(), { limit: 1 });
    const second = await listAgents(administrator(), { limit: 1, cursor: first.next ?? '' });
    expect([...first.items, ...second.items]).toEqual(all.items.slice(0, 2));
  });
});
