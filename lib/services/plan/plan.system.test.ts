import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { putService } from '../service/put.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { checkPlan } from './check.ts';
import { getPlan } from './get.ts';
import { listPlans } from './list.ts';
import { putPlan } from './put.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const body = { name: 'Shop', metrics: [{ name: 'errors', kind: 'errors' }] };
  await putService(operator(), { slug: 'shop', body });
});
afterAll(() => database.drop());

const operator = () => contextOf(database, 'operator');
const documentOf = (name: string, change: { service?: string; spec?: Record<string, unknown> } = {}) => ({
  apiVersion: 'slipway/v1',
  kind: 'Plan',
  metadata: { name, ...(change.service === undefined ? {} : { service: change.service }) },
  spec: {
    strategy: 'canary',
    stages: [{ name: 'first', share: '5%', bake: { min: '60s' } }],
    ...change.spec,
  },
});
const put = (slug: string, document: unknown = documentOf(slug), source = 'as written') =>
  putPlan(operator(), { slug, document, source });

describe('a plan', () => {
  test('is stored as its author wrote it and shown as it will run', async () => {
    const { created, value } = await put('one', documentOf('one', { service: 'shop' }));
    expect(created).toBe(true);
    expect(value).toMatchObject({
      name: 'one',
      service: 'shop',
      revision: 1,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      stages: [
        { name: 'first', share: 5, gate: 'evidence', bakeSecondsMin: 60 },
        { name: 'all', share: 100 },
      ],
      document: documentOf('one', { service: 'shop' }),
      source: 'as written',
      createdBy: 'Ada',
    });
    expect(value.sentences[0]).toContain('first: 5 % of the traffic');
    expect(await getPlan(operator(), { slug: 'one' })).toEqual(value);
  });

  test('gets a new revision when it says something else, and only then', async () => {
    const first = await put('two');
    const { spec, ...rest } = documentOf('two');
    const reordered = await put('two', { spec, ...rest }, 'the same in another order');
    expect(reordered).toEqual({ created: false, value: first.value });
    const changed = documentOf('two', { spec: { rollback: { automatic: false } } });
    expect((await put('two', changed)).value.revision).toBe(2);
    const entries = await ledgerOf(database, 'plan:two');
    expect(entries.map(({ data }) => data)).toMatchObject([
      { before: { revision: 1 }, after: { revision: 2, document: changed } },
      { before: null, after: { revision: 1 } },
    ]);
    const { rows } = await database.pool.query(
      `SELECT document FROM plan_revision WHERE revision = 1 AND digest = $1`,
      [first.value.digest],
    );
    expect(rows).toEqual([{ document: documentOf('two') }]);
  });

  test('counts its revisions without a gap when many store at once', async () => {
    const shares = [1, 2, 3, 4, 5];
    await Promise.all(
      shares.map((share) => put('busy', documentOf('busy', { spec: { stages: [{ name: 'a', share }] } }))),
    );
    expect((await getPlan(operator(), { slug: 'busy' })).revision).toBe(shares.length);
  });

  test('with mistakes is refused with the path of each, and nothing is stored', async () => {
    const stages = [
      { name: 'first', share: 50 },
      { name: 'first', share: 5, gaet: 'manual' },
    ];
    const refused = await refusalOf(put('bad', documentOf('bad', { spec: { stages } })));
    expect(refused).toMatchObject({
      code: 'invalid',
      reason: 'invalid-plan',
      paths: ['spec.stages[1].gaet'],
    });
    expect(await refusalOf(getPlan(operator(), { slug: 'bad' }))).toMatchObject({ code: 'not-found' });
  });

  test('must carry the name of its address, an existing service and metrics that it declares', async () => {
    expect(await refusalOf(put('three', documentOf('four')))).toMatchObject({ paths: ['metadata.name'] });
    const lost = documentOf('three', { service: 'none' });
    expect(await refusalOf(put('three', lost))).toMatchObject({ paths: ['metadata.service'] });
    const misfit = documentOf('three', {
      service: 'shop',
      spec: { analysis: { metrics: [{ name: 'error' }] } },
    });
    const refusal = await refusalOf(put('three', misfit));
    expect(refusal).toMatchObject({ code: 'invalid', paths: ['spec.analysis.metrics[0].name'] });
    expect(refusal.message).toContain('did you mean "errors"?');
  });

  test('is not for a viewer to store, and nothing is read to say so', async () => {
    const refused = putPlan(lockedOut(), { slug: 'one', document: documentOf('one'), source: '' });
    expect(await refusalOf(refused)).toMatchObject({ code: 'forbidden' });
  });

  test('is listed by name, page by page', async () => {
    await put('0-a');
    await put('0-b');
    const first = await listPlans(operator(), { limit: 1 });
    const second = await listPlans(operator(), { limit: 1, cursor: first.next ?? '' });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['0-a', '0-b']);
  });
});

describe('a check', () => {
  const viewer = () => contextOf(database, 'viewer');

  test('answers with stages and sentences and stores nothing', async () => {
    const check = await checkPlan(viewer(), { document: documentOf('idea') });
    expect(check).toMatchObject({ valid: true, errors: [], stages: [{ share: 5 }, { share: 100 }] });
    expect(check.sentences[0]).toContain('5 % of the traffic');
    expect(await refusalOf(getPlan(viewer(), { slug: 'idea' }))).toMatchObject({ code: 'not-found' });
  });

  test.each([[null], ['text'], [[]], [{ kind: 'Plan' }]])(
    'of %j names mistakes and never throws',
    async (document) => {
      const check = await checkPlan(viewer(), { document });
      expect(check.valid).toBe(false);
      expect(check.errors.length).toBeGreaterThan(0);
    },
  );

  test('of a plan that misses its service still shows what it would do', async () => {
    const check = await checkPlan(viewer(), { document: documentOf('idea', { service: 'none' }) });
    expect(check.errors.map(({ path }) => path)).toEqual(['metadata.service']);
    expect(check.stages).toHaveLength(2);
  });
});
