import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { contextOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { getDora } from './answer.ts';
import { getDoraDistribution } from './distribution.ts';

let database: TestDatabase;
const sha = (index: number) => String(index).padStart(40, '0');
const hour = (index: number) => new Date(Date.UTC(2026, 2, 2) + index * 3_600_000).toISOString();

/** A first deployment that is the baseline, then one a day with two commits each, some of them late by days. */
beforeAll(async () => {
  database = await createTestDatabase();
  for (let index = 0; index < 20; index += 1) {
    await database.pool.query(
      `INSERT INTO source_commit (sha, source, parents, authored_at) VALUES ($1, 'csv', $2, $3)`,
      [sha(index), index === 0 ? [] : [sha(index - 1)], hour(index * 12 - (index % 3) * 40)],
    );
    if (index % 2 === 1)
      await database.pool.query(
        `INSERT INTO imported_deployment (id, source, service, environment, tier, commit_sha, started_at, finished_at, status, drill)
         VALUES ($1, 'csv', 'web', 'prod', 'production', $2, $3, $3, 'success', false)`,
        [`d-${index}`, sha(index), hour(index * 12 + 3)],
      );
  }
});
afterAll(() => database.drop());

const ctx = () => contextOf(database, 'viewer');

describe('the distribution of lead times', () => {
  test('holds exactly the samples that the median of the same window is made of', async () => {
    for (const scope of [
      {},
      { from: '2026-03-05', to: '2026-03-08' },
      { service: 'web', timezone: 'Asia/Tokyo' },
    ]) {
      const answer = await getDora(ctx(), scope);
      const { n, median_s, buckets } = await getDoraDistribution(ctx(), { ...scope, metric: 'lead-time' });
      expect(n).toBe(answer.total.lead_time.n);
      expect(median_s).toBeCloseTo(answer.total.lead_time.median_s ?? Number.NaN, 2);
      expect(buckets.reduce((sum, bucket) => sum + bucket.n, 0)).toBe(n);
      expect(n).toBeGreaterThan(0);
    }
  });

  test('has no median where there is nothing', async () => {
    expect(await getDoraDistribution(ctx(), { metric: 'recovery' })).toMatchObject({ n: 0, median_s: null });
  });

  test('is refused for a metric without durations, and for who may not read releases', async () => {
    expect((await refusalOf(getDoraDistribution(ctx(), { metric: 'rework' }))).paths).toEqual(['metric']);
    const stranger = { ...lockedOut(), actor: { kind: 'token' as const, id: 't', name: 'ci', scopes: [] } };
    expect(await refusalOf(getDoraDistribution(stranger, { metric: 'recovery' }))).toMatchObject({
      code: 'forbidden',
    });
  });
});
