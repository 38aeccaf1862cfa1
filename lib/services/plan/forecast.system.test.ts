import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureLayout, insertSamples, type SampleRow } from '../../data/samples.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { createReleaseWorld } from '../release/testing/release-world.ts';
import { contextOf, lockedOut, NOW, refusalOf } from '../testing/contexts.ts';
import { forecastOfPlan } from './forecast.ts';

let database: TestDatabase;
let worlds = 0;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const spec = {
  stages: [
    { name: 'first', share: 10, bake: { min: '60s', max: '30m' } },
    { name: 'all', share: 100, watch: '2m' },
  ],
  analysis: { warmup: '30s', metrics: [{ name: 'errors' }] },
};

/** A service whose baseline served so many requests in each of the `seconds` before now. */
const measuredWorld = async (requests: number, seconds = 600) => {
  const name = `forecast-${++worlds}`;
  const world = await createReleaseWorld(database, name, { spec });
  const layoutId = await ensureLayout(database.pool, { edges: [0.1], names: [], queries: {} });
  const rows = Array.from(
    { length: requests > 0 ? seconds / 10 : 0 },
    (_, step): SampleRow => ({
      targetId: world.targetId,
      track: 1,
      at: NOW - step * 10_000,
      seconds: 10,
      layoutId,
      requests: requests * 10,
      errors: step % 2,
      latency: [requests * 10, 0],
      counts: [],
    }),
  );
  await insertSamples(database.pool, rows, NOW);
  const ask = { slug: `${name}-canary`, service: name, environment: `${name}-prod` };
  return { ...ask, viewer: { ...contextOf(database, 'viewer'), now: () => NOW } };
};

describe('the forecast of a plan', () => {
  test('stands on the traffic of the last ten minutes, or on the part of them that was measured', async () => {
    const { viewer, ...ask } = await measuredWorld(200);
    const full = await forecastOfPlan(viewer, ask);
    expect(full).toMatchObject({ requestsPerMinute: 12_000, notes: [] });
    expect(full.stages.map(({ ends }) => ends)).toEqual(['by-evidence', 'by-time']);
    const { viewer: other, ...young } = await measuredWorld(200, 120);
    expect(await forecastOfPlan(other, young)).toMatchObject({ requestsPerMinute: 12_000 });
  });

  test('says when this traffic cannot answer in time, and when there is none', async () => {
    const { viewer, ...ask } = await measuredWorld(1);
    const slow = await forecastOfPlan(viewer, ask);
    expect(slow.stages[0]).toMatchObject({ ends: 'not-in-time', seconds: null });
    const { viewer: other, ...silent } = await measuredWorld(0);
    expect(await forecastOfPlan(other, silent)).toMatchObject({
      requestsPerMinute: 0,
      stages: [{ ends: 'unknown' }, { ends: 'unknown' }],
    });
  });

  test('is refused by the field that names nothing, and reads nothing without permission', async () => {
    const { viewer, ...ask } = await measuredWorld(0);
    const refused = (change: Partial<typeof ask>) => refusalOf(forecastOfPlan(viewer, { ...ask, ...change }));
    expect(await refused({ slug: 'nothing' })).toMatchObject({ code: 'not-found' });
    expect(await refused({ service: 'nothing' })).toMatchObject({ paths: ['service'] });
    expect(await refused({ environment: 'nothing' })).toMatchObject({ paths: ['environment'] });
    const locked = lockedOut();
    const nobody = { ...locked, actor: { kind: 'token' as const, id: 't', name: 'ci', scopes: [] } };
    expect(await refusalOf(forecastOfPlan(nobody, ask))).toMatchObject({ code: 'forbidden' });
  });
});
