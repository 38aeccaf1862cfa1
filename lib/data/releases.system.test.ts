import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSession } from './agent-sessions.ts';
import { recordApplied } from './agents.ts';
import { withTransaction } from './database.ts';
import { claimDueReleases, yieldRelease } from './engine.ts';
import { ActiveReleaseError, StaleGenerationError, StaleVersionError } from './errors.ts';
import { verifyLedger } from './ledger.ts';
import { dueDesired, markSent, removeApplied, resync } from './outbox.ts';
import { listEvents, verifyEvents } from './release-events.ts';
import { loadRelease, recordTransition, type Transition } from './releases.ts';
import { AT, createWorld, PERSON, startRelease, type World, wish } from './testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';
import { listReleaseRows, readCursor } from './views/release-list.ts';
import { readReleaseSnapshot } from './views/release-snapshot.ts';

let database: TestDatabase;
let world: World;
let id: string;
let worlds = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  worlds += 1;
  world = await createWorld(database, `shop-${worlds}`);
  id = await startRelease(database, world);
});

const query = async (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await database.pool.query(sql, values)).rows;

/** Records an approval on top of whatever version is expected. */
const record = (expectedVersion: number, change: Partial<Transition> = {}): Promise<number> =>
  withTransaction(database.pool, async (client) => {
    const release = await loadRelease(client, id, { forUpdate: true });
    if (!release) throw new Error('no release');
    return recordTransition(client, {
      release,
      expectedVersion,
      state: release.state,
      dueAt: null,
      event: { type: 'pause', actor: PERSON, reason: 'look closer' },
      desired: [],
      ledger: { action: 'release.pause', reason: 'look closer', requestId: null },
      at: AT + 1_000,
      ...change,
    });
  });

const sendable = () => dueDesired(database.pool, { agentIds: [world.agentId] }, 10);

describe('starting', () => {
  test('one release at a time is active per service and environment, and the refusal names it', async () => {
    await expect(startRelease(database, world)).rejects.toMatchObject({
      name: ActiveReleaseError.name,
      activeReleaseId: id,
    });
  });

  test('of ten starts at the same moment exactly one is stored', async () => {
    const other = await createWorld(database, `rush-${worlds}`);
    const starts = await Promise.allSettled(Array.from({ length: 10 }, () => startRelease(database, other)));
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await query('SELECT 1 FROM release WHERE service_id = $1', [other.serviceId])).toHaveLength(1);
  });

  test('a finished release makes room for the next', async () => {
    const release = await loadRelease(database.pool, id);
    if (!release) throw new Error('no release');
    await record(1, { state: { ...release.state, phase: 'finished', outcome: 'cancelled' } });
    await expect(startRelease(database, world)).resolves.toMatch(/-/);
  });

  test('a refused start leaves no trace', async () => {
    const before = await query('SELECT count(*) FROM ledger');
    await startRelease(database, world).catch(() => undefined);
    expect(await query('SELECT count(*) FROM ledger')).toEqual(before);
  });
});

describe('a transition', () => {
  test('writes state, event, ledger and wish together', async () => {
    expect(await record(1, { desired: [wish(world, 1)] })).toBe(2);
    const events = await listEvents(database.pool, id, 0, 10);
    expect(events.map(({ sequence, event }) => [sequence, event.type])).toEqual([
      [1, 'created'],
      [2, 'pause'],
    ]);
    expect(
      await query('SELECT action FROM ledger WHERE subject = $1 ORDER BY sequence', [`release:${id}`]),
    ).toEqual([{ action: 'release.start' }, { action: 'release.pause' }]);
    expect(await sendable()).toMatchObject([{ targetId: world.targetId, generation: 1, attempts: 0 }]);
  });

  test('decided on a stale version is refused and changes nothing', async () => {
    await record(1);
    await expect(record(1, { desired: [wish(world, 1)] })).rejects.toBeInstanceOf(StaleVersionError);
    expect(await sendable()).toEqual([]);
    expect((await loadRelease(database.pool, id))?.stateVersion).toBe(2);
  });

  test('whose wish is not newer than the target’s last is refused as a whole', async () => {
    await record(1, { desired: [wish(world, 5)] });
    await expect(record(2, { desired: [wish(world, 5)] })).rejects.toBeInstanceOf(StaleGenerationError);
    expect((await loadRelease(database.pool, id))?.stateVersion).toBe(2);
  });

  test('wakes listeners only when it commits', async () => {
    const heard: unknown[] = [];
    const client = await database.pool.connect();
    client.on('notification', ({ payload }) => heard.push(JSON.parse(payload ?? '')));
    await client.query('LISTEN slipway');
    await record(9).catch(() => undefined);
    await record(1, { desired: [wish(world, 1)] });
    await client.query('SELECT 1');
    await client.query('UNLISTEN *');
    client.removeAllListeners('notification');
    client.release();
    expect(heard).toEqual([
      { kind: 'outbox', target: world.targetId },
      { kind: 'release', id, version: 2 },
    ]);
  });

  test('that releases a version puts it in charge of the targets', async () => {
    const release = await loadRelease(database.pool, id);
    if (!release) throw new Error('no release');
    await record(1, { state: { ...release.state, phase: 'finished', outcome: 'released' } });
    expect(
      await query('SELECT baseline_version_id FROM target_state WHERE target_id = $1', [world.targetId]),
    ).toEqual([{ baseline_version_id: world.versionId }]);
  });
});

