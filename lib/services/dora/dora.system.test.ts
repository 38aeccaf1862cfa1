import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../data/database.ts';
import { insertCommits, insertDeployments, insertIncidents } from '../../data/dora/testing.ts';
import { insertRelease } from '../../data/releases.ts';
import { createWorld, newRelease } from '../../data/testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { answerFor, commit, deployment, incident } from '../../domain/dora/testing.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { getDora } from './answer.ts';
import { rebuildDora } from './rebuild.ts';
import { exportDoraRows, listDoraRows } from './rows.ts';
import { getDoraSettings, putDoraSettings } from './settings.ts';

let database: TestDatabase;
const window = { from: '2026-03-02', to: '2026-03-16' };
const commits = [commit('a', [], -9), commit('b', ['a'], -8), commit('c', ['b'], 30)];
const deployments = [
  deployment('d1', 0, { commitSha: 'a' }),
  deployment('d2', 5, { commitSha: 'b' }),
  deployment('canary', 9, { service: 'api', status: 'aborted', maxExposure: 5 }),
];
const incidents = [incident('i', 6), incident('minor', 6, { severity: 4 })];
beforeAll(async () => {
  database = await createTestDatabase();
  await insertCommits(database.pool, commits);
  await insertDeployments(database.pool, deployments);
  await insertIncidents(database.pool, incidents);
});
afterAll(() => database.drop());

const viewer = () => contextOf(database, 'viewer');
const operator = () => contextOf(database, 'operator');

test('the server answers what the files alone answer, and the same after everything was made anew', async () => {
  const { undeployed: _, by_week, by_month, ...expected } = answerFor({ commits, deployments, incidents });
  const answer = await getDora(viewer(), window);
  expect(answer).toMatchObject(expected);
  expect(answer.by_week.map(({ deployments: n }) => n)).toEqual(by_week.map(({ deployments: n }) => n));
  expect(answer.by_month).toHaveLength(by_month.length);
  expect(answer.undeployed).toMatchObject({ web: { n: 1, oldest_sha: 'c' } });
  await rebuildDora(operator());
  expect(await getDora(viewer(), window)).toEqual(answer);
  expect(await ledgerOf(database, 'dora')).toMatchObject([{ action: 'dora.rebuild' }]);
});

test('one service alone, and without details as well', async () => {
  const web = await getDora(viewer(), { ...window, service: 'web', details: 'false' });
  expect(web).toMatchObject({ total: { deployments: 2, change_failure: { changes: 2, failed: 1 } } });
  expect(web).not.toHaveProperty('kinds');
  expect(Object.keys(web.by_service)).toEqual(['web']);
  expect(await refusalOf(getDora(viewer(), { service: 'nobody' }))).toMatchObject({ code: 'not-found' });
  expect(await refusalOf(getDora(viewer(), { from: '2026-03-02', to: '2026-03-02' }))).toMatchObject({
    code: 'invalid',
    paths: ['from'],
  });
});

test('every number opens its rows, with those that are left out, page by page and as CSV', async () => {
  const first = await listDoraRows(viewer(), { ...window, metric: 'change-failure', limit: 2 });
  expect(first.items).toMatchObject([
    { id: 'd1', counted: true, because: 'a change that held' },
    { id: 'd2', counted: true, because: 'failed: incident', incidents: ['i'] },
  ]);
  const rest = await listDoraRows(viewer(), {
    ...window,
    metric: 'change-failure',
    cursor: first.next ?? '',
  });
  expect(rest).toMatchObject({
    items: [{ id: 'canary', because: 'failed: aborted, contained at 5 %' }],
    next: null,
  });
  const lead = await listDoraRows(viewer(), { ...window, metric: 'lead-time' });
  expect(lead.items).toMatchObject([{ id: 'b', deployment: 'd2', value_s: 13.1 * 3600 }]);
  const waiting = await listDoraRows(viewer(), { ...window, metric: 'undeployed' });
  expect(waiting.items.map(({ id }) => id)).toEqual(['c']);
  let text = '';
  for await (const chunk of await exportDoraRows(viewer(), { ...window, metric: 'recovery' })) text += chunk;
  expect(text.split('\r\n')).toHaveLength(4);
  expect(text).toContain('d2,web');
});

test('the organisation chooses how to count, once in the ledger, and everything follows', async () => {
  const wish = { ...(await getDoraSettings(viewer())), severities: [4], timezone: 'Europe/Berlin' };
  expect(await putDoraSettings(operator(), { body: wish })).toEqual(wish);
  await putDoraSettings(operator(), { body: wish });
  expect(await ledgerOf(database, 'settings:dora')).toHaveLength(1);
  const answer = await getDora(viewer(), window);
  expect(answer).toMatchObject({ timezone: 'Europe/Berlin', incidents_skipped: { i: 'severity' } });
  expect(
    await refusalOf(putDoraSettings(operator(), { body: { ...wish, timezone: 'Mars/Base' } })),
  ).toMatchObject({
    code: 'invalid',
    paths: ['timezone'],
  });
});

test('what Slipway released itself counts beside what was imported', async () => {
  const world = await createWorld(database, 'shop');
  const id = await withTransaction(database.pool, (client) => insertRelease(client, newRelease(world)));
  const running = await getDora(viewer(), { service: 'shop' });
  expect(running).toMatchObject({ total: { deployments: 0 }, kinds: { [id]: 'change' } });
  await database.pool.query(
    `UPDATE release SET outcome = 'rolled-back', phase = 'finished', finished_at = '2026-11-23T12:30:00Z',
       state = jsonb_set(state, '{stageIndex}', '0') WHERE id = $1`,
    [id],
  );
  const over = await getDora(viewer(), { service: 'shop' });
  expect(over).toMatchObject({
    total: { deployments: 0, change_failure: { changes: 1, failed: 1, contained: 1 } },
    failed_changes: { [id]: ['aborted'] },
  });
});

test('an agent reads no metrics and a viewer changes no settings, and nothing is read to say so', async () => {
  const agent = { ...lockedOut(), actor: { kind: 'agent' as const, id: 'a', name: 'eu' } };
  expect(await refusalOf(getDora(agent))).toMatchObject({ code: 'forbidden' });
  expect(await refusalOf(listDoraRows(agent, { metric: 'rework' }))).toMatchObject({ code: 'forbidden' });
  expect(await refusalOf(putDoraSettings(lockedOut(), { body: {} }))).toMatchObject({ code: 'forbidden' });
  expect(await refusalOf(rebuildDora(lockedOut()))).toMatchObject({ code: 'forbidden' });
});
