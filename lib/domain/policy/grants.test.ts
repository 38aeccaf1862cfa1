import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Actor, Role } from '../release/types.ts';
import { actorIn, covers, type Grant, ROLES, type Scope } from './grants.ts';
import { may, PERMISSIONS } from './permissions.ts';

const person = (grants: Grant[], role: Role = 'viewer'): Actor => ({
  kind: 'person',
  id: 'p-1',
  name: 'Ada',
  role,
  grants,
});
const slug = fc.constantFrom('shop', 'search');
const environment = fc.constantFrom('prod', 'staging');
const role = fc.constantFrom(...ROLES);
const grant = fc.record({ role, service: fc.option(slug), environment: fc.option(environment) });
const scope: fc.Arbitrary<Scope> = fc.record({ service: slug, environment }, { requiredKeys: [] });

describe('grants', () => {
  it('give the role for the service they name, and nowhere else', () => {
    const ada = person([{ role: 'operator', service: 'shop', environment: null }]);
    expect(may(actorIn(ada, { service: 'shop', environment: 'prod' }), 'release:act')).toBe(true);
    expect(may(actorIn(ada, { service: 'search', environment: 'prod' }), 'release:act')).toBe(false);
    expect(may(actorIn(ada, {}), 'release:act')).toBe(false);
  });

  it('for one environment do not reach acts that are about none', () => {
    const ada = person([{ role: 'administrator', service: null, environment: 'staging' }]);
    expect(may(actorIn(ada, { environment: 'staging' }), 'config:write')).toBe(true);
    expect(may(actorIn(ada, {}), 'user:manage')).toBe(false);
  });

  it('are not recorded with the act', () => {
    expect(actorIn(person([{ role: 'operator', service: null, environment: null }]), {})).toEqual({
      kind: 'person',
      id: 'p-1',
      name: 'Ada',
      role: 'operator',
    });
  });

  it('never take anything away, and give nothing outside their bounds', () => {
    fc.assert(
      fc.property(
        fc.array(grant),
        role,
        scope,
        fc.constantFrom(...PERMISSIONS),
        (grants, global, at, permission) => {
          const plain = may(person([], global), permission);
          const here = may(actorIn(person(grants, global), at), permission);
          const reaching = grants.filter((each) => covers(each, at));
          expect(here).toBe(plain || reaching.some((each) => may(person([], each.role), permission)));
        },
      ),
    );
  });
});

describe('a bounded token', () => {
  const token: Actor = {
    kind: 'token',
    id: 't-1',
    name: 'ci',
    scopes: ['admin'],
    bounds: { service: 'shop', environment: null },
  };

  it('acts within its bounds', () => {
    expect(may(actorIn(token, { service: 'shop', environment: 'prod' }), 'release:act')).toBe(true);
  });

  it('only reads elsewhere, and administers nothing', () => {
    expect(may(actorIn(token, { service: 'search' }), 'release:act')).toBe(false);
    expect(may(actorIn(token, {}), 'user:manage')).toBe(false);
    expect(may(actorIn(token, { service: 'search' }), 'release:read')).toBe(true);
  });
});
