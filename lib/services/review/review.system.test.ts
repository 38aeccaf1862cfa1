import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { trafficOf } from '../../engine/testing/traffic.ts';
import { addActionItem } from '../action-item/add.ts';
import { actOnRelease } from '../release/act.ts';
import { markFalseAlarm } from '../release/false-alarm.ts';
import { createReleaseWorld } from '../release/testing/release-world.ts';
import { draftForRelease } from '../retrospective/draft.ts';
import { addFactor } from '../retrospective/factors.ts';
import { contextOf, NOW, refusalOf } from '../testing/contexts.ts';
import { exportReview } from './export.ts';
import { getReview } from './get.ts';

let database: TestDatabase;
let worlds = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const operator = (now = NOW) => ({ ...contextOf(database, 'operator'), now: () => now });

/** A release of `world` that a person rolled back at this moment. */
const stopAt = async (world: Awaited<ReturnType<typeof createReleaseWorld>>, at: number) => {
  const { id } = await world.start({}, at);
  await world.apply(id, at);
  await trafficOf(database, world.targetId).send(at + 1_000, { canary: 0.1, baseline: 0.01 });
  await actOnRelease(operator(at + 1_000), { id, action: 'rollback' });
  await world.apply(id, at + 2_000);
  return id;
};
const worldOf = () => createReleaseWorld(database, `shop-${++worlds}`);

describe('a review of a span of days', () => {
  test('takes days as they are in its time zone, both included', async () => {
    const world = await worldOf();
    const service = `shop-${worlds}`;
    await stopAt(world, Date.UTC(2026, 9, 31, 23, 30));
    const utc = await getReview(operator(), { service, from: '2026-10-01', to: '2026-10-31' });
    const berlin = { service, zone: 'Europe/Berlin' };
    expect(utc.stopped).toBe(1);
    expect((await getReview(operator(), { ...berlin, from: '2026-10-01', to: '2026-10-31' })).stopped).toBe(
      0,
    );
    expect((await getReview(operator(), { ...berlin, from: '2026-11-01', to: '2026-11-01' })).stopped).toBe(
      1,
    );
  });

  test('is of the present month when nothing is asked, and of one service when that is asked', async () => {
    const world = await worldOf();
    const service = `shop-${worlds}`;
    const id = await stopAt(world, NOW - 60_000);
    const review = await getReview(operator(), { service });
    expect(review).toMatchObject({ from: '2026-11-01', to: '2026-11-30', zone: 'UTC', service, stopped: 1 });
    expect(review.stops).toMatchObject([{ id, stoppedAt: { name: 'first', share: 5 }, byVerdict: false }]);
    expect((await getReview(operator(), { service: 'other' })).stopped).toBe(0);
  });

  test('counts factors, false alarms and action items as people wrote them', async () => {
    const world = await worldOf();
    const service = `shop-${worlds}`;
    for (const minutes of [60, 30]) {
      const id = await stopAt(world, NOW - minutes * 60_000);
      const { value } = await draftForRelease(operator(), { id });
      await addFactor(operator(), { id: value.id, body: { text: 'x', tags: ['testing'] } });
      const body = { text: 'x', type: 'detect', dueOn: '2026-11-01' };
      await addActionItem(operator(), { retrospective: value.id, body });
      if (minutes === 30) await markFalseAlarm(operator(), { id, body: { reason: '=cmd' } });
    }
    const review = await getReview(operator(), { service });
    expect(review.repeatedFactors).toMatchObject([{ tag: 'testing' }]);
    expect(review.falseAlarms).toBe(1);
    expect(review.actionItems).toEqual({ opened: 2, closed: 0, open: 2, overdue: 2 });
    const text = async (format: 'md' | 'csv') => {
      const { chunks } = await exportReview(operator(), { service, format });
      let all = '';
      for await (const chunk of chunks) all += chunk;
      return all;
    };
    expect(await text('md')).toContain('- testing: 2');
    const lines = (await text('csv')).trim().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain(",'=cmd,testing");
  });

  test.each([
    [{ from: '2026-11-02', to: '2026-11-01' }, 'to'],
    [{ from: '2024-01-01', to: '2026-01-01' }, 'to'],
    [{ from: '2026-02-30' }, 'from'],
    [{ zone: 'Mars/Olympus' }, 'zone'],
    [{ zone: '+01:00' }, 'zone'],
  ])('refuses %o by its field', async (query, field) => {
    expect(await refusalOf(getReview(operator(), query))).toMatchObject({ code: 'invalid', paths: [field] });
  });
});
