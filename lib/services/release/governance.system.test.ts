import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { replay } from '../../domain/release/replay.ts';
import type { Action, Role } from '../../domain/release/types.ts';
import { stepRelease } from '../../engine/step.ts';
import { deleteFreeze } from '../freeze/delete.ts';
import { getFreeze } from '../freeze/get.ts';
import { putFreeze } from '../freeze/put.ts';
import { contextOf, ledgerOf, NOW, refusalOf } from '../testing/contexts.ts';
import { versionMatrix } from '../version/matrix.ts';
import { actOnRelease } from './act.ts';
import { listReleaseEvents } from './events.ts';
import { getRelease } from './get.ts';
import { startRelease } from './start.ts';
import { createReleaseWorld, type ReleaseWorld } from './testing/release-world.ts';

let database: TestDatabase;
let world: ReleaseWorld;
let worlds = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('DELETE FROM freeze_window');
  world = await createReleaseWorld(database, `gov-${++worlds}`);
});

const as = (id: string, role: Role, now = NOW) => ({
  ...contextOf(database, role),
  actor: { kind: 'person' as const, id, name: id, role },
  now: () => now,
});
const act = (who: string, id: string, action: Action, rest = {}, now = NOW) =>
  actOnRelease(as(who, 'approver', now), { id, action, ...rest });
const protect = (protection: object) =>
  database.prisma.environment.update({ where: { id: world.environmentId }, data: { protection } });
const freeze = (change: object = {}) =>
  putFreeze(contextOf(database, 'administrator'), {
    slug: 'launch',
    body: {
      name: 'Launch week',
      timezone: 'UTC',
      when: { kind: 'once', from: '2026-11-23T11:00', until: '2026-11-23T18:00' },
      ...change,
    },
  });
const AFTER = Date.UTC(2026, 10, 23, 18);

describe('a freeze window', () => {
  test('is declared, answered, ended, and the ledger has each of it', async () => {
    const { created, value } = await freeze();
    expect(created).toBe(true);
    expect(value).toMatchObject({ active: true, nextOpenAt: '2026-11-23T18:00:00.000Z', running: 'hold' });
    expect(await getFreeze(contextOf(database, 'viewer'), { slug: 'launch' })).toEqual(value);
    await deleteFreeze(contextOf(database, 'administrator'), { slug: 'launch' });
    const entries = await ledgerOf(database, 'freeze:launch');
    expect(entries.map(({ action }) => action)).toEqual(['freeze.delete', 'freeze.put']);
  });

  test('that is mistaken is refused with every field', async () => {
    const wrong = { timezone: 'Mars/Base', when: { kind: 'once', from: '2026-02-30T00:00', until: 'late' } };
    expect((await refusalOf(freeze(wrong))).paths).toEqual(['timezone', 'when.from', 'when.until']);
    expect(await refusalOf(freeze({ services: ['nowhere'] }))).toMatchObject({ paths: ['services.0'] });
  });

  test('refuses a start with its name and the next open moment', async () => {
    await freeze();
    expect(await refusalOf(world.start())).toMatchObject({
      code: 'refused',
      reason: 'frozen',
      message: expect.stringMatching(/"Launch week".*2026-11-23 18:00 UTC.*administrator/),
    });
    expect((await world.start({}, AFTER)).state).toBe('running');
  });

  test('can be set aside by an override role with a reason, and the record says so', async () => {
    await freeze();
    const start = (role: Role, more: object) =>
      startRelease(contextOf(database, role), { ...world.names, override: { freeze: true }, ...more });
    expect(await refusalOf(start('operator', { reason: 'please' }))).toMatchObject({ reason: 'frozen' });
    expect((await refusalOf(start('administrator', {}))).paths).toEqual(['reason']);
    const { id } = await start('administrator', { reason: 'the shop is down' });
    const [event] = (await listReleaseEvents(contextOf(database, 'viewer'), { id })).items;
    expect(event?.data).toMatchObject({
      governance: { freezeExempt: ['launch'] },
      reason: 'the shop is down',
    });
    await world.apply(id);
    await stepRelease({ db: database, now: () => NOW, startedAt: NOW }, id);
    expect((await getRelease(contextOf(database, 'viewer'), { id })).frozen).toBeNull();
  });

  test('holds what runs until it ends, never the way back, and the record replays to the same state', async () => {
    const { id } = await world.start();
    await world.apply(id);
    await freeze();
    expect(await refusalOf(act('ben', id, 'advance'))).toMatchObject({ reason: 'frozen' });
    const held = await getRelease(contextOf(database, 'approver'), { id });
    expect(held.actions.advance).toMatchObject({ allowed: false, reason: 'frozen' });
    expect(held.actions.rollback?.allowed).toBe(true);
    const next = await stepRelease({ db: database, now: () => AFTER - 2_000, startedAt: NOW }, id);
    expect(next).toBe(AFTER);
    await stepRelease({ db: database, now: () => AFTER, startedAt: NOW }, id);
    const release = await world.load(id);
    expect(release.state.frozen).toBeUndefined();
    const events = (await world.events(id)).map(({ event, at }) => ({ event, at }));
    expect(replay(events, release.plan)).toEqual(release.state);
  });

  test('lets what runs go on where it says so', async () => {
    const { id } = await world.start();
    await world.apply(id);
    await freeze({ running: 'go-on' });
    expect((await act('ben', id, 'advance')).exposure.share).toBe(100);
  });
});

