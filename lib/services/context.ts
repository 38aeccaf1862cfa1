import type { Database } from '../data/database.ts';
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

/** Throws `forbidden` unless `actor` holds `permission`. Stands first in every verb, before anything is read. */
export const authorize = (actor: Actor, permission: Permission): void => {
  if (may(actor, permission)) return;
  throw new ServiceError(
    'forbidden',
    `${actor.name} may not do this: it needs the permission ${permission}.`,
    { reason: 'not-allowed' },
  );
};
