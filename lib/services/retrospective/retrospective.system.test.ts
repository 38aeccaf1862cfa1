import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { startEngine } from '../../engine/loop.ts';
import { trafficOf } from '../../engine/testing/traffic.ts';
import { addActionItem } from '../action-item/add.ts';
import { listActionItems } from '../action-item/list.ts';
import { putActionItem } from '../action-item/put.ts';
import { actOnRelease } from '../release/act.ts';
import { markFalseAlarm } from '../release/false-alarm.ts';
import { createReleaseWorld } from '../release/testing/release-world.ts';
import { contextOf, ledgerOf, lockedOut, NOW, refusalOf } from '../testing/contexts.ts';
import { draftForRelease } from './draft.ts';
import { exportRetrospective } from './export.ts';
import { addFactor, putFactor } from './factors.ts';
import { getReleaseRetrospective, getRetrospective } from './get.ts';
import { listRetrospectives } from './list.ts';
import { addNote, putNote, removeNote } from './notes.ts';
import { putRetrospective } from './put.ts';
import { addComment, putCheck, signOff } from './review.ts';
import { storeDraft } from './store-draft.ts';

let database: TestDatabase;
let worlds = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const operator = () => contextOf(database, 'operator');

/** A release with 60 s of traffic that a person rolled back, and its agent confirmed. */
const rolledBack = async (reason = 'Ada saw the errors') => {
  const world = await createReleaseWorld(database, `shop-${++worlds}`);
  const { id } = await world.start({ reason: 'Ada ships' });
  await world.apply(id);
  const traffic = trafficOf(database, world.targetId);
  for (let second = 1; second <= 60; second++)
    await traffic.send(NOW + second * 1_000, { canary: 0.1, baseline: 0.01 });
  const later = { ...operator(), now: () => NOW + 60_000 };
  await actOnRelease(later, { id, action: 'rollback', reason });
  await world.apply(id, NOW + 62_000);
  return { ...world, id };
};

const drafted = async () => {
  const world = await rolledBack();
  const { value } = await draftForRelease(operator(), { id: world.id });
  return { world, id: value.id, draft: value };
};

describe('the engine', () => {
  test('drafts what was stopped by itself, once, whoever looks at the same time and however often it is started', async () => {
    const world = await rolledBack();
    const clock = () => NOW + 70_000;
    const log = pino({ enabled: false });
    const engines = [1, 2].map(() => startEngine({ db: database, log, now: clock, sweepMs: 20 }));
    const found = await vi.waitFor(() => getReleaseRetrospective(operator(), { id: world.id }), 10_000);
    await Promise.all(engines.map((engine) => engine.stop()));
    const again = startEngine({ db: database, log, now: clock, sweepMs: 20 });
    const other = await rolledBack();
    await vi.waitFor(() => getReleaseRetrospective(operator(), { id: other.id }), 10_000);
    await again.stop();
    expect(await database.prisma.retrospective.count({ where: { releaseId: world.id } })).toBe(1);
    const entries = await ledgerOf(database, `retrospective:${found.id}`);
    expect(entries.map(({ action, actor }) => [action, actor.kind])).toEqual([
      ['retrospective.draft', 'engine'],
    ]);
    expect(found.draftedBy).toBe('Slipway');
  });

  test('leaves releases alone that never had traffic', async () => {
    const world = await createReleaseWorld(database, `shop-${++worlds}`, { approvals: 1 });
    const { id } = await world.start();
    await actOnRelease(operator(), { id, action: 'cancel' });
    const stopped = await rolledBack();
    const engine = startEngine({
      db: database,
      log: pino({ enabled: false }),
      now: () => NOW + 70_000,
      sweepMs: 20,
    });
    await vi.waitFor(() => getReleaseRetrospective(operator(), { id: stopped.id }), 10_000);
    await engine.stop();
    expect(await refusalOf(getReleaseRetrospective(operator(), { id }))).toMatchObject({ code: 'not-found' });
    expect((await draftForRelease(operator(), { id })).created).toBe(true);
  });
});

