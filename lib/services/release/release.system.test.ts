import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { releaseActions } from '../../contract/release.ts';
import { dueDesired } from '../../data/outbox.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import type { Action, Role } from '../../domain/release/types.ts';
import { contextOf, ledgerOf, lockedOut, NOW, refusalOf } from '../testing/contexts.ts';
import { hearNotices } from '../testing/hear-notices.ts';
import { actOnRelease } from './act.ts';
import { listReleaseEvents } from './events.ts';
import { getRelease } from './get.ts';
import { listReleases } from './list.ts';
import { startRelease } from './start.ts';
import { createReleaseWorld, type ReleaseWorld } from './testing/release-world.ts';

let database: TestDatabase;
let world: ReleaseWorld;
let worlds = 0;
const nextName = () => `shop-${++worlds}`;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  world = await createReleaseWorld(database, nextName());
});

const get = (id: string, role: Role = 'operator') => getRelease(contextOf(database, role), { id });
const act = (
  id: string,
  action: Action,
  rest: { expectedVersion?: number; reason?: string } = {},
  role: Role = 'operator',
) => actOnRelease(contextOf(database, role), { id, action, ...rest });
const rolledBack = async (): Promise<string> => {
  const { id } = await world.start();
  await act(id, 'rollback');
  await world.apply(id);
  return id;
};

describe('a start', () => {
  test('answers with the running release at its first share', async () => {
    const release = await world.start({ reason: 'faster search' });
    expect(release).toMatchObject({
      ...world.names,
      plan: { name: world.names.plan, revision: 1 },
      baselineVersion: '1.0.0',
      state: 'running',
      outcome: null,
      stateVersion: 1,
      startedAt: new Date(NOW).toISOString(),
      startedBy: 'Ada',
      reason: 'faster search',
      retryOf: null,
      stage: { index: 0, name: 'first', share: 5 },
      exposure: { share: 5, shareAfterAdvance: 100, clusters: 1 },
      targets: [{ generation: 1, share: { wanted: 5, confirmed: 'unknown' }, agent: { connected: true } }],
    });
    expect(await get(release.id)).toEqual(release);
  });

  test('leaves one event, one wish for the agent, one ledger entry that points at the event, and a wake-up', async () => {
    const heard = await hearNotices(database.url);
    const { id } = await world.start({ reason: 'faster search' });
    const [event, ...more] = (await listReleaseEvents(contextOf(database, 'viewer'), { id })).items;
    expect(more).toEqual([]);
    expect(event).toMatchObject({ sequence: 1, type: 'created', text: 'Started at 5 %: faster search' });
    const wishes = await dueDesired(database.pool, { agentIds: [world.agentId] }, 10);
    expect(wishes).toHaveLength(1);
    expect(wishes[0]).toMatchObject({
      targetId: world.targetId,
      generation: 1,
      desired: {
        release: id,
        stage: 'first',
        intent: 'start',
        basisPoints: 500,
        baseline: { version: '1.0.0' },
        canary: { version: '1.1.0' },
      },
    });
    const entries = await ledgerOf(database, `release:${id}`);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      action: 'release.start',
      actor: { kind: 'person', name: 'Ada' },
      reason: 'faster search',
      requestId: 'request-1',
      data: { sequence: 1, eventHash: event?.hash },
    });
    await heard.until({ kind: 'release', id, version: 1 });
    await heard.until({ kind: 'outbox', target: world.targetId });
  });

  test('that needs approval asks the agent for nothing until an approver agrees', async () => {
    world = await createReleaseWorld(database, nextName(), { approvals: 1 });
    const { id, state, exposure } = await world.start();
    expect({ state, share: exposure.share }).toEqual({ state: 'pending', share: 0 });
    expect(await dueDesired(database.pool, { agentIds: [world.agentId] }, 10)).toEqual([]);
    expect(await refusalOf(act(id, 'approve'))).toMatchObject({ code: 'forbidden', reason: 'not-allowed' });
    expect(await act(id, 'approve', {}, 'approver')).toMatchObject({ state: 'running' });
    expect(await dueDesired(database.pool, { agentIds: [world.agentId] }, 10)).toHaveLength(1);
  });

  test.each([
    ['service', 'There is no service "nothing"'],
    ['environment', 'There is no environment "nothing"'],
    ['version', 'Version nothing was never registered'],
    ['plan', 'There is no plan "nothing"'],
  ])('that names an unknown %s is refused by that path', async (path, text) => {
    const refusal = await refusalOf(world.start({ [path]: 'nothing' }));
    expect(refusal).toMatchObject({ code: 'invalid', paths: [path] });
    expect(refusal.message).toContain(text);
  });

  test('that is wrong in several places is told all of them at once', async () => {
    const refused = world.start({ environment: 'nothing', version: 'nothing', plan: 'nothing' });
    expect((await refusalOf(refused)).paths).toEqual(['environment', 'version', 'plan']);
  });

  test('with a field that is malformed or unknown is refused by its path', async () => {
    expect((await refusalOf(world.start({ service: 'No Slug' }))).paths).toEqual(['service']);
    expect(await refusalOf(world.start({ colour: 'red' }))).toMatchObject({ code: 'invalid' });
  });

  test('whose plan judges a metric that the service lacks is refused with the nearest name', async () => {
    const spec = { analysis: { metrics: [{ name: 'erors' }] } };
    world = await createReleaseWorld(database, nextName(), { spec });
    const refusal = await refusalOf(world.start());
    expect(refusal).toMatchObject({ code: 'invalid', paths: ['plan'] });
    expect(refusal.message).toContain('did you mean "errors"?');
  });

  test('whose plan belongs to another service is refused', async () => {
    const { planId } = await database.prisma.planRevision.findUniqueOrThrow({
      where: { id: world.planRevisionId },
    });
    const document = {
      apiVersion: 'slipway/v1',
      kind: 'Plan',
      metadata: { name: world.names.plan, service: 'other' },
      spec: { strategy: 'canary', stages: [{ name: 'all', share: 100 }] },
    };
    await database.prisma.planRevision.create({
      data: { planId, revision: 2, digest: 'sha256:other', document, source: '', createdBy: 'Ada' },
    });
    expect(await refusalOf(world.start())).toMatchObject({
      code: 'invalid',
      paths: ['plan'],
      message: `The plan "${world.names.plan}" is for the service "other".`,
    });
  });

  test('where the service has no target is refused by the environment', async () => {
    const elsewhere = await createReleaseWorld(database, nextName());
    const refused = world.start({ environment: elsewhere.names.environment });
    expect(await refusalOf(refused)).toMatchObject({ code: 'invalid', paths: ['environment'] });
  });

  test('of the version in charge is refused, whether a release put it there or the agent sees it there', async () => {
    const refusal = { code: 'invalid', paths: ['version'] };
    expect(await refusalOf(world.start({ version: '1.0.0' }))).toMatchObject(refusal);
    await database.prisma.targetState.update({
      where: { targetId: world.targetId },
      data: { baselineVersionId: null, workloads: [{ track: 'baseline', version: '1.1.0' }] },
    });
    expect(await refusalOf(world.start())).toMatchObject(refusal);
  });

  test('beside an active release is a conflict that carries it, and leaves nothing behind', async () => {
    const active = await world.start();
    expect(await refusalOf(world.start())).toMatchObject({
      code: 'conflict',
      reason: 'release-active',
      current: active,
    });
    expect(
      (await listReleases(contextOf(database, 'viewer'), { service: world.names.service })).items,
    ).toHaveLength(1);
  });

  test('of many at the same moment goes through once', async () => {
    const starts = await Promise.allSettled(Array.from({ length: 8 }, () => world.start()));
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const start of starts)
      if (start.status === 'rejected') expect(start.reason).toMatchObject({ code: 'conflict' });
  });
});

