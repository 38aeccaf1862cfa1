import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deriveFacts } from '../../domain/dora/facts.ts';
import { commit, deployment, h, incident } from '../../domain/dora/testing.ts';
import {
  type CommitRow,
  DEPLOYMENT_STATUSES,
  type DeploymentRow,
  doraSettingsDefault,
  type IncidentRow,
} from '../../domain/dora/types.ts';
import type { Queryable } from '../database.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { readDeliveryFacts, readDeploymentFacts, readIncidentFacts } from './read-facts.ts';
import { rebuildRollups, settleRollups } from './settle.ts';
import { insertCommits, insertDeployments, insertIncidents } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const byKey = <T>(rows: T[]): T[] =>
  rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Every fact in the rollups, and what is kept of each service beside them. */
const everything = async (client: Queryable) => {
  const { rows } = await client.query(
    `SELECT service, missing, delivered_until, (SELECT array_agg(c.sha ORDER BY c.sha) FROM source_commit c
       WHERE c.number < 8 * octet_length(delivered) AND get_bit(delivered, c.number) = 1) AS delivered
     FROM dora_service ORDER BY service`,
  );
  return {
    deployments: byKey(await readDeploymentFacts(client, {})),
    deliveries: byKey(await readDeliveryFacts(client, {})),
    incidents: byKey(await readIncidentFacts(client, undefined)),
    services: rows.map((row: { missing: string[] }) => ({ ...row, missing: row.missing.toSorted() })),
  };
};

const clear = async () => {
  await database.pool.query('DELETE FROM imported_deployment');
  await database.pool.query('DELETE FROM incident');
  await database.pool.query('DELETE FROM source_commit');
  await rebuildRollups(database.pool);
};

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const service = fc.constantFrom('web', 'api', 'jobs');
const name = fc.constantFrom('d0', 'd1', 'd2', 'd3', 'g1', 'g2');

type Event =
  | { kind: 'deployment'; row: DeploymentRow }
  | { kind: 'incident'; row: IncidentRow }
  | { kind: 'commits'; rows: CommitRow[] };

const SHAS = 10;
const commits: CommitRow[] = Array.from({ length: SHAS }, (_, index) =>
  commit(
    `c${index}`,
    [index - 1, index % 4 === 3 ? index - 3 : -1]
      .filter((parent) => parent >= 0)
      .map((parent) => `c${parent}`),
    index * 2 - 30,
    index % 3 === 0 ? null : index % 3 === 1 ? ['web'] : ['web', 'api'],
  ),
);

/** Ids repeat, so that rows change; times overlap, groups are shared, names point anywhere. */
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        id: fc.nat(9),
        service,
        at: fc.integer({ min: 0, max: 200 }),
        took: maybe(fc.integer({ min: 0, max: 9 })),
        groupId: maybe(fc.constantFrom('g1', 'g2')),
        commitSha: maybe(fc.constantFrom('c0', 'c2', 'c4', 'c7', 'c9', 'unknown')),
        kind: maybe(fc.constantFrom('hotfix' as const, 'rollback' as const)),
        status: fc.constantFrom(...DEPLOYMENT_STATUSES),
        maxExposure: maybe(fc.constantFrom(0, 5, 100)),
        rollbackOf: maybe(name),
        remediates: maybe(name),
      })
      .map(({ id, at, took, ...row }) => ({
        kind: 'deployment' as const,
        row: deployment(`d${id}`, at, { ...row, finishedAt: took === null ? null : h(at + took) }),
      })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        id: fc.nat(3),
        at: fc.integer({ min: 0, max: 220 }),
        took: maybe(fc.integer({ min: 0, max: 40 })),
        services: fc.subarray(['web', 'api', 'jobs']),
        causedBy: fc.subarray(['d0', 'g1', 'nobody']),
      })
      .map(({ id, at, took, ...row }) => ({
        kind: 'incident' as const,
        row: incident(`i${id}`, at, { ...row, resolvedAt: took === null ? null : h(at + took) }),
      })),
  },
  { weight: 1, arbitrary: fc.subarray(commits).map((rows) => ({ kind: 'commits' as const, rows })) },
);

const apply = async (happened: Event) => {
  if (happened.kind === 'deployment') await insertDeployments(database.pool, [happened.row]);
  else if (happened.kind === 'incident') await insertIncidents(database.pool, [happened.row]);
  else await insertCommits(database.pool, happened.rows);
};

test('events one by one leave what making everything anew gives, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 10 }), async (events) => {
      await clear();
      await insertCommits(database.pool, commits.slice(0, 5));
      await settleRollups(database.pool);
      for (const happened of events) {
        await apply(happened);
        expect(await settleRollups(database.pool)).toBeGreaterThanOrEqual(0);
      }
      const stepwise = await everything(database.pool);
      await rebuildRollups(database.pool);
      expect(stepwise).toEqual(await everything(database.pool));
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('the rollups hold what the rules derive from the raw rows', async () => {
  await clear();
  const deployments = ['c0', 'c2', 'c7', 'c2'].map((commitSha, index) =>
    deployment(`d${index}`, index, { commitSha }),
  );
  const incidents = [incident('i', 2.5)];
  await insertCommits(database.pool, commits);
  await insertDeployments(database.pool, deployments);
  await insertIncidents(database.pool, incidents);
  await settleRollups(database.pool);
  const { deployments: facts, deliveries, incidents: links } = await everything(database.pool);
  const derived = deriveFacts({ deployments, commits, incidents, decisions: [] }, doraSettingsDefault);
  expect(facts).toEqual(byKey([...derived.deployments]));
  expect(links).toEqual(byKey([...derived.incidents]));
  expect(deliveries).toEqual(byKey([...derived.deliveries]));
  expect(deliveries.length).toBeGreaterThan(5);
});

test('a deployment after all others is walked from what is known, and nothing is pending afterwards', async () => {
  await clear();
  await insertCommits(database.pool, commits);
  await insertDeployments(database.pool, [deployment('d0', 0, { commitSha: 'c0' })]);
  await settleRollups(database.pool);
  await insertDeployments(database.pool, [deployment('d1', 5, { commitSha: 'c7' })]);
  expect(await settleRollups(database.pool)).toBe(1);
  expect(await settleRollups(database.pool)).toBe(0);
  const delivered = (await readDeliveryFacts(database.pool, {})).filter(
    ({ deploymentId }) => deploymentId === 'd1',
  );
  expect(delivered.map(({ sha }) => sha).sort()).toEqual(['c1', 'c2', 'c4', 'c5', 'c6']);
});