describe('a draft', () => {
  test('has the numbers that were measured and the times that were recorded', async () => {
    const { draft } = await drafted();
    expect(draft.impact.requests.value).toBe(6_000);
    const bad = await database.pool.query(
      `SELECT sum(errors)::bigint AS n FROM sample s JOIN release_target rt ON rt.target_id = s.target_id
       WHERE rt.release_id = $1 AND track = 0`,
      [draft.releaseId],
    );
    expect(draft.impact.failedRequests.value).toBe(bad.rows[0]?.n);
    expect(draft.impact).toMatchObject({
      exposureSeconds: { value: 62 },
      secondsToDetect: { value: 60 },
      secondsToRecover: { value: 2 },
      largestShare: { value: 5 },
      people: { value: null },
    });
    expect(draft.timeline.map(({ kind }) => kind)).toEqual(['start', 'target', 'act', 'recovery']);
  });

  test('reads with roles until somebody switches names on, and the ledger says who did', async () => {
    const { id, draft } = await drafted();
    expect(JSON.stringify([draft.header, draft.timeline, draft.decisions, draft.summary])).not.toContain(
      'Ada',
    );
    const named = await putRetrospective(operator(), { id, body: { blameless: false, expectedVersion: 1 } });
    expect(named.timeline.find(({ kind }) => kind === 'act')).toMatchObject({
      who: { label: 'Ada' },
      reason: 'Ada saw the errors',
    });
    const [entry] = await ledgerOf(database, `retrospective:${id}`);
    expect(entry).toMatchObject({
      action: 'retrospective.put',
      actor: { name: 'Ada' },
      data: { blameless: false },
    });
  });

  test('counts the interval in which the release ended, and none that began after it', async () => {
    const world = await rolledBack();
    const traffic = trafficOf(database, world.targetId);
    await traffic.send(NOW + 62_400, { canary: 0, baseline: 0 });
    await traffic.send(NOW + 64_000, { canary: 0, baseline: 0 });
    const { value } = await draftForRelease(operator(), { id: world.id });
    expect(value.impact.requests.value).toBe(6_100);
  });

  test('lists what the release brought: the commits since the baseline that touch the service, without merges', async () => {
    const world = await createReleaseWorld(database, `shop-${++worlds}`);
    const { service } = world.names;
    const sha = (letter: string) => letter.repeat(40);
    // a (baseline) - b - d - e (built), with the merge d of c, and f of another service.
    const commits: [string, string[], string[] | null][] = [
      ['a', [], null],
      ['b', ['a'], [service]],
      ['c', ['a'], null],
      ['d', ['b', 'c'], []],
      ['f', ['d'], ['another']],
      ['e', ['f'], [service]],
    ];
    for (const [index, [letter, parents, services]] of commits.entries())
      await database.pool.query(
        `INSERT INTO source_commit (sha, source, parents, authored_at, services) VALUES ($1, 'csv', $2, $3, $4)`,
        [
          `${worlds}${sha(letter)}`.slice(0, 40),
          parents.map((one) => `${worlds}${sha(one)}`.slice(0, 40)),
          new Date(NOW - 3_600_000 + index * 1_000),
          services,
        ],
      );
    for (const [version, letter] of [
      ['1.0.0', 'a'],
      ['1.1.0', 'e'],
    ])
      await database.pool.query(
        `UPDATE artifact_version v SET commit = $1 FROM service s WHERE s.id = v.service_id AND s.slug = $2 AND v.name = $3`,
        [`${worlds}${sha(letter ?? '')}`.slice(0, 40), service, version],
      );
    const { id } = await world.start();
    await world.apply(id);
    await actOnRelease(operator(), { id, action: 'rollback' });
    await world.apply(id);
    const { value } = await draftForRelease(operator(), { id });
    const listed = value.timeline
      .filter(({ kind }) => kind === 'commit')
      .map(({ text }) => text.replace(/^Commit \d+/, ''));
    expect(listed.map((text) => text.slice(0, 1))).toEqual(['b', 'c', 'e']);
    expect(listed.at(-1)).toContain('the state that 1.1.0 was built from');
  });

  test('shows incidents that were linked after it was written, without names and without unsafe addresses', async () => {
    const { id, draft } = await drafted();
    for (const [incident, url] of [
      ['inc-1', 'https://pager.example/1'],
      ['inc-2', 'javascript:alert(1)'],
    ])
      await database.pool.query(
        `INSERT INTO incident (id, source, title, url, services, severity, started_at, caused_by, drill)
         VALUES ($1, 'test', 'Ada was paged', $2, '{}', 2, $3, $4, false)`,
        [`${id}-${incident}`, url, new Date(NOW), [draft.releaseId]],
      );
    expect((await getRetrospective(operator(), { id })).incidents).toMatchObject([
      { title: 'the operator was paged', url: 'https://pager.example/1', severity: 2, resolvedAt: null },
      { url: null },
    ]);
  });

  test('is never written anew, not even by SQL', async () => {
    const { id, world } = await drafted();
    await expect(
      database.pool.query(`UPDATE retrospective SET draft = '{}' WHERE id = $1`, [id]),
    ).rejects.toThrow('never changes');
    const again = await Promise.all(
      [1, 2, 3].map(() =>
        storeDraft(database, { releaseId: world.id, actor: operator().actor, requestId: null, now: NOW }),
      ),
    );
    expect(again).toEqual([1, 2, 3].map(() => ({ id, created: false })));
  });

  test('waits for the end of the release', async () => {
    const world = await createReleaseWorld(database, `shop-${++worlds}`);
    const { id } = await world.start();
    expect(await refusalOf(draftForRelease(operator(), { id }))).toMatchObject({
      code: 'refused',
      reason: 'not-finished',
    });
  });
});

