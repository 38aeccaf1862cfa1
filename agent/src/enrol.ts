import {
  type EnrolledIdentity,
  type Identity,
  publicKeyOf,
  saveIdentity,
  signEnrolment,
} from './identity.ts';
import { enrolResponseSchema } from './protocol.ts';

export class EnrolmentError extends Error {
  override readonly name = 'EnrolmentError';
}

export type EnrolmentInput = { server: string; cluster: string; token: string; stateDir: string };

/**
 * Trades the one-time token for an agent identity at `POST {server}/api/v1/agents/enrol` and keeps it in the
 * state directory. Throws `EnrolmentError` with the server's words when it refuses.
 */
export async function enrol(identity: Identity, input: EnrolmentInput): Promise<EnrolledIdentity> {
  const origin = new URL(input.server).origin;
  const response = await fetch(new URL('/api/v1/agents/enrol', input.server), {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({
      token: input.token,
      cluster: input.cluster,
      publicKey: publicKeyOf(identity),
      instanceId: identity.instanceId,
      origin,
      signature: signEnrolment(identity, { origin, token: input.token }),
    }),
    signal: AbortSignal.timeout(15_000),
  }).catch((error: unknown) => {
    throw new EnrolmentError(`cannot reach ${origin}: ${causeOf(error)}; check --server`);
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new EnrolmentError(refusalText(response.status, body));
  const parsed = enrolResponseSchema.safeParse(body);
  if (!parsed.success)
    throw new EnrolmentError(`${origin} answered something that is not an enrolment; check --server`);
  const enrolled = { ...identity, enrolled: parsed.data };
  saveIdentity(input.stateDir, enrolled);
  return enrolled;
}

function refusalText(status: number, body: unknown): string {
  const words =
    typeof body === 'object' && body !== null
      ? ['title', 'detail'].map((key) => Reflect.get(body, key)).filter((word) => typeof word === 'string')
      : [];
  return `the server refused the enrolment (${status})${words.length > 0 ? `: ${words.join(': ')}` : ''}`;
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