describe('the outbox', () => {
  test('holds the newest wish alone, due again from the start', async () => {
    await record(1, { desired: [wish(world, 1, 500)] });
    await markSent(database.pool, [{ targetId: world.targetId, generation: 1 }]);
    expect(await sendable()).toEqual([]);
    await record(2, { desired: [wish(world, 2, 0)] });
    expect(await sendable()).toMatchObject([{ generation: 2, attempts: 0, desired: { basisPoints: 0 } }]);
  });

  test('repeats a wish ever more slowly, never slower than every 30 s', async () => {
    await record(1, { desired: [wish(world, 1)] });
    const delays: unknown[] = [];
    for (let sent = 0; sent < 7; sent += 1) {
      await markSent(database.pool, [{ targetId: world.targetId, generation: 1 }]);
      const [row] = await query(
        'SELECT round(extract(epoch FROM due_at - sent_at))::integer AS delay FROM outbox WHERE target_id = $1',
        [world.targetId],
      );
      delays.push(row?.delay);
    }
    expect(delays).toEqual([2, 4, 8, 16, 30, 30, 30]);
  });

  test('keeps a newer wish when an older one was carried out', async () => {
    await record(1, { desired: [wish(world, 2)] });
    await removeApplied(database.pool, world.targetId, 1);
    expect(await sendable()).toHaveLength(1);
    await removeApplied(database.pool, world.targetId, 2);
    expect(await sendable()).toEqual([]);
  });

  test('gives nothing to the agent of another cluster', async () => {
    const other = await createWorld(database, `other-${worlds}`);
    await record(1, { desired: [wish(world, 1)] });
    expect(await dueDesired(database.pool, { agentIds: [other.agentId] }, 10)).toEqual([]);
    expect(await resync(database.pool, other.agentId, [])).toEqual([]);
  });

  test('sends again, after a reconnect, only what the agent is behind on', async () => {
    await record(1, { desired: [wish(world, 3)] });
    await removeApplied(database.pool, world.targetId, 3);
    expect(await resync(database.pool, world.agentId, [{ target: world.targetId, generation: 3 }])).toEqual(
      [],
    );
    expect(await resync(database.pool, world.agentId, [{ target: world.targetId, generation: 2 }])).toEqual([
      world.targetId,
    ]);
    expect(await sendable()).toMatchObject([{ generation: 3 }]);
  });

  test('is emptied by the report of the target’s own agent, once', async () => {
    const other = await createWorld(database, `thief-${worlds}`);
    await record(1, { desired: [wish(world, 1)] });
    const report = { agentId: world.agentId, targetId: world.targetId, generation: 1, seenBasisPoints: null };
    expect(await recordApplied(database.pool, { ...report, agentId: other.agentId }, AT)).toBe(false);
    expect(await sendable()).toHaveLength(1);
    expect(await recordApplied(database.pool, report, AT)).toBe(true);
    expect(await recordApplied(database.pool, report, AT)).toBe(false);
    expect(await sendable()).toEqual([]);
  });
});

describe('the record', () => {
  test('cannot be changed, deleted or emptied', async () => {
    for (const sql of [
      'UPDATE release_event SET type = type',
      'DELETE FROM release_event',
      'TRUNCATE release_event',
      'UPDATE ledger SET action = action',
      'DELETE FROM ledger',
      'TRUNCATE ledger',
    ])
      await expect(query(sql), sql).rejects.toThrow(/append-only/);
  });

  test('verifies as it was written, odd text and numbers included', async () => {
    await record(1, { event: { type: 'pause', actor: PERSON, reason: '“naïve” \\ 💥 1e-7' } });
    expect(await verifyEvents(database.pool, id)).toMatchObject({ intact: true, length: 2 });
    expect(await verifyLedger(database.pool)).toMatchObject({ intact: true });
  });

  test.each([
    [
      'another reason',
      `UPDATE release_event SET data = jsonb_set(data, '{reason}', '"no"') WHERE sequence = 2`,
      2,
    ],
    ['another name', `UPDATE release_event SET actor_name = 'Eve' WHERE sequence = 2`, 2],
    ['a missing event', `DELETE FROM release_event WHERE sequence = 2`, 2],
    ['a missing end', `DELETE FROM release_event WHERE sequence = 3`, 3],
  ])('shows %s that someone with power over the database put in', async (_what, sql, sequence) => {
    await record(1);
    await record(2);
    await withTriggersOff(`${sql} AND release_id = '${id}'`);
    expect(await verifyEvents(database.pool, id)).toMatchObject({ intact: false, sequence });
  });

  test('of the ledger shows a changed and a missing entry', async () => {
    const other = await createTestDatabase();
    const mine = database;
    database = other;
    try {
      world = await createWorld(other, 'ledger');
      id = await startRelease(other, world);
      await record(1);
      await withTriggersOff(`UPDATE ledger SET reason = 'another' WHERE sequence = 2`);
      expect(await verifyLedger(other.pool)).toMatchObject({ intact: false, sequence: 2 });
      await withTriggersOff('DELETE FROM ledger WHERE sequence = 2');
      expect(await verifyLedger(other.pool)).toMatchObject({ intact: false, sequence: 2 });
    } finally {
      database = mine;
      await other.drop();
    }
  });

  test('of the ledger stays one chain under many writers', async () => {
    const others = await Promise.all(
      Array.from({ length: 8 }, (_, index) => createWorld(database, `writer-${worlds}-${index}`)),
    );
    await Promise.all(others.map((other) => startRelease(database, other)));
    expect(await verifyLedger(database.pool)).toMatchObject({ intact: true });
  });

  const withTriggersOff = (sql: string) =>
    withTransaction(database.pool, async (client) => {
      await client.query('SET LOCAL session_replication_role = replica');
      await client.query(sql);
    });
});