describe('what people add', () => {
  test('shows in its place, counts the version up, and a late change is told of the newer document', async () => {
    const { id } = await drafted();
    const noted = await addNote(operator(), { id, body: { afterItem: 1, text: 'Ada called the *vendor*' } });
    expect(noted.notes).toMatchObject([
      {
        afterItem: 1,
        text: 'the operator called the *vendor*',
        source: 'Ada called the *vendor*',
        version: 1,
      },
    ]);
    const note = noted.notes[0]?.id ?? '';
    await putNote(operator(), { id, note, body: { text: 'second', expectedVersion: 1 } });
    const late = await refusalOf(
      putNote(operator(), { id, note, body: { text: 'late', expectedVersion: 1 } }),
    );
    expect(late).toMatchObject({
      code: 'conflict',
      reason: 'stale-version',
      current: { notes: [{ text: 'second' }] },
    });
    const stale = await refusalOf(
      putRetrospective(operator(), { id, body: { lucky: 'x', expectedVersion: 1 } }),
    );
    expect(stale).toMatchObject({ code: 'conflict', current: { version: 3 } });
    expect((await removeNote(operator(), { id, note })).notes).toEqual([]);
    expect(await refusalOf(addNote(operator(), { id, body: { afterItem: 4, text: 'x' } }))).toMatchObject({
      code: 'invalid',
      paths: ['afterItem'],
    });
  });

  test('keeps factors with their tags, and a factor of another document out of reach', async () => {
    const { id } = await drafted();
    const { factors } = await addFactor(operator(), {
      id,
      body: { text: 'no test', tags: ['testing', 'testing'] },
    });
    expect(factors).toMatchObject([{ tags: ['testing'] }]);
    const other = await drafted();
    const body = { text: 'moved', tags: [] };
    expect(
      await refusalOf(putFactor(operator(), { id: other.id, factor: factors[0]?.id ?? '', body })),
    ).toMatchObject({ code: 'not-found' });
  });

  test('lists action items until they are done, and says which are late', async () => {
    const { id, draft } = await drafted();
    const service = draft.header.service;
    const body = { text: 'alert earlier', type: 'detect', owner: 'Grace', dueOn: '2026-11-22' };
    const late = await addActionItem(operator(), { retrospective: id, body });
    await addActionItem(operator(), {
      retrospective: id,
      body: { ...body, dueOn: '2026-11-23', text: 'today' },
    });
    expect(late.actionItems).toMatchObject([{ overdue: true, dueOn: '2026-11-22' }]);
    const listed = async (status: 'open' | 'overdue' | 'done') =>
      (await listActionItems(operator(), { service, status })).items.map(({ text }) => text);
    expect(await listed('overdue')).toEqual(['alert earlier']);
    expect((await listRetrospectives(operator(), { service })).items).toMatchObject([
      { openItems: 2, overdueItems: 1 },
    ]);
    await putActionItem(operator(), {
      id: late.actionItems[0]?.id ?? '',
      body: { done: true, expectedVersion: 1 },
    });
    expect(await listed('overdue')).toEqual([]);
    expect(await listed('done')).toEqual(['alert earlier']);
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'ftp://x', '//x', 'x'])(
    'takes no %s for a ticket',
    async (ticket) => {
      const { id } = await drafted();
      const body = { text: 'x', type: 'prevent', ticket };
      expect(await refusalOf(addActionItem(operator(), { retrospective: id, body }))).toMatchObject({
        code: 'invalid',
        paths: ['ticket'],
      });
    },
  );

  test('shows a signature as outdated once the document says something else', async () => {
    const { id } = await drafted();
    await putCheck(operator(), { id, key: 'impact', body: { done: true } });
    const signed = await signOff(operator(), { id, body: { expectedVersion: 1 } });
    expect(signed).toMatchObject({ signOffs: [{ role: 'operator', version: 1, current: true }] });
    expect(signed.checklist.filter(({ done }) => done).map(({ key }) => key)).toEqual(['impact']);
    await addComment(operator(), { id, body: { text: 'well done' } });
    expect((await getRetrospective(operator(), { id })).signOffs[0]?.current).toBe(true);
    const changed = await putRetrospective(operator(), { id, body: { summary: 'other' } });
    expect(changed.signOffs[0]?.current).toBe(false);
    expect(await refusalOf(signOff(operator(), { id, body: { expectedVersion: 1 } }))).toMatchObject({
      code: 'conflict',
    });
  });
});

