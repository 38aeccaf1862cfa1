import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWorld } from '../../data/testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { changeIncident } from './change.ts';
import { createIncident } from './create.ts';
import { decideLink } from './decide-link.ts';
import { getIncident } from './get.ts';
import { listIncidents } from './list.ts';

let database: TestDatabase;
let count = 0;
let id = '';

beforeAll(async () => {
  database = await createTestDatabase();
  await createWorld(database);
  for (const deployment of ['d-1', 'd-2'])
    await database.pool.query(
      `INSERT INTO imported_deployment (id, source, service, environment, tier, group_id, started_at, finished_at, status, drill)
       VALUES ($1, 'csv', 'old-shop', 'prod', 'production', 'wave-1', '2026-11-20Z', '2026-11-20Z', 'success', false)`,
      [deployment],
    );
});
afterAll(() => database.drop());
beforeEach(() => {
  count += 1;
  id = `INC-${count}`;
});

const operator = () => contextOf(database, 'operator');
const body = { services: ['shop'], severity: 2, startedAt: '2026-11-23T10:00:00+01:00' };
const create = (more: object = {}) => createIncident(operator(), { id, ...body, ...more });

describe('an incident', () => {
  test('is stored with its times in one way of writing, and the ledger says who reported it', async () => {
    const { created, value } = await create({ title: 'Checkout fails' });
    expect(created).toBe(true);
    expect(value).toMatchObject({
      id,
      source: 'api',
      startedAt: '2026-11-23T09:00:00.000Z',
      resolvedAt: null,
      links: { deployments: [], skipped: null },
      decisions: [],
    });
    expect(await ledgerOf(database, `incident:${id}`)).toMatchObject([
      { action: 'incident.create', actor: { name: 'Ada' }, data: { before: null } },
    ]);
  });

  test('is one incident when it is reported twice, also at the same moment', async () => {
    const reports = await Promise.all([create(), create(), create()]);
    expect(reports.filter(({ created }) => created)).toHaveLength(1);
    expect(await ledgerOf(database, `incident:${id}`)).toHaveLength(1);
    expect(await refusalOf(create({ severity: 1 }))).toMatchObject({ code: 'conflict', reason: 'exists' });
  });

  test('gets an id when it brings none', async () => {
    const { value } = await createIncident(operator(), body);
    expect(await getIncident(operator(), { id: value.id })).toEqual(value);
  });

  test('is changed field by field, and resolved', async () => {
    await create();
    const resolvedAt = '2026-11-23T12:00:00+01:00';
    const after = await changeIncident(operator(), { id, body: { resolvedAt, reason: 'rolled back' } });
    expect(after).toMatchObject({ resolvedAt: '2026-11-23T11:00:00.000Z', severity: 2, services: ['shop'] });
    await changeIncident(operator(), { id, body: { resolvedAt } });
    const entries = await ledgerOf(database, `incident:${id}`);
    expect(entries).toHaveLength(2);
    expect(entries[0]).toMatchObject({ action: 'incident.change', reason: 'rolled back' });
  });

  test.each([
    ['startedAt', { startedAt: '2026-11-23T10:00:00' }, /offset/],
    ['startedAt', { startedAt: '2026-11-24T10:00:00Z' }, /future/],
    ['startedAt', { startedAt: 'yesterday' }, /offset/],
    ['resolvedAt', { resolvedAt: '2026-11-23T08:59:59Z' }, /ends before it begins/],
    ['services[0]', { services: ['shp'] }, /did you mean "shop"/],
    ['services[1]', { services: ['shop', 'warehouse-of-nobody'] }, /create it first/],
    ['severity', { severity: 0 }, /worst/],
    ['duplicateOf', { duplicateOf: 'nothing' }, /no incident "nothing"/],
    ['cause', { cause: 'aliens' }, /external/],
    ['url', { url: 'javascript:alert(1)' }, /https/],
    ['id', { id: 'a b' }, /letters/],
    ['title', { title: 'a\0b' }, /NUL/],
  ])('is refused by its field %s, with the fix', async (field, change, fix) => {
    const refusal = await refusalOf(create(change));
    expect(refusal.paths).toEqual([field]);
    expect(refusal.message).toMatch(fix);
  });

  test('names every mistake at once', async () => {
    const refused = create({ services: ['nobody'], resolvedAt: '2026-11-20T00:00:00Z' });
    expect((await refusalOf(refused)).paths).toEqual(['resolvedAt', 'services[0]']);
  });

  test('cannot end before it begins by a change of either time', async () => {
    await create({ resolvedAt: '2026-11-23T11:00:00Z' });
    const late = { startedAt: '2026-11-23T11:30:00Z' };
    expect((await refusalOf(changeIncident(operator(), { id, body: late }))).paths).toEqual(['resolvedAt']);
  });

  test('may name a service that only history knows', async () => {
    expect((await create({ services: ['old-shop'] })).created).toBe(true);
  });

  test('does not repeat itself, nor one that repeats another', async () => {
    await create();
    await createIncident(operator(), { ...body, id: `${id}-b`, duplicateOf: id });
    const self = changeIncident(operator(), { id, body: { duplicateOf: id } });
    expect((await refusalOf(self)).paths).toEqual(['duplicateOf']);
    const chain = createIncident(operator(), { ...body, id: `${id}-c`, duplicateOf: `${id}-b` });
    expect((await refusalOf(chain)).message).toContain(`name "${id}"`);
  });

  test('is listed newest first, page by page, by service and whether it is over', async () => {
    const at = (hour: string) => `2026-11-19T${hour}:00:00Z`;
    for (const hour of ['01', '02', '03'])
      await createIncident(operator(), {
        ...body,
        id: `page-${hour}`,
        services: ['old-shop'],
        startedAt: at(hour),
        resolvedAt: hour === '02' ? at('04') : null,
      });
    const filter = { service: 'old-shop', state: 'open', limit: '1' };
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await listIncidents(operator(), cursor ? { ...filter, cursor } : filter);
      seen.push(...page.items.map((item) => item.id));
      cursor = page.next;
    }
    expect(seen.filter((name) => name.startsWith('page-'))).toEqual(['page-03', 'page-01']);
    expect((await refusalOf(listIncidents(operator(), { cursor: 'x' }))).paths).toEqual(['cursor']);
  });
});

