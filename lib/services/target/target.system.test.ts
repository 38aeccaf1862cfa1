import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { askAgent } from '../../data/config/agent-requests.ts';
import { createWorld, startRelease, type World } from '../../data/testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { startAnsweringAgent } from '../testing/answering-agent.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { getTarget } from './get.ts';
import { listTargets } from './list.ts';
import { putTarget } from './put.ts';

let database: TestDatabase;
let world: World;
let name = '';
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  count += 1;
  name = `shop-${count}`;
  world = await createWorld(database, name);
});

const operator = () => contextOf(database, 'operator');
const body = {
  router: { driver: 'haproxy', socket: 'unix:/run/haproxy.sock', backend: 'shop' },
  source: { driver: 'prometheus', url: 'http://127.0.0.1:9090' },
};
const place = () => ({ service: name, cluster: `${name}-eu` });
const put = (change: Partial<typeof body> = {}) =>
  putTarget(operator(), { ...place(), body: { ...body, ...change } });
const answering = async (answer: Parameters<typeof startAnsweringAgent>[2]) => {
  const agent = await startAnsweringAgent(database.url, world.agentId, answer);
  onTestFinished(() => agent.stop());
  return agent;
};

describe('a target', () => {
  test('is stored unchecked, with a state of its own, while no agent is connected', async () => {
    await database.pool.query('DELETE FROM target WHERE id = $1', [world.targetId]);
    const first = await put();
    expect(first).toMatchObject({
      created: true,
      value: { ...place(), ...body, workload: { driver: 'none' }, checked: null, generation: 0 },
    });
    const state = await database.pool.query('SELECT generation FROM target_state WHERE target_id = $1', [
      first.value.id,
    ]);
    expect(state.rows).toEqual([{ generation: 0 }]);
    expect(await getTarget(operator(), place())).toEqual(first.value);
  });

  test('keeps its id when its document changes, and the ledger keeps both documents', async () => {
    const changed = await put();
    expect(changed).toMatchObject({ created: false, value: { id: world.targetId, ...body } });
    expect(await put()).toEqual(changed);
    const entries = await ledgerOf(database, `target:${name}/${name}-eu`);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      action: 'target.put',
      data: { before: { router: { driver: 'embedded' } }, after: body },
    });
  });

  test('is tried by the connected agent before it is stored, with the metrics of its service', async () => {
    const agent = await answering(() => ({ ok: true, detail: 'router answers' }));
    const basket = { name: 'basket', kind: 'mean', bound: 500 };
    const metrics = [{ name: 'errors', kind: 'errors', direction: 'lower-is-better' }, basket];
    await database.prisma.service.update({ where: { id: world.serviceId }, data: { metrics } });
    const stored = await put();
    expect(stored.value.checked).toEqual({ ok: true, detail: 'router answers' });
    expect(agent.asked).toEqual([
      {
        kind: 'checkTarget',
        requestId: expect.any(String),
        target: world.targetId,
        config: {
          id: world.targetId,
          service: name,
          ...body,
          workload: { driver: 'none' },
          metrics: [{ name: 'errors', kind: 'errors' }, basket],
        },
      },
    ]);
    expect((await getTarget(operator(), place())).checked).toEqual({ ok: true, detail: 'router answers' });
  });

  test('that the agent refuses is not stored, and its words become fields', async () => {
    const before = await getTarget(operator(), place());
    await answering(() => ({ ok: false, detail: 'router.socket: no such file\nsource: no answer' }));
    expect(await refusalOf(put())).toMatchObject({
      code: 'invalid',
      reason: 'agent-refused',
      paths: ['router.socket', 'source'],
    });
    expect(await getTarget(operator(), place())).toEqual(before);
    expect(await ledgerOf(database, `target:${name}/${name}-eu`)).toEqual([]);
  });

  test('that was stored unchecked is tried when it is declared again', async () => {
    const unchecked = await put();
    await answering(() => ({ ok: true, detail: 'fine' }));
    expect((await put()).value).toEqual({ ...unchecked.value, checked: { ok: true, detail: 'fine' } });
    expect(await ledgerOf(database, `target:${name}/${name}-eu`)).toHaveLength(1);
  });

  test('may not change while a release moves its traffic, but may be declared as it is', async () => {
    const stored = await put();
    await startRelease(database, world);
    expect(await put()).toEqual({ created: false, value: stored.value });
    expect(await refusalOf(put({ router: { ...body.router, backend: 'other' } }))).toMatchObject({
      code: 'conflict',
      reason: 'release-active',
    });
  });

  test('of an unknown service in an unknown cluster is refused by both paths', async () => {
    const wrong = putTarget(operator(), { service: 'none', cluster: 'nowhere', body });
    expect(await refusalOf(wrong)).toMatchObject({ code: 'invalid', paths: ['service', 'cluster'] });
  });

  test('without a driver is refused with the path of the driver', async () => {
    const wrong = putTarget(operator(), { ...place(), body: { ...body, router: { socket: 'x' } } });
    expect((await refusalOf(wrong)).paths).toEqual(['router.driver']);
  });

  test('is not for a viewer to write, and nothing is read to say so', async () => {
    const refused = putTarget(lockedOut(), { ...place(), body });
    expect(await refusalOf(refused)).toMatchObject({ code: 'forbidden' });
  });

  test('is listed by service, page by page', async () => {
    const all = await listTargets(operator(), { service: name });
    expect(all.items.map(({ id }) => id)).toEqual([world.targetId]);
    await createWorld(database, '0-a');
    await createWorld(database, '0-b');
    const first = await listTargets(operator(), { limit: 1 });
    const second = await listTargets(operator(), { limit: 1, cursor: first.next ?? '' });
    expect([...first.items, ...second.items].map(({ service }) => service)).toEqual(['0-a', '0-b']);
  });
});

test('a question that nobody answers ends, and leaves no row behind', async () => {
  const answer = await askAgent(
    database.pool,
    world.agentId,
    { kind: 'observeNow', target: world.targetId },
    60,
  );
  expect(answer).toBeNull();
  const { rows } = await database.pool.query('SELECT 1 FROM agent_request');
  expect(rows).toEqual([]);
});
