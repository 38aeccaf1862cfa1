/** From a Web request to a Web response: the one path every endpoint takes, in a route handler or on the plain server. */
import { randomUUID } from 'node:crypto';
import { authenticate } from '../auth/authenticate.ts';
import { refuseForeignOrigin } from '../auth/origin.ts';
import { secretHash } from '../auth/secrets.ts';
import { getDatabase } from '../data/database.ts';
import { claimIdempotency, finishIdempotency, forgetIdempotency } from '../data/idempotency.ts';
import { logger } from '../log.ts';
import { ServiceError } from '../services/errors.ts';
import { requestsTotal } from '../telemetry.ts';
import { type Body, readBody } from './body.ts';
import type { Endpoint, Reply } from './endpoint.ts';
import { knownKeys } from './known-keys.ts';
import { hostOriginOf, originOf } from './origin-of.ts';
import { problemOf } from './problem.ts';

const log = logger('http');

/** Never throws: every failure becomes a problem. */
export const answer = async (
  endpoint: Endpoint,
  request: Request,
  params: Record<string, string>,
): Promise<Response> => {
  const requestId = randomUUID();
  const started = performance.now();
  const response = await respond(endpoint, request, params, requestId);
  requestsTotal.inc({ method: endpoint.method, path: endpoint.path, status: response.status });
  log.debug(
    {
      requestId,
      method: endpoint.method,
      path: endpoint.path,
      status: response.status,
      ms: Math.round(performance.now() - started),
    },
    'answered',
  );
  return response;
};

const respond = async (
  endpoint: Endpoint,
  request: Request,
  params: Record<string, string>,
  requestId: string,
): Promise<Response> => {
  try {
    const reply = await carryOut(endpoint, request, params, requestId);
    return toResponse(reply, requestId, 'application/json');
  } catch (error) {
    const problem = problemOf(error, requestId, [...knownKeys(endpoint.body), ...knownKeys(endpoint.query)]);
    if (problem.status >= 500) log.error({ requestId, path: endpoint.path, err: error }, 'a request failed');
    return toResponse({ status: problem.status, body: problem }, requestId, 'application/problem+json');
  }
};

const carryOut = async (
  endpoint: Endpoint,
  request: Request,
  params: Record<string, string>,
  requestId: string,
): Promise<Reply> => {
  const base = { db: getDatabase(), requestId, now: Date.now, origin: originOf(request) };
  const query = queryOf(request);
  if (endpoint.permission === null) {
    const body = await bodyOf(endpoint, request);
    return endpoint.handlePublic(
      {
        ...base,
        hostOrigin: hostOriginOf(request),
        address: request.headers.get('x-slipway-address') ?? 'unknown',
      },
      { params, query, body: body.value, source: body.source },
    );
  }
  const found = await authenticate(base.db, (name) => request.headers.get(name));
  if (!found)
    throw new ServiceError(
      'unauthenticated',
      'Sign in, or send Authorization: Bearer with a valid API token.',
    );
  if (found.via === 'session' && endpoint.method !== 'GET') refuseForeignOrigin(request.headers, base.origin);
  const body = await bodyOf(endpoint, request);
  const run = () =>
    endpoint.handle(
      { ...base, actor: found.actor },
      { params, query, body: body.value, source: body.source },
    );
  const key = endpoint.method === 'POST' ? request.headers.get('idempotency-key') : null;
  if (key === null) return run();
  if (key.length < 1 || key.length > 200)
    throw new ServiceError('invalid', 'Idempotency-Key: use 1 to 200 characters.', {
      reason: 'idempotency-key',
    });
  const requestHash = secretHash(`${endpoint.method} ${new URL(request.url).pathname}\n${body.source}`);
  return once({ actor: `${found.actor.kind}:${found.actor.id}`, key, requestHash }, run);
};

const once = async (
  key: { actor: string; key: string; requestHash: string },
  run: () => Promise<Reply>,
): Promise<Reply> => {
  const { pool } = getDatabase();
  const claim = await claimIdempotency(pool, key);
  if (claim.kind === 'replay') return { status: claim.status, body: claim.body };
  if (claim.kind === 'busy')
    throw new ServiceError('conflict', 'The first request with this Idempotency-Key is still under way.', {
      reason: 'in-progress',
    });
  if (claim.kind === 'mismatch')
    throw new ServiceError('invalid', 'This Idempotency-Key was used for another request.', {
      reason: 'idempotency-key',
    });
  try {
    const reply = await run();
    await finishIdempotency(pool, key, reply);
    return reply;
  } catch (error) {
    await forgetIdempotency(pool, key);
    throw error;
  }
};

const bodyOf = (endpoint: Endpoint, request: Request): Promise<Body> =>
  endpoint.method === 'GET' || endpoint.method === 'DELETE'
    ? Promise.resolve({ value: {}, source: '' })
    : readBody(request);

const queryOf = (request: Request): Record<string, string> => {
  const query: Record<string, string> = {};
  for (const [name, value] of new URL(request.url).searchParams) {
    if (Object.hasOwn(query, name))
      throw new ServiceError('invalid', `${name} is given twice.`, {
        errors: [{ path: name, message: 'give it once' }],
      });
    query[name] = value;
  }
  return query;
};

const toResponse = ({ status, body }: Reply, requestId: string, type: string): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': type,
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...(status === 503 ? { 'retry-after': '1' } : {}),
    },
  });
