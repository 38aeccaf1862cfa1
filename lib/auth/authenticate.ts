import { decode } from 'next-auth/jwt';
import { findApiToken, findSession } from '../data/credentials.ts';
import type { Database } from '../data/database.ts';
import type { Actor } from '../domain/release/types.ts';
import { env } from '../env.ts';
import { noteBootstrapUse } from './bootstrap.ts';
import { sameSecret, secretHash } from './secrets.ts';
import { sessionCookie } from './session-cookie.ts';

/** Reads one header by its lower-case name; works for Web headers and for Node's. */
export type HeaderReader = (name: string) => string | null;

/** Who asks. A session came by cookie, so that its mutations need an origin check; a token did not. */
export type Authenticated =
  | { actor: Actor; via: 'token' }
  | { actor: Actor; via: 'session'; sessionHash: string };

/** The actor behind a request, looked up afresh each time; null when nobody valid is. */
export const authenticate = async (db: Database, header: HeaderReader): Promise<Authenticated | null> => {
  const authorization = header('authorization');
  if (authorization !== null) return byToken(db, authorization);
  const cookie = readCookie(header('cookie'), sessionCookie().name);
  return cookie === null ? null : bySession(db, cookie);
};

const byToken = async (db: Database, authorization: string): Promise<Authenticated | null> => {
  const token = /^Bearer ([\x21-\x7e]{1,300})$/i.exec(authorization)?.[1];
  if (token === undefined) return null;
  const { bootstrapToken } = env();
  if (bootstrapToken !== null && sameSecret(token, bootstrapToken)) {
    await noteBootstrapUse(db);
    return { actor: { kind: 'token', id: 'bootstrap', name: 'bootstrap', scopes: ['admin'] }, via: 'token' };
  }
  const found = await findApiToken(db.pool, secretHash(token));
  return found && { actor: { kind: 'token', ...found }, via: 'token' };
};

const bySession = async (db: Database, cookie: string): Promise<Authenticated | null> => {
  const sid = await sessionIdOf(cookie);
  if (sid === null) return null;
  const sessionHash = secretHash(sid);
  const found = await findSession(db.pool, sessionHash);
  if (!found) return null;
  const { id, name, role } = found.user;
  const { grants, groups } = found;
  const actor: Actor = {
    kind: 'person',
    id,
    name,
    role,
    ...(grants.length > 0 ? { grants } : {}),
    ...(groups.length > 0 ? { groups } : {}),
  };
  return { actor, via: 'session', sessionHash };
};

const sessionIdOf = async (cookie: string): Promise<string | null> => {
  try {
    const token = await decode({ token: cookie, secret: env().sessionSecret ?? '' });
    return typeof token?.sid === 'string' ? token.sid : null;
  } catch {
    return null;
  }
};

const readCookie = (header: string | null, name: string): string | null => {
  const found = header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return found ? safeDecode(found.slice(name.length + 1)) : null;
};

const safeDecode = (value: string): string | null => {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
};
