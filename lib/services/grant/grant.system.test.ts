import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newSecret, secretHash } from '../../auth/secrets.ts';
import { findApiToken, findSession, insertSession } from '../../data/credentials.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import type { Actor } from '../../domain/release/types.ts';
import { actOnRelease } from '../release/act.ts';
import { getRelease } from '../release/get.ts';
import { startRelease } from '../release/start.ts';
import { createReleaseWorld, type ReleaseWorld } from '../release/testing/release-world.ts';
import { contextOf, ledgerOf, lockedOut, NOW, refusalOf } from '../testing/contexts.ts';
import { createToken } from '../token/create.ts';
import { createUser } from '../user/create.ts';
import { putVersion } from '../version/put.ts';
import { createGrant } from './create.ts';
import { deleteGrant } from './delete.ts';
import { listGrants } from './list.ts';

let database: TestDatabase;
let shop: ReleaseWorld;
let search: ReleaseWorld;
let email: string;
let userId: string;
let people = 0;
const admin = () => contextOf(database, 'administrator');

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await createReleaseWorld(database, 'shop');
  search = await createReleaseWorld(database, 'search');
});
afterAll(() => database.drop());

const newPerson = async () => {
  people += 1;
  email = `p${people}@example.com`;
  const user = await createUser(admin(), { email, name: `P ${people}`, role: 'viewer' });
  userId = user.id;
};
/** What a request of this person would act as now, read through a real session. */
const signedIn = async (groups: string[] = []): Promise<Actor> => {
  const tokenHash = secretHash(newSecret());
  await insertSession(database.pool, { tokenHash, userId, userAgent: null, groups });
  const found = await findSession(database.pool, tokenHash);
  if (!found) throw new Error('the session is gone');
  return { kind: 'person', id: userId, name: 'P', role: found.user.role, grants: found.grants };
};
const as = (actor: Actor) => ({ actor, db: database, requestId: 'r', now: () => NOW });

describe('a grant for one service', () => {
  test('lets its holder act there from the next request on, and nowhere else', async () => {
    await newPerson();
    await createGrant(admin(), { email, role: 'operator', service: 'shop' });
    const actor = await signedIn();
    const mine = await startRelease(as(actor), { ...shop.names });
    expect(mine.actions.pause).toMatchObject({ allowed: true });
    const refused = await refusalOf(startRelease(as(actor), { ...search.names }));
    expect(refused).toMatchObject({ code: 'forbidden', reason: 'not-allowed' });
    expect(refused.message).toContain('for search in search-prod');
    const paused = await actOnRelease(as(actor), { id: mine.id, action: 'pause' });
    expect(paused.state).toBe('paused');
  });

  test('does not reach another service by its release id, and the answer says no more than a viewer may know', async () => {
    await newPerson();
    await createGrant(admin(), { email, role: 'administrator', service: 'shop' });
    const actor = await signedIn();
    const other = await search.start();
    const refused = await refusalOf(actOnRelease(as(actor), { id: other.id, action: 'rollback' }));
    expect(refused).toMatchObject({ code: 'forbidden', reason: 'not-allowed' });
    const seen = await getRelease(as(actor), { id: other.id });
    expect(Object.values(seen.actions).every((answer) => !answer.allowed)).toBe(true);
  });

  test('lets its holder register versions of that service only', async () => {
    await newPerson();
    await createGrant(admin(), { email, role: 'operator', service: 'shop' });
    const actor = await signedIn();
    const body = { digest: `sha256:${'a'.repeat(64)}` };
    await putVersion(as(actor), { service: 'shop', version: '9.0.0', body });
    const refused = await refusalOf(putVersion(as(actor), { service: 'search', version: '9.0.0', body }));
    expect(refused.code).toBe('forbidden');
  });

  test('is gone at the next request after it was taken away', async () => {
    await newPerson();
    const { value } = await createGrant(admin(), { email, role: 'operator', service: 'shop' });
    await deleteGrant(admin(), { id: value.id });
    expect(await signedIn()).toMatchObject({ grants: [] });
    expect(await refusalOf(deleteGrant(admin(), { id: value.id }))).toMatchObject({ code: 'not-found' });
  });
});

describe('a grant for a group', () => {
  test('holds for those whom the identity provider put into the group', async () => {
    await newPerson();
    await createGrant(admin(), { group: 'release-managers', role: 'approver', environment: 'shop-prod' });
    expect(await signedIn()).toMatchObject({ grants: [] });
    expect(await signedIn(['release-managers'])).toMatchObject({
      grants: [{ role: 'approver', service: null, environment: 'shop-prod' }],
    });
  });
});

describe('grants', () => {
  test('are recorded once, listed newest first, and the same one again is no second one', async () => {
    await newPerson();
    const body = { email, role: 'operator', service: 'shop', environment: 'shop-prod' };
    const { created, value } = await createGrant(admin(), body);
    expect(created).toBe(true);
    expect(await createGrant(admin(), body)).toEqual({ created: false, value });
    expect((await listGrants(admin(), { limit: 1 })).items).toEqual([value]);
    expect((await ledgerOf(database, `grant:${value.id}`)).map(({ action }) => action)).toEqual([
      'grant.create',
    ]);
  });

  test('name what does not exist by its field', async () => {
    const body = { email: 'nobody@example.com', role: 'operator', service: 'moon', environment: 'mars' };
    const refused = await refusalOf(createGrant(admin(), body));
    expect(refused).toMatchObject({ code: 'invalid', paths: ['email', 'service', 'environment'] });
    expect(await refusalOf(createGrant(admin(), { role: 'viewer' }))).toMatchObject({ paths: ['email'] });
  });

  test('are given and taken by administrators of everything only', async () => {
    expect(await refusalOf(createGrant(lockedOut(), {}))).toMatchObject({ code: 'forbidden' });
    expect(await refusalOf(listGrants(lockedOut()))).toMatchObject({ code: 'forbidden' });
    expect(await refusalOf(deleteGrant(lockedOut(), { id: 'x' }))).toMatchObject({ code: 'forbidden' });
    await newPerson();
    await createGrant(admin(), { email, role: 'administrator', service: 'shop' });
    const body = { email, role: 'administrator' };
    expect(await refusalOf(createGrant(as(await signedIn()), body))).toMatchObject({ code: 'forbidden' });
  });
});

describe('a bounded token', () => {
  test('acts on its service and only reads elsewhere', async () => {
    const made = await createToken(admin(), { name: 'ci', scopes: ['config:write'], service: 'shop' });
    const found = await findApiToken(database.pool, secretHash(made.token));
    expect(found).toMatchObject({ bounds: { service: 'shop', environment: null } });
    if (!found) return;
    const ci = as({ kind: 'token', ...found });
    const body = { digest: `sha256:${'b'.repeat(64)}` };
    await putVersion(ci, { service: 'shop', version: '9.1.0', body });
    expect(await refusalOf(putVersion(ci, { service: 'search', version: '9.1.0', body }))).toMatchObject({
      code: 'forbidden',
    });
  });

  test('cannot be made for a service that does not exist', async () => {
    const wish = { name: 'ci', scopes: ['config:write' as const], service: 'moon' };
    expect(await refusalOf(createToken(admin(), wish))).toMatchObject({ paths: ['service'] });
  });
});