describe('a decision about a link', () => {
  const decide = (body: object) => decideLink(operator(), { id, body });

  test('is added to those before, with person and reason, and is in the ledger', async () => {
    await create();
    await decide({ decision: 'reject', deployment: 'd-1', reason: 'the network failed' });
    const after = await decide({ decision: 'change', deployment: 'd-1', instead: 'd-2', reason: 'found it' });
    expect(after.decisions).toMatchObject([
      { decision: 'reject', deployment: 'd-1', by: 'Ada', reason: 'the network failed' },
      { decision: 'change', deployment: 'd-1', instead: 'd-2' },
    ]);
    expect((await ledgerOf(database, `incident:${id}`)).map(({ action }) => action)).toEqual([
      'incident.link-change',
      'incident.link-reject',
      'incident.create',
    ]);
  });

  test('changes at once which deployment the incident counts for', async () => {
    const { value } = await create({ causedBy: ['d-1'] });
    expect(value.links).toEqual({ deployments: ['wave-1'], skipped: null });
    const after = await decide({ decision: 'reject', deployment: 'wave-1', reason: 'the network failed' });
    expect(after.links).toEqual({ deployments: [], skipped: null });
  });

  test('names a deployment or a group that exists', async () => {
    await create();
    await decide({ decision: 'confirm', deployment: 'wave-1', reason: 'seen in the logs' });
    const refused = decide({ decision: 'change', deployment: 'd-1', instead: 'd-9', reason: 'x' });
    expect((await refusalOf(refused)).paths).toEqual(['instead']);
  });

  test.each([
    ['reason', { decision: 'confirm', deployment: 'd-1', reason: ' ' }],
    ['instead', { decision: 'change', deployment: 'd-1', reason: 'x' }],
    ['instead', { decision: 'change', deployment: 'd-1', instead: 'd-1', reason: 'x' }],
    ['instead', { decision: 'reject', deployment: 'd-1', instead: 'd-2', reason: 'x' }],
  ])('is refused by its field %s', async (field, body) => {
    expect((await refusalOf(decide(body))).paths).toEqual([field]);
  });

  test('is not for a viewer, and nothing is looked up to say so', async () => {
    const input = { id, body: { decision: 'confirm', deployment: 'd-1', reason: 'x' } };
    expect(await refusalOf(decideLink(lockedOut(), input))).toMatchObject({ code: 'forbidden' });
    expect(await refusalOf(createIncident(lockedOut(), body))).toMatchObject({ code: 'forbidden' });
    expect(await refusalOf(changeIncident(lockedOut(), { id, body: {} }))).toMatchObject({
      code: 'forbidden',
    });
  });
});