describe('the export', () => {
  test('is one Markdown document with roles, in which the record cannot become markup', async () => {
    const world = await rolledBack('Ada saw <b>5</b> | *errors* [x](javascript:alert(1))');
    const { value } = await draftForRelease(operator(), { id: world.id });
    await addNote(operator(), { id: value.id, body: { afterItem: 0, text: 'Ada was on call' } });
    const done = await exportRetrospective(contextOf(database, 'viewer'), {
      id: value.id,
      query: { format: 'md' },
    });
    const text = done.format === 'md' ? done.text : '';
    expect(text).toContain('the operator saw \\<b\\>5\\</b\\> \\| \\*errors\\* \\[x\\](javascript:alert(1))');
    expect(text).toContain('  > the operator was on call');
    expect(text).toContain('## Contributing factors\n\nNothing yet.');
    expect(text).toContain('| Time to recover | 2 s |');
    expect(text).not.toContain('Ada');
  });
});

describe('permission', () => {
  test('viewers read and change nothing', async () => {
    const { id, world } = await drafted();
    const viewer = contextOf(database, 'viewer');
    expect((await getRetrospective(viewer, { id })).editable).toBe(false);
    const body = {};
    const tries: (() => Promise<unknown>)[] = [
      () => draftForRelease(lockedOut(), { id }),
      () => addActionItem(lockedOut(), { retrospective: id, body: { text: 'x', type: 'detect' } }),
      () => addNote(lockedOut(), { id, body: { afterItem: 0, text: 'x' } }),
      () => removeNote(lockedOut(), { id, note: id }),
      () => putRetrospective(lockedOut(), { id, body }),
      () => signOff(lockedOut(), { id, body }),
      () => addComment(lockedOut(), { id, body: { text: 'x' } }),
      () => markFalseAlarm(lockedOut(), { id: world.id, body: { reason: 'x' } }),
    ];
    for (const attempt of tries) expect(await refusalOf(attempt())).toMatchObject({ code: 'forbidden' });
  });

  test('a false alarm is said of a stopped release only, with a reason', async () => {
    const { id, world } = await drafted();
    await markFalseAlarm(operator(), { id: world.id, body: { reason: 'the probe was wrong' } });
    expect((await getRetrospective(operator(), { id })).falseAlarm).toMatchObject({
      reason: 'the probe was wrong',
    });
    expect((await ledgerOf(database, `release:${world.id}`))[0]).toMatchObject({
      action: 'release.false-alarm',
    });
    expect(
      await refusalOf(markFalseAlarm(operator(), { id: world.id, body: { reason: ' ' } })),
    ).toMatchObject({
      code: 'invalid',
      paths: ['reason'],
    });
  });
});
