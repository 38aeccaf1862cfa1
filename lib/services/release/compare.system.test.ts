import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { contextOf, NOW, refusalOf } from '../testing/contexts.ts';
import { actOnRelease } from './act.ts';
import { compareReleases } from './compare.ts';
import { createReleaseWorld, type ReleaseWorld } from './testing/release-world.ts';

let database: TestDatabase;
let world: ReleaseWorld;
let a = '';
let b = '';

const operator = (seconds: number) => ({
  ...contextOf(database, 'operator'),
  now: () => NOW + seconds * 1_000,
});

beforeAll(async () => {
  database = await createTestDatabase();
  world = await createReleaseWorld(database, 'shop');
  await database.prisma.artifactVersion.create({
    data: {
      serviceId: world.serviceId,
      name: '1.2.0',
      digest: 'sha256:two',
      commit: 'abc',
      configVersion: 'c2',
      registeredBy: 'ci',
    },
  });
  a = (await world.start({ reason: 'first try' })).id;
  await world.apply(a, NOW + 4_000);
  await actOnRelease(operator(60), { id: a, action: 'rollback', reason: 'slow' });
  await world.apply(a, NOW + 61_000);
  b = (await world.start({ version: '1.2.0' }, NOW + 100_000)).id;
  await world.apply(b, NOW + 102_000);
  await actOnRelease(operator(130), { id: b, action: 'advance' });
});
afterAll(() => database.drop());

const viewer = () => contextOf(database, 'viewer');

test('two releases stand side by side with what they were made of, their stages and their people', async () => {
  const compared = await compareReleases(viewer(), { a, b });
  expect(compared.a).toMatchObject({
    version: '1.1.0',
    commit: null,
    outcome: 'rolled-back',
    reason: 'first try',
    durationSeconds: 61,
    people: [{ name: 'Ada', did: ['start', 'rollback'] }],
    stages: [
      { name: 'first', confirmedAfterSeconds: 4, durationSeconds: 60 },
      { name: 'all', startedAt: null, confirmedAfterSeconds: null, durationSeconds: null },
    ],
  });
  expect(compared.b).toMatchObject({
    version: '1.2.0',
    commit: 'abc',
    configVersion: 'c2',
    outcome: null,
    durationSeconds: null,
    canaryStartedAt: new Date(NOW + 100_000).toISOString(),
    people: [{ name: 'Ada', did: ['start', 'advance'] }],
    stages: [{ durationSeconds: 30 }, { confirmedAfterSeconds: null }],
  });
  expect(compared.planChanges).toEqual([]);
});

test('what the plan says otherwise is named by its place', async () => {
  const other = await createReleaseWorld(database, 'till', { spec: { analysis: { alpha: 0.005 } } });
  const { id } = await other.start();
  expect((await compareReleases(viewer(), { a, b: id })).planChanges).toEqual([
    { path: 'spec.analysis.alpha', a: null, b: '0.005' },
  ]);
});

test.each<[string, () => Record<string, unknown>, string]>([
  ['a release with itself', () => ({ a, b: a }), 'b'],
  ['one that does not exist', () => ({ a: randomUUID(), b }), 'a'],
  ['something that is no id', () => ({ a, b: 'newest' }), 'b'],
  ['one alone', () => ({ a }), 'b'],
])('%s cannot be compared, and the answer names the field', async (_what, query, path) => {
  expect(await refusalOf(compareReleases(viewer(), query()))).toMatchObject({
    code: 'invalid',
    paths: [path],
  });
});
