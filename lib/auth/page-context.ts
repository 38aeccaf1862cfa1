import { randomUUID } from 'node:crypto';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { getDatabase } from '../data/database.ts';
import type { Actor } from '../domain/release/types.ts';
import { routes } from '../routes.ts';
import type { Context } from '../services/context.ts';
import { authenticate } from './authenticate.ts';

type Person = Extract<Actor, { kind: 'person' }>;

/** The context of a server-rendered page, for the signed-in person; sends everybody else to sign in. */
export const pageContext = async (): Promise<Context & { actor: Person }> => {
  const list = await headers();
  const db = getDatabase();
  const found = await authenticate(db, (name) => (name === 'authorization' ? null : list.get(name)));
  if (found?.actor.kind !== 'person') redirect(routes.login());
  return { actor: found.actor, db, requestId: randomUUID(), now: Date.now };
};
