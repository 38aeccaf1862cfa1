/** Roles and tokens that hold for one service or one environment only. */
import type { Actor, Role } from '../release/types.ts';

/** What an act is about, by slugs. An act on a release is about both, on a service about one. */
export type Scope = { service?: string | undefined; environment?: string | undefined };

/** The part of the organisation that a grant or a token is limited to; null = every one. */
export type Bounds = { service: string | null; environment: string | null };
export type Grant = Bounds & { role: Role };

export const ROLES = ['viewer', 'operator', 'approver', 'administrator'] as const satisfies readonly Role[];

/** True when what the act is about lies within the bounds. An act about no service in particular lies in no service's bounds. */
export const covers = (bounds: Bounds, scope: Scope): boolean =>
  (bounds.service === null || bounds.service === scope.service) &&
  (bounds.environment === null || bounds.environment === scope.environment);

/**
 * The actor as they stand towards one scope: with the strongest role that holds there, or with a token's scopes
 * reduced to reading outside its bounds. Grants and bounds are used up and not recorded any further.
 */
export const actorIn = (actor: Actor, scope: Scope): Actor => {
  if (actor.kind === 'person') {
    const { grants = [], ...person } = actor;
    const held = [person.role, ...grants.filter((grant) => covers(grant, scope)).map(({ role }) => role)];
    return { ...person, role: strongest(held) };
  }
  if (actor.kind === 'token') {
    const { bounds, ...token } = actor;
    return !bounds || covers(bounds, scope) ? token : { ...token, scopes: READ_ONLY };
  }
  return actor;
};

const READ_ONLY = ['release:read'];

const strongest = (roles: readonly Role[]): Role =>
  ROLES.findLast((role) => roles.includes(role)) ?? 'viewer';