describe('permission', () => {
  test('a viewer may not start a release, and nothing is read to say so', async () => {
    expect(await refusalOf(startRelease(lockedOut(), world.names))).toMatchObject({ code: 'forbidden' });
  });

  test('a token without a scope gets no answer about a release, and nothing is read to say so', async () => {
    const nobody = {
      ...lockedOut(),
      actor: { kind: 'token', id: 't-1', name: 'ci', scopes: [] } as const,
    };
    const id = randomUUID();
    for (const asked of [
      getRelease(nobody, { id }),
      listReleases(nobody, {}),
      listReleaseEvents(nobody, { id }),
      actOnRelease(nobody, { id, action: 'rollback' }),
    ])
      expect(await refusalOf(asked)).toMatchObject({ code: 'forbidden' });
  });

  test('a viewer may do nothing to a release and changes nothing by trying', async () => {
    const { id } = await world.start();
    for (const action of releaseActions)
      expect(await refusalOf(act(id, action, {}, 'viewer'))).toMatchObject({
        code: 'forbidden',
        reason: 'not-allowed',
      });
    expect(await get(id)).toMatchObject({ stateVersion: 1 });
  });
});

describe('an action', () => {
  test('on what somebody else has changed meanwhile is a conflict that shows the release as it is', async () => {
    const { id } = await world.start();
    await act(id, 'pause', { expectedVersion: 1 });
    const refusal = await refusalOf(act(id, 'resume', { expectedVersion: 1 }));
    expect(refusal).toMatchObject({ code: 'conflict', reason: 'stale-version', current: await get(id) });
    expect(await get(id)).toMatchObject({ state: 'paused', stateVersion: 2 });
  });

  test('rollback is carried out whatever was seen before', async () => {
    const { id } = await world.start();
    await act(id, 'pause');
    await act(id, 'resume');
    expect(await act(id, 'rollback', { expectedVersion: 1 })).toMatchObject({
      state: 'rolling-back',
      exposure: { share: 0 },
    });
    const [wish] = await dueDesired(database.pool, { agentIds: [world.agentId] }, 10);
    expect(wish).toMatchObject({ generation: 2, desired: { intent: 'roll-back', basisPoints: 0 } });
  });

  test('pause and resume move between two states and say who and why', async () => {
    const { id } = await world.start();
    expect(await act(id, 'pause', { reason: 'look closer' })).toMatchObject({
      state: 'paused',
      stateVersion: 2,
      pausedBy: { name: 'Ada', reason: 'look closer' },
    });
    expect(await act(id, 'resume')).toMatchObject({ state: 'running', stateVersion: 3, pausedBy: null });
    const actions = (await ledgerOf(database, `release:${id}`)).map(({ action, reason }) => [action, reason]);
    expect(actions).toEqual([
      ['release.resume', null],
      ['release.pause', 'look closer'],
      ['release.start', null],
    ]);
  });

  test('cancel ends a release once the router has confirmed that the canary gets nothing', async () => {
    const { id } = await world.start();
    expect(await act(id, 'cancel')).toMatchObject({ state: 'rolling-back', outcome: null });
    await world.apply(id);
    expect(await get(id)).toMatchObject({ state: 'finished', outcome: 'cancelled' });
  });

  test('advance waits for the undo window and can be withdrawn in it', async () => {
    world = await createReleaseWorld(database, nextName(), { undoSeconds: 10 });
    const { id } = await world.start();
    await world.apply(id);
    const dueAt = new Date(NOW + 10_000).toISOString();
    expect(await act(id, 'advance')).toMatchObject({ queued: { action: 'advance', by: 'Ada', dueAt } });
    expect(await act(id, 'undo')).toMatchObject({ queued: null, exposure: { share: 5 } });
  });

  test('on a release that does not exist is not found', async () => {
    for (const id of [randomUUID(), 'nothing'])
      expect(await refusalOf(act(id, 'rollback'))).toMatchObject({ code: 'not-found' });
  });

  const untilState: [string, () => Promise<string>][] = [
    ['pending', async () => (await world.start()).id],
    ['running', async () => (await world.start()).id],
    ['paused', async () => (await act((await world.start()).id, 'pause')).id],
    ['rolling-back', async () => (await act((await world.start()).id, 'rollback')).id],
    ['finished', rolledBack],
  ];
  test.each(untilState)(
    'refused while %s has the reason and the text that its button shows',
    async (state, reach) => {
      if (state === 'pending') world = await createReleaseWorld(database, nextName(), { approvals: 1 });
      const release = await get(await reach(), 'approver');
      expect(release.state).toBe(state);
      const { rollback } = release.actions;
      expect(rollback?.allowed).toBe(state === 'running' || state === 'paused');
      for (const action of releaseActions) {
        const answer = release.actions[action];
        if (!answer || answer.allowed) continue;
        const refused = act(release.id, action, {}, 'approver');
        const { reason, text: message } = answer;
        expect(await refusalOf(refused)).toMatchObject({
          code: 'refused',
          reason,
          message,
          current: release,
        });
      }
    },
  );
});