describe('an approval', () => {
  test('is never given by who started, and says what it was given for', async () => {
    await protect({ approvals: 1 });
    const { id } = await startRelease(as('ana', 'approver'), world.names);
    expect(await refusalOf(act('ana', id, 'approve'))).toMatchObject({ reason: 'own-release' });
    const release = await act('ben', id, 'approve');
    expect(release.state).toBe('running');
    const events = (await listReleaseEvents(contextOf(database, 'viewer'), { id })).items;
    expect(events.at(-1)?.data).toMatchObject({
      approved: {
        versionDigest: release.versionDigest,
        planDigest: release.plan.digest,
        stateVersion: 1,
        decision: null,
      },
    });
  });

  test('is not given with a token of who started', async () => {
    await protect({ approvals: 1 });
    const { id } = await startRelease(as('ana', 'approver'), world.names);
    const token = { kind: 'token', id: 't', name: 'ci', scopes: ['admin'], createdBy: 'ana' } as const;
    const ctx = { ...contextOf(database, 'approver'), actor: token };
    expect(await refusalOf(actOnRelease(ctx, { id, action: 'approve' }))).toMatchObject({
      reason: 'own-release',
    });
  });

  test('must come from each group that is asked for', async () => {
    await protect({ approvals: 1, groups: ['dba'] });
    const { id } = await world.start();
    expect((await act('ben', id, 'approve')).state).toBe('pending');
    const cleo = { ...as('cleo', 'approver').actor, groups: ['dba'] };
    const ctx = { ...contextOf(database, 'approver'), actor: cleo };
    expect((await actOnRelease(ctx, { id, action: 'approve' })).state).toBe('running');
  });

  test('no longer counts when it is too old', async () => {
    await protect({ approvals: 2, expiresAfterSeconds: 60 });
    const { id } = await world.start();
    await act('ben', id, 'approve');
    expect((await act('cleo', id, 'approve', {}, NOW + 60_000)).state).toBe('pending');
    expect((await act('ben', id, 'approve', {}, NOW + 61_000)).state).toBe('running');
  });

  test('is refused when the plan has a newer revision than the start', async () => {
    await protect({ approvals: 1 });
    const { id } = await world.start();
    const { planId, ...old } = await database.prisma.planRevision.findUniqueOrThrow({
      where: { id: world.planRevisionId },
    });
    const document = JSON.parse(JSON.stringify(old.document));
    await database.prisma.planRevision.create({
      data: { planId, revision: 2, digest: 'sha256:new', document, source: '', createdBy: 'Ada' },
    });
    const refusal = await refusalOf(act('ben', id, 'approve'));
    expect(refusal).toMatchObject({
      reason: 'superseded',
      message: expect.stringContaining('start it again'),
    });
  });

  test('from a stale tab, or of a release that a newer start replaced, is refused with the release as it is', async () => {
    await protect({ approvals: 2 });
    const { id } = await world.start();
    await act('ben', id, 'approve');
    expect(await refusalOf(act('cleo', id, 'approve', { expectedVersion: 1 }))).toMatchObject({
      code: 'conflict',
      reason: 'stale-version',
      current: { stateVersion: 2 },
    });
    await act('ben', id, 'reject');
    await world.start();
    expect(await refusalOf(act('cleo', id, 'approve'))).toMatchObject({ reason: 'finished' });
  });

  test('and a rejection at the same moment both get a true answer, and the rejection wins', async () => {
    await protect({ approvals: 1 });
    for (let round = 0; round < 12; round++) {
      const { id } = await world.start({}, NOW);
      const [yes, no] = await Promise.allSettled([
        act('ben', id, 'approve', { expectedVersion: 1 }),
        act('cleo', id, 'reject', { expectedVersion: 1 }),
      ]);
      expect(no.status).toBe('fulfilled');
      if (yes.status === 'rejected') expect(['finished', 'stale-version']).toContain(yes.reason.reason);
      const after = await world.load(id);
      if (after.state.outcome === null) await world.apply(id);
      expect((await world.load(id)).state.outcome).toBe('cancelled');
    }
  });
});