describe('claims', () => {
  const makeDue = () => query('UPDATE release SET due_at = now() WHERE id = $1', [id]);
  const claim = (leaseSeconds = 60) => claimDueReleases(database.pool, { limit: 100, leaseSeconds });

  test('give a due release to one of many rivals', async () => {
    await makeDue();
    const claims = await Promise.all(Array.from({ length: 10 }, () => claim()));
    expect(claims.flat().filter((claimed) => claimed === id)).toHaveLength(1);
  });

  test('whose holder died can be taken by another when the lease is over', async () => {
    await makeDue();
    expect(await claim(-1)).toContain(id);
    expect(await claim()).toContain(id);
  });

  test('that are given back are due when they asked to be', async () => {
    await makeDue();
    await claim();
    await yieldRelease(database.pool, id, Date.now() + 3_600_000);
    expect(await claim()).not.toContain(id);
    await makeDue();
    expect(await claim()).toContain(id);
  });

  test('are due at once when something changed while they were held', async () => {
    await makeDue();
    await claim();
    await record(1, { dueAt: Date.now() - 1 });
    await yieldRelease(database.pool, id, Date.now() + 3_600_000);
    expect(await claim()).toContain(id);
  });
});

describe('what people see', () => {
  test('has the target with wish, delivery and contact', async () => {
    await record(1, { desired: [wish(world, 1, 500)] });
    const queued = await readReleaseSnapshot(database.pool, id);
    expect(queued?.targets).toMatchObject([
      { wantedBasisPoints: 500, generation: 1, sentGeneration: 0, appliedGeneration: 0, connected: false },
    ]);
    await openSession(database.pool, {
      agentId: world.agentId,
      instanceId: world.agentId,
      bootId: world.agentId,
      replica: world.agentId,
      version: '0.1.0',
      capabilities: [],
      address: null,
    });
    await markSent(database.pool, [{ targetId: world.targetId, generation: 1 }]);
    const sent = await readReleaseSnapshot(database.pool, id);
    expect(sent?.targets).toMatchObject([{ sentGeneration: 1, connected: true }]);
    expect(sent?.targets[0]?.connectedSince).toBeInstanceOf(Date);
  });

  test('pages through all releases without doubling or losing one that starts meanwhile', async () => {
    for (let index = 0; index < 5; index += 1)
      await startRelease(database, await createWorld(database, `page-${worlds}-${index}`));
    const filter = { q: `page-${worlds}`, limit: 2 };
    const first = await listReleaseRows(database.pool, filter);
    await startRelease(database, await createWorld(database, `page-${worlds}-late`), { at: AT + 60_000 });
    const second = await listReleaseRows(database.pool, { ...filter, after: readCursor(first.next ?? '') });
    const third = await listReleaseRows(database.pool, { ...filter, after: readCursor(second.next ?? '') });
    const slugs = [...first.items, ...second.items, ...third.items]
      .map((release) => release.service.slug)
      .sort();
    expect(slugs).toEqual([0, 1, 2, 3, 4].map((index) => `page-${worlds}-${index}`));
    expect(third.next).toBeNull();
  });

  test('finds a release by service, state and words, taking % literally', async () => {
    const find = async (filter: object) =>
      (await listReleaseRows(database.pool, { limit: 200, ...filter })).items.map((release) => release.id);
    expect(await find({ service: `shop-${worlds}`, state: 'active' })).toEqual([id]);
    expect(await find({ service: `shop-${worlds}`, outcome: 'released' })).toEqual([]);
    expect(await find({ q: id.slice(0, 13) })).toEqual([id]);
    expect(await find({ q: '%' })).toEqual([]);
  });
});