describe('a retry', () => {
  test('of a running release asks the target that failed once more, with a newer wish', async () => {
    const { id } = await world.start();
    await world.fail(id, 'the router refused the configuration');
    expect((await get(id)).targets).toMatchObject([{ problem: 'the router refused the configuration' }]);
    expect((await act(id, 'retry')).targets).toMatchObject([{ generation: 2, problem: null }]);
    const wishes = await dueDesired(database.pool, { agentIds: [world.agentId] }, 10);
    expect(wishes).toMatchObject([{ generation: 2, desired: { basisPoints: 500 } }]);
  });

  test('of a rolled-back release starts its version again, with the newest plan, as a new release', async () => {
    const old = await rolledBack();
    const before = await get(old);
    const later = { ...contextOf(database, 'operator'), now: () => NOW + 60_000 };
    const fresh = await actOnRelease(later, { id: old, action: 'retry', reason: 'the database was full' });
    expect(fresh).toMatchObject({
      retryOf: old,
      version: '1.1.0',
      state: 'running',
      stateVersion: 1,
      reason: 'the database was full',
      targets: [{ generation: 3 }],
    });
    expect(fresh.id).not.toBe(old);
    const after = { id: fresh.id, version: '1.1.0' };
    expect(await get(old)).toEqual({ ...before, neighbours: { ...before.neighbours, after } });
  });

  test('beside an active release is a conflict that carries it', async () => {
    const old = await rolledBack();
    const active = await world.start({ reason: 'once more' });
    expect(await refusalOf(act(old, 'retry', { reason: 'once more' }))).toMatchObject({
      code: 'conflict',
      reason: 'release-active',
      current: active,
    });
  });
});
