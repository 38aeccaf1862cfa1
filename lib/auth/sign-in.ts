import { findUserByEmail, insertSession, type KnownUser } from '../data/credentials.ts';
import type { Database } from '../data/database.ts';
import { withTransaction } from '../data/database.ts';
import { appendLedger } from '../data/ledger.ts';
import { logger } from '../log.ts';
import { Attempts } from './attempts.ts';
import { verifyPassword } from './password.ts';
import { newSecret, secretHash } from './secrets.ts';

export type SignInInput = { email: string; password: string; address: string; userAgent: string | null };

const attempts = new Attempts();
const log = logger('auth');

/**
 * Checks e-mail and password and opens a session; null when they do not fit. An unknown e-mail, a wrong password and
 * too many attempts get the same answer after the same work.
 */
export const signIn = async (
  db: Database,
  input: SignInInput,
  now: number,
): Promise<{ user: KnownUser; sessionToken: string } | null> => {
  const email = input.email.trim().toLowerCase();
  const keys = [`email:${email}`, `address:${input.address}`];
  const blocked = keys.some((key) => attempts.isBlocked(key, now));
  const user = await findUserByEmail(db.pool, email);
  const fits = await verifyPassword(user?.passwordHash ?? null, input.password.slice(0, 256));
  if (!user || !fits || blocked) {
    for (const key of keys) attempts.failed(key, now);
    log.warn({ address: input.address, blocked }, 'a sign-in was refused');
    return null;
  }
  for (const key of keys) attempts.succeeded(key);
  const sessionToken = newSecret();
  await withTransaction(db.pool, async (client) => {
    await insertSession(client, {
      tokenHash: secretHash(sessionToken),
      userId: user.id,
      userAgent: input.userAgent,
    });
    await appendLedger(client, {
      at: new Date(now),
      actor: { kind: 'person', name: user.name },
      action: 'session.start',
      subject: `user:${user.id}`,
      reason: null,
      requestId: null,
      data: { address: input.address },
    });
  });
  return { user: { id: user.id, email: user.email, name: user.name, role: user.role }, sessionToken };
};