describe('a version', () => {
  const released = async (at: number) => {
    const { id } = await world.start({}, at);
    await world.apply(id, at);
    await actOnRelease(as('ben', 'approver', at), { id, action: 'advance' });
    await world.apply(id, at);
    const { plan } = await world.load(id);
    const over = at + (plan.stages.at(-1)?.watchSeconds ?? 0) * 1_000;
    await stepRelease({ db: database, now: () => over, startedAt: at }, id);
    expect((await world.load(id)).state.outcome).toBe('released');
    return over;
  };

  test('must have succeeded elsewhere and have been there long enough', async () => {
    const requires = { environment: world.names.environment, soakSeconds: 3_600 };
    await protect({ requires });
    expect(await refusalOf(world.start())).toMatchObject({
      reason: 'promotion',
      message: expect.stringContaining('Release it there first'),
    });
    await protect({});
    const at = await released(NOW);
    await protect({ requires });
    await database.pool.query('UPDATE target_state SET baseline_version_id = $1 WHERE target_id = $2', [
      world.baselineVersionId,
      world.targetId,
    ]);
    expect(await refusalOf(world.start({}, at + 60_000))).toMatchObject({ reason: 'promotion' });
    expect((await world.start({}, at + 3_600_000)).state).toBe('running');
  });

  test('in charge somewhere is in the matrix with the release that put it there', async () => {
    await released(NOW);
    const { cells } = await versionMatrix(contextOf(database, 'viewer'));
    expect(cells.find(({ service }) => service === world.names.service)).toMatchObject({
      environment: world.names.environment,
      version: '1.1.0',
      release: expect.any(String),
    });
  });

  test('that was rolled back needs a reason and a second person where the environment asks for it', async () => {
    await protect({ quarantine: true });
    const { id } = await world.start();
    await act('ben', id, 'rollback');
    await world.apply(id);
    expect(await refusalOf(world.start())).toMatchObject({ reason: 'quarantined' });
    const again = await startRelease(as('ben', 'approver'), { ...world.names, reason: 'the disk was full' });
    expect(again.state).toBe('pending');
    expect(await refusalOf(act('ben', again.id, 'approve'))).toMatchObject({ reason: 'own-release' });
    expect((await act('cleo', again.id, 'approve')).state).toBe('running');
  });
});

test('an emergency skips freezes and approvals for an approver with a reason, and is marked', async () => {
  await protect({ approvals: 2 });
  await freeze({ overrideRoles: [] });
  const start = (role: Role, more: object = {}) =>
    startRelease(contextOf(database, role), { ...world.names, emergency: true, ...more });
  expect(await refusalOf(start('operator', { reason: 'fire' }))).toMatchObject({ code: 'forbidden' });
  expect((await refusalOf(start('approver'))).paths).toEqual(['reason']);
  const release = await start('approver', { reason: 'fire' });
  expect(release).toMatchObject({ state: 'running', emergency: true });
  expect(release.headline).toMatch(/^Emergency: /);
  expect((await ledgerOf(database, `release:${release.id}`))[0]?.action).toBe('release.emergency-start');
});
