import { expect } from 'vitest';
import { z } from 'zod';
import type { Database } from '../../data/database.ts';
import { listLedger } from '../../data/ledger.ts';
import { pathText } from '../../domain/release/plan.ts';
import type { Role } from '../../domain/release/types.ts';
import type { Context } from '../context.ts';
import { ServiceError } from '../errors.ts';

export const NOW = Date.UTC(2026, 10, 23, 12);

/** A context of a person with this role; approvers are another person than everybody else. */
export const contextOf = (db: Database, role: Role): Context => ({
  actor: { kind: 'person', id: role === 'approver' ? 'p-2' : 'p-1', name: 'Ada', role },
  db,
  requestId: 'request-1',
  now: () => NOW,
});

/** A viewer's context whose database fails the test when it is touched. */
export const lockedOut = (): Context => ({
  ...contextOf(untouchable, 'viewer'),
});

const untouchable = new Proxy({} as Database, {
  get: (_, key) => {
    throw new Error(`the database was asked for ${String(key)} before permission`);
  },
});

/** What a verb's refusal says. Fails when the verb succeeds. */
export const refusalOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => expect.unreachable('it was not refused'),
    (reason: unknown) => reason,
  );
  if (error instanceof z.ZodError)
    return { code: 'invalid', message: error.message, paths: error.issues.map(({ path }) => pathText(path)) };
  if (!(error instanceof ServiceError)) throw error;
  const { code, message, reason, current, errors } = error;
  return { code, message, reason, current, paths: errors?.map(({ path }) => path) };
};

/** The ledger's entries about a subject, newest first. */
export const ledgerOf = (db: Database, subject: string) => listLedger(db.pool, { subject, limit: 50 });
