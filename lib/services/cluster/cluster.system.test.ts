import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, startRelease } from '../../data/testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { putEnvironment } from '../environment/put.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { createEnrolment } from './enrol.ts';
import { getCluster } from './get.ts';
import { listClusters } from './list.ts';
import { putCluster } from './put.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const body = { name: 'Production', tier: 'production', rank: 30 };
  await putEnvironment(operator(), { slug: 'prod', body });
});
afterAll(() => database.drop());

const operator = () => contextOf(database, 'operator');
const administrator = () => contextOf(database, 'administrator');
const body = { name: 'EU West', environment: 'prod' };

test('a cluster is created in its environment, replaced and left alone', async () => {
  const first = await putCluster(operator(), { slug: 'eu-west', body });
  expect(first).toMatchObject({ created: true, value: { slug: 'eu-west', ...body, agent: null } });
  const second = await putCluster(operator(), { slug: 'eu-west', body: { ...body, name: 'EU' } });
  expect(second).toMatchObject({ created: false, value: { name: 'EU' } });
  expect(await putCluster(operator(), { slug: 'eu-west', body: { ...body, name: 'EU' } })).toEqual(second);
  expect(await ledgerOf(database, 'cluster:eu-west')).toHaveLength(2);
  expect((await listClusters(operator())).items).toEqual([second.value]);
});

test('a cluster of an unknown environment is refused by path and nothing of it is stored', async () => {
  const wrong = { ...body, environment: 'nowhere' };
  const refusal = await refusalOf(putCluster(operator(), { slug: 'lost', body: wrong }));
  expect(refusal).toMatchObject({ code: 'invalid', paths: ['environment'] });
  expect(await refusalOf(getCluster(operator(), { slug: 'lost' }))).toMatchObject({ code: 'not-found' });
  expect(await ledgerOf(database, 'cluster:lost')).toEqual([]);
});

test('a cluster stays in its environment while a release runs in it', async () => {
  await startRelease(database, await createWorld(database, 'moving'));
  const moved = putCluster(operator(), { slug: 'moving-eu', body });
  expect(await refusalOf(moved)).toMatchObject({ code: 'conflict', reason: 'release-active' });
});

test('a cluster names its agent and since when it is out of contact', async () => {
  const { agentId } = await createWorld(database, 'silent');
  await database.pool.query(
    `INSERT INTO agent_session (agent_id, epoch, replica, last_seen_at)
     VALUES ($1, 1, gen_random_uuid(), '2026-01-01T00:00:00Z')`,
    [agentId],
  );
  expect((await getCluster(operator(), { slug: 'silent-eu' })).agent).toEqual({
    id: agentId,
    connected: false,
    since: '2026-01-01T00:00:00.000Z',
    version: null,
  });
});

test('an enrolment gives a token once, keeps only its hash, and says the command to run', async () => {
  await putCluster(operator(), { slug: 'us', body });
  const enrolment = await createEnrolment(administrator(), {
    cluster: 'us',
    origin: 'https://slipway.example.org',
  });
  expect(enrolment.token).toMatch(/^enr_[A-Za-z0-9_-]{43}$/);
  expect(enrolment.command).toBe(
    `npx slipway agent run --server https://slipway.example.org --cluster us --token ${enrolment.token} --state .slipway/agent-us`,
  );
  const { rows } = await database.pool.query(
    'SELECT token_hash, expires_at - created_at = $1::interval AS quarter FROM enrolment',
    ['15 minutes'],
  );
  expect(rows).toEqual([{ token_hash: expect.stringMatching(/^[0-9a-f]{64}$/), quarter: true }]);
  const [entry] = await ledgerOf(database, 'cluster:us');
  expect(entry).toMatchObject({ action: 'cluster.enrolment' });
  expect(JSON.stringify(entry)).not.toContain(enrolment.token);
});

test('an enrolment needs an existing cluster', async () => {
  const made = createEnrolment(administrator(), { cluster: 'none', origin: 'https://s.example.org' });
  expect(await refusalOf(made)).toMatchObject({ code: 'not-found' });
});

test('neither viewers nor, for enrolments, operators may, and nothing is read to say so', async () => {
  const wish = { cluster: 'us', origin: 'https://s.example.org' };
  const locked = lockedOut();
  expect(await refusalOf(putCluster(locked, { slug: 'x', body }))).toMatchObject({ code: 'forbidden' });
  expect(await refusalOf(createEnrolment(locked, wish))).toMatchObject({ code: 'forbidden' });
  const refused = createEnrolment({ ...locked, actor: operator().actor }, wish);
  expect(await refusalOf(refused)).toMatchObject({ code: 'forbidden' });
});

test('a mistaken cluster is refused with the path of each mistake', async () => {
  const wrong = putCluster(operator(), { slug: 'x', body: { name: '', environment: 'Prod' } });
  expect((await refusalOf(wrong)).paths).toEqual(['name', 'environment']);
});
