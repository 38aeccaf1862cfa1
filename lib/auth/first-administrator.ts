import { z } from 'zod';
import { hasAdministrator, insertSetupLink, upsertUser, useSetupLink } from '../data/credentials.ts';
import { type Database, withTransaction } from '../data/database.ts';
import { appendLedger } from '../data/ledger.ts';
import { ServiceError } from '../services/errors.ts';
import { hashPassword } from './password.ts';
import { newSecret, secretHash } from './secrets.ts';

/**
 * Makes sure that somebody can sign in: the administrator that the environment names, or else a one-time set-up link.
 * Answers with the link's token when one was made; null when none is needed.
 */
export const ensureFirstAdministrator = async (
  db: Database,
  admin: { email: string; password: string } | null,
): Promise<string | null> => {
  if (admin) {
    await makeAdministrator(
      db,
      { email: admin.email, name: admin.email, password: admin.password },
      'environment',
    );
    return null;
  }
  if (await hasAdministrator(db.pool)) return null;
  const token = newSecret();
  await insertSetupLink(db.pool, secretHash(token));
  return token;
};

export const setupSchema = z.strictObject({
  token: z.string().min(1).max(100),
  email: z.email('use an e-mail address'),
  name: z.string().trim().min(1, 'write your name').max(120),
  password: z.string().min(15, 'use at least 15 characters; a sentence is good').max(256),
});

/** Makes the first administrator by a set-up link; the link works once. Throws `unauthenticated` for any other. */
export const completeSetup = async (db: Database, input: unknown): Promise<void> => {
  const { token, ...person } = setupSchema.parse(input);
  const opened = await useSetupLink(db.pool, secretHash(token));
  if (!opened)
    throw new ServiceError(
      'unauthenticated',
      'This set-up link was used or has expired; restart the server to get another one.',
    );
  await makeAdministrator(db, person, 'set-up link');
};

const makeAdministrator = async (
  db: Database,
  person: { email: string; name: string; password: string },
  by: string,
): Promise<void> => {
  const passwordHash = await hashPassword(person.password);
  await withTransaction(db.pool, async (client) => {
    const id = await upsertUser(client, {
      email: person.email.trim().toLowerCase(),
      name: person.name,
      passwordHash,
      role: 'administrator',
    });
    await appendLedger(client, {
      at: new Date(),
      actor: { kind: 'engine', name: by },
      action: 'user.administrator',
      subject: `user:${id}`,
      reason: null,
      requestId: null,
      data: { email: person.email },
    });
  });
};
