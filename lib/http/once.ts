import { createHmac } from 'node:crypto';
import { getDatabase } from '../data/database.ts';
import { claimIdempotency, finishIdempotency, forgetIdempotency } from '../data/idempotency.ts';
import { env } from '../env.ts';
import { ServiceError } from '../services/errors.ts';
import type { Endpoint, Reply } from './endpoint.ts';

export type Repeatable = { endpoint: Endpoint; actor: string; key: string; pathname: string; source: string };

/**
 * Carries a request out unless one with this actor and key was already, whose answer is given then. A request that was
 * refused or failed may be sent again. An answer with a secret is not kept: its repetition is a conflict.
 */
export const once = async (
  { endpoint, actor, key, pathname, source }: Repeatable,
  run: () => Promise<Reply>,
): Promise<Reply> => {
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new ServiceError('invalid', 'Idempotency-Key: use 1 to 200 letters, digits and signs.', {
      reason: 'idempotency-key',
    });
  const { pool } = getDatabase();
  const claimed = { actor, key, requestHash: keyedHash(`${endpoint.method} ${pathname}\n${source}`) };
  const claim = await claimIdempotency(pool, claimed);
  if (claim.kind !== 'first') return repeated(endpoint, claim);
  const reply = await run().catch(async (error: unknown) => {
    await forgetIdempotency(pool, claimed);
    throw error;
  });
  await finishIdempotency(pool, claimed, endpoint.once ? { ...reply, body: null } : reply);
  return reply;
};

type Claim = Exclude<Awaited<ReturnType<typeof claimIdempotency>>, { kind: 'first' }>;

const repeated = (endpoint: Endpoint, claim: Claim): Reply => {
  if (claim.kind === 'busy')
    throw new ServiceError('conflict', 'The first request with this Idempotency-Key is still under way.', {
      reason: 'in-progress',
    });
  if (claim.kind === 'mismatch')
    throw new ServiceError('invalid', 'This Idempotency-Key was used for another request.', {
      reason: 'idempotency-key',
    });
  if (endpoint.once)
    throw new ServiceError(
      'conflict',
      'The first request with this Idempotency-Key was carried out, and its answer held a secret that is shown once. If it was lost, revoke what was made and send a new key.',
      { reason: 'shown-once' },
    );
  return { status: claim.status, body: claim.body };
};

/** A body may hold a password; without the server's secret its hash is no help in guessing it. */
const keyedHash = (text: string): string =>
  createHmac('sha256', env().sessionSecret ?? '')
    .update(text)
    .digest('hex');
