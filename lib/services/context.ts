import type { Database } from '../data/database.ts';
import { actorIn, type Bounds, type Scope } from '../domain/policy/grants.ts';
import { may, type Permission } from '../domain/policy/permissions.ts';
import type { Actor } from '../domain/release/types.ts';
import { ServiceError } from './errors.ts';

/** What every verb gets: who asks, the database, the request's id for log and ledger, and the time in milliseconds. */
export type Context = {
  actor: Actor;
  db: Database;
  requestId: string;
  now: () => number;
};

/**
 * Throws `forbidden` unless `actor` holds `permission` for what the verb is about. Stands first in every verb, before
 * anything is read; where only a read tells what it is about, once more after that read.
 */
export const authorize = (actor: Actor, permission: Permission, scope: Scope = {}): void => {
  if (may(actorIn(actor, scope), permission)) return;
  throw forbidden(actor, permission, scope);
};

/**
 * Throws `forbidden` unless `actor` holds `permission` somewhere. For verbs that only learn from a read which service
 * or environment they are about: this first, `authorize` with the scope after that read.
 */
export const authorizeSomewhere = (actor: Actor, permission: Permission): void => {
  const bounds =
    actor.kind === 'person' ? (actor.grants ?? []) : actor.kind === 'token' ? [actor.bounds] : [];
  const scopes = bounds.flatMap((each) => (each ? [scopeOf(each)] : []));
  if ([{}, ...scopes].some((scope) => may(actorIn(actor, scope), permission))) return;
  throw forbidden(actor, permission, {});
};

/** A scope that lies within the bounds. */
const scopeOf = ({ service, environment }: Bounds): Scope => ({
  service: service ?? undefined,
  environment: environment ?? undefined,
});

const forbidden = (actor: Actor, permission: Permission, scope: Scope): ServiceError => {
  const where = [scope.service, scope.environment].filter((part) => part !== undefined).join(' in ');
  return new ServiceError(
    'forbidden',
    `${actor.name} may not do this: it needs the permission ${permission}${where ? ` for ${where}` : ''}.`,
    { reason: 'not-allowed' },
  );
};
