import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { publishEnv } from '../../env.ts';
import { createTestRoot, type TestRepository } from '../../git/testing/repository.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../testing/contexts.ts';
import { getRepository } from './get.ts';
import { listRepositories } from './list.ts';
import { putRepository } from './put.ts';
import { readDueRepositories, readRepository } from './read.ts';

let database: TestDatabase;
let root: Awaited<ReturnType<typeof createTestRoot>>;
let data = '';
let repository: TestRepository;
let count = 0;
let slug = '';

beforeAll(async () => {
  database = await createTestDatabase();
  root = await createTestRoot();
  data = await mkdtemp(path.join(os.tmpdir(), 'slipway-data-'));
  process.env.SLIPWAY_DATA_DIR = data;
  process.env.SLIPWAY_GIT_ROOTS = root.root;
  publishEnv({});
});
afterAll(async () => {
  await database.drop();
  await root.remove();
  await rm(data, { recursive: true, force: true });
});
beforeEach(async () => {
  count += 1;
  slug = `repository-${count}`;
  repository = await root.create(slug);
});

const operator = () => contextOf(database, 'operator');
const put = (body: object = {}) =>
  putRepository(operator(), { slug, body: { location: repository.directory, ...body } });
const commits = async () => {
  const { rows } = await database.pool.query(
    `SELECT c.sha, c.parents, c.services FROM source_commit c JOIN source_repository r ON r.id = c.repository_id
     WHERE r.slug = $1 ORDER BY c.authored_at`,
    [slug],
  );
  return rows;
};

describe('a repository', () => {
  test('is read with its commits, then again with only what is new', async () => {
    const first = await repository.commit({ 'web/a': '1' }, 1_700_000_000);
    await put({ services: { web: ['web'], api: ['api'] } });
    expect(await readRepository(operator(), { slug })).toMatchObject({
      found: 1,
      repository: { commits: 1, problem: null, heads: [{ branch: 'main', sha: first }] },
    });
    const second = await repository.commit({ 'api/a': '1' }, 1_700_000_100);
    expect(await readRepository(operator(), { slug })).toMatchObject({ found: 1 });
    expect(await commits()).toEqual([
      { sha: first, parents: [], services: ['web'] },
      { sha: second, parents: [first], services: ['api'] },
    ]);
  });

  test('belongs to whatever deploys from it while it names no service, and is read anew when it does', async () => {
    await repository.commit({ a: '1' }, 1_700_000_000);
    await put();
    await readRepository(operator(), { slug });
    expect(await commits()).toMatchObject([{ services: null }]);
    await put({ services: { web: [] } });
    await readRepository(operator(), { slug });
    expect(await commits()).toMatchObject([{ services: ['web'] }]);
  });

  test('keeps what a force-push threw away, out of the way of what still waits', async () => {
    const first = await repository.commit({ a: '1' }, 1_700_000_000);
    const lost = await repository.commit({ a: '2' }, 1_700_000_100);
    await put();
    await readRepository(operator(), { slug });
    await repository.git('reset', '--hard', '--quiet', first);
    const other = await repository.commit({ a: '3' }, 1_700_000_200);
    await readRepository(operator(), { slug });
    expect(await commits()).toMatchObject([
      { sha: first, services: null },
      { sha: lost, services: [] },
      { sha: other, services: null },
    ]);
  });

  test('shows why it cannot be read, keeps what it has, and recovers', async () => {
    const sha = await repository.commit({ a: '1' }, 1_700_000_000);
    await put();
    await readRepository(operator(), { slug });
    await put({ branches: ['no-such'] });
    const { repository: broken } = await readRepository(operator(), { slug });
    expect(broken).toMatchObject({
      problem: expect.stringMatching(/no branch no-such/),
      commits: 1,
      reading: false,
    });
    await put({ branches: ['main'] });
    const { repository: well } = await readRepository(operator(), { slug });
    expect(well).toMatchObject({ problem: null, heads: [{ branch: 'main', sha }] });
  });

  test('is read by one reader at a time', async () => {
    await repository.commit({ a: '1' }, 1_700_000_000);
    await put();
    const readings = await Promise.allSettled(
      Array.from({ length: 4 }, () => readRepository(operator(), { slug })),
    );
    expect(readings.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    for (const reading of readings)
      if (reading.status === 'rejected') expect(reading.reason).toMatchObject({ code: 'conflict' });
    expect(await commits()).toHaveLength(1);
  });

  test('is read by the engine when it is due, and not again before it is', async () => {
    await repository.commit({ a: '1' }, 1_700_000_000);
    await put();
    const { signal } = new AbortController();
    await readDueRepositories(database, signal);
    const { readAt } = await getRepository(operator(), { slug });
    expect(readAt).not.toBeNull();
    await readDueRepositories(database, signal);
    expect((await getRepository(operator(), { slug })).readAt).toBe(readAt);
  });

  test('never shows its token, in answers or in the ledger, and loses it when it moves to another host', async () => {
    const put = (body: object) => putRepository(operator(), { slug, body });
    const token = 'a-secret-access-token';
    await put({ location: 'https://git.example/team/shop', token });
    const kept = await put({ location: 'https://git.example/team/store' });
    expect(kept.value.hasToken).toBe(true);
    const { rows } = await database.pool.query('SELECT token FROM source_repository WHERE slug = $1', [slug]);
    const told = JSON.stringify([kept, rows, await ledgerOf(database, `repository:${slug}`)]);
    expect(told).not.toContain(token);
    expect((await put({ location: 'https://evil.example/team/store' })).value.hasToken).toBe(false);
  });

  test('changes nothing and leaves no entry when it is declared as it is', async () => {
    await put();
    await put();
    expect(await ledgerOf(database, `repository:${slug}`)).toHaveLength(1);
    expect((await listRepositories(operator())).items.map((item) => item.slug)).toContain(slug);
  });

  test.each([
    ['location', { location: 'http://git.example/a' }],
    ['location', { location: '/etc' }],
    ['location', { location: 'https://me:secret@git.example/a' }],
    ['branches[0]', { branches: ['--upload-pack=x'] }],
    ['branches[0]', { branches: ['a..b'] }],
    ['services.web[0]', { services: { web: ['../other'] } }],
    ['services.Web Shop', { services: { 'Web Shop': [] } }],
  ])('is refused by its field %s', async (field, change) => {
    expect((await refusalOf(put(change))).paths).toEqual([field]);
  });

  test('is not for a viewer to declare or read, and nothing is looked up to say so', async () => {
    expect(await refusalOf(putRepository(lockedOut(), { slug, body: {} }))).toMatchObject({
      code: 'forbidden',
    });
    expect(await refusalOf(readRepository(lockedOut(), { slug }))).toMatchObject({ code: 'forbidden' });
  });
});
