import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedHistory } from '../../../bench/history/fill.ts';
import { listEvents, verifyEvents } from '../../data/release-events.ts';
import { loadRelease } from '../../data/releases.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { replay } from '../../domain/release/replay.ts';
import { contextOf, NOW } from '../testing/contexts.ts';
import { listReleases } from './list.ts';
import { readReleaseSamples } from './samples.ts';
import { createReleaseWorld } from './testing/release-world.ts';

let database: TestDatabase;
const options = { releases: 120, samples: 4_000, days: 30, now: NOW, say: () => undefined, force: false };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('a made-up history is one that could have happened: its records are intact and replay to its states', async () => {
  await seedHistory(database.pool, options);
  const viewer = contextOf(database, 'viewer');
  const { items, total } = await listReleases(viewer, { limit: 200 });
  expect(total).toEqual({ count: 120, exact: true });
  expect(new Set(items.map(({ outcome }) => outcome))).toEqual(
    new Set(['released', 'rolled-back', 'cancelled']),
  );
  for (const { id } of items) {
    const release = await loadRelease(database.pool, id);
    const events = await listEvents(database.pool, id, 0, 1_000);
    expect(await verifyEvents(database.pool, id)).toMatchObject({ intact: true, length: events.length });
    expect(release && replay(events, release.plan)).toEqual(release?.state);
  }
  const samples = await readReleaseSamples(viewer, { id: items[0]?.id ?? randomUUID() });
  expect(samples.series.length).toBeGreaterThanOrEqual(2);
});

test('a database with real releases is left alone', async () => {
  await (await createReleaseWorld(database, 'real')).start();
  await expect(seedHistory(database.pool, options)).rejects.toThrow('holds 1 real releases');
  await seedHistory(database.pool, { ...options, releases: 5, samples: 0, force: true });
  const seeded = await listReleases(contextOf(database, 'viewer'), { outcome: 'released', limit: 200 });
  expect(seeded.items.every(({ service }) => service.startsWith('seed-'))).toBe(true);
});
