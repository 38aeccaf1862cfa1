import { z } from 'zod';
import { enrolmentText, enrolRequestSchema, type enrolResponseSchema } from '../../../agent/src/protocol.ts';
import { secretHash } from '../../auth/secrets.ts';
import { slugSchema } from '../../contract/primitives.ts';
import { insertAgent, useEnrolment } from '../../data/agents.ts';
import { lockActiveAgent } from '../../data/config/agents.ts';
import { type Database, withTransaction } from '../../data/database.ts';
import { appendLedger, type LedgerEntry } from '../../data/ledger.ts';
import { env } from '../../env.ts';
import { logger } from '../../log.ts';
import { ServiceError } from '../errors.ts';
import { verifySignature } from './verify-signature.ts';

/** `origin` is the address under which the request came; `now` in milliseconds. */
export type EnrolContext = { origin: string; now: number; requestId: string };

/**
 * Takes an agent's key in exchange for a one-time token. The cluster's former agent is revoked. Every refusal reads
 * the same to the caller (`unauthenticated`); which check failed is in the log and the ledger. A refused request does
 * not use the token up.
 */
export const enrolAgent = async (
  db: Database,
  body: unknown,
  ctx: EnrolContext,
): Promise<z.infer<typeof enrolResponseSchema>> => {
  const request = requestSchema.parse(body);
  const origins = originsOf(ctx);
  const flaw = flawOf(request, origins);
  const agentId = flaw === null ? await admit(db, request, ctx) : null;
  if (agentId !== null) return { agentId, cluster: request.cluster, origins };
  await recordRefusal(db, request, ctx, flaw ?? 'token');
  throw new ServiceError(
    'unauthenticated',
    'This enrolment is not valid: make a new token with "connect a cluster" and use it once, within 15 minutes, for that cluster and under this address.',
    { reason: 'enrolment-refused' },
  );
};

/** Narrower than the wire: what a stranger sends goes into the ledger, so it must be plain text. */
const requestSchema = enrolRequestSchema.extend({
  cluster: slugSchema,
  origin: z
    .string()
    .max(300)
    .regex(/^https?:\/\/[\x21-\x7e]+$/, 'use the address of the server, such as https://slipway.example.org'),
});
type EnrolRequest = z.infer<typeof requestSchema>;
type Flaw = 'origin' | 'signature' | 'token';

const originsOf = ({ origin }: EnrolContext): string[] => {
  const { publicUrl } = env();
  return [...new Set([origin, ...(publicUrl === null ? [] : [new URL(publicUrl).origin])])];
};

const flawOf = (request: EnrolRequest, origins: readonly string[]): Flaw | null => {
  if (!origins.includes(request.origin)) return 'origin';
  const { origin, publicKey, signature } = request;
  const text = enrolmentText({ origin, publicKey, tokenHash: secretHash(request.token) });
  return verifySignature(publicKey, text, signature) ? null : 'signature';
};

/** The new agent's id; null, and nothing changed, when the token cannot be used for this cluster. */
const admit = (db: Database, request: EnrolRequest, ctx: EnrolContext): Promise<string | null> =>
  withTransaction(db.pool, async (client) => {
    const enrolment = await useEnrolment(client, secretHash(request.token), request.cluster);
    if (!enrolment) return null;
    const { clusterId, createdBy } = enrolment;
    const former = await lockActiveAgent(client, clusterId);
    const { instanceId, publicKey } = request;
    const id = await insertAgent(client, { clusterId, instanceId, publicKey });
    await appendLedger(client, {
      ...entryOf(request, ctx),
      action: 'agent.enrol',
      subject: `agent:${id}`,
      data: { cluster: request.cluster, instanceId, publicKey, tokenCreatedBy: createdBy, revoked: former },
    });
    return id;
  });

const recordRefusal = async (
  db: Database,
  request: EnrolRequest,
  ctx: EnrolContext,
  flaw: Flaw,
): Promise<void> => {
  const { cluster, instanceId, origin } = request;
  logger('enrolment').warn(
    { requestId: ctx.requestId, cluster, instanceId, origin, flaw },
    'an enrolment was refused',
  );
  await withTransaction(db.pool, (client) =>
    appendLedger(client, {
      ...entryOf(request, ctx),
      action: 'agent.enrol-refused',
      subject: `cluster:${cluster}`,
      data: { flaw, instanceId, origin },
    }),
  );
};

const entryOf = (
  { cluster }: EnrolRequest,
  ctx: EnrolContext,
): Pick<LedgerEntry, 'at' | 'actor' | 'reason' | 'requestId'> => ({
  at: new Date(ctx.now),
  actor: { kind: 'agent', name: cluster },
  reason: null,
  requestId: ctx.requestId,
});
