/** From a Web request to a Web response: the one path every endpoint takes, in a route handler or on the plain server. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { authenticate } from '../auth/authenticate.ts';
import { refuseForeignOrigin } from '../auth/origin.ts';
import { getDatabase } from '../data/database.ts';
import { logger } from '../log.ts';
import { authorize } from '../services/context.ts';
import { ServiceError } from '../services/errors.ts';
import { requestsTotal } from '../telemetry.ts';
import { type Body, bodyType, readBody, readText, wrongType } from './body.ts';
import type { Endpoint, FileReply, Reply } from './endpoint.ts';
import { knownKeys } from './known-keys.ts';
import { once } from './once.ts';
import { hostOriginOf, originOf } from './origin-of.ts';
import { isKeepable } from './plain-data.ts';
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
  refuseUnkeepable({ ...params, ...query });
  if (endpoint.permission === null) {
    const body = await bodyOf(endpoint, request);
    return endpoint.handlePublic(
      {
        ...base,
        hostOrigin: hostOriginOf(request),
        address: request.headers.get('x-slipway-address') ?? 'unknown',
        header: (name) => request.headers.get(name),
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
  if (found.via === 'session' && endpoint.method !== 'GET') {
    refuseForeignOrigin(request.headers, base.origin);
    if (!endpoint.upload && bodyType(request.headers) === null) throw wrongType();
  }
  // Refusals about releases carry the release and its own words, so that their verbs alone give them.
  if (!endpoint.permission.startsWith('release:')) authorize(found.actor, endpoint.permission);
  const body = await bodyOf(endpoint, request);
  const run = () =>
    endpoint.handle(
      { ...base, actor: found.actor },
      { params, query, body: body.value, source: body.source, ...uploadOf(endpoint, request) },
    );
  // Files are not kept to be compared: what takes them does nothing the second time.
  const key = endpoint.method === 'POST' && !endpoint.upload ? request.headers.get('idempotency-key') : null;
  if (key === null) return run();
  const { pathname } = new URL(request.url);
  const actor = `${found.actor.kind}:${found.actor.id}`;
  return once({ endpoint, actor, key, pathname, source: body.source }, run);
};

const bodyOf = async (endpoint: Endpoint, request: Request): Promise<Body> => {
  if (endpoint.method === 'GET' || endpoint.method === 'DELETE' || endpoint.upload)
    return { value: {}, source: '' };
  return endpoint.raw ? { value: {}, source: await readText(request) } : readBody(request);
};

const uploadOf = (endpoint: Endpoint, request: Request) =>
  endpoint.upload ? { upload: { body: request.body, type: request.headers.get('content-type') } } : {};

const queryOf = (request: Request): Record<string, string> => {
  // Without a prototype: a parameter may be called anything.
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of new URL(request.url).searchParams) {
    if (Object.hasOwn(query, name))
      throw new ServiceError('invalid', `${name} is given twice.`, {
        errors: [{ path: name, message: 'give it once' }],
      });
    query[name] = value;
  }
  return query;
};

const refuseUnkeepable = (texts: Record<string, string>): void => {
  const errors = Object.entries(texts).flatMap(([path, text]) =>
    isKeepable(text) ? [] : [{ path, message: 'remove the NUL character' }],
  );
  if (errors.length > 0)
    throw new ServiceError('invalid', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
      errors,
    });
};

const toResponse = ({ status, body, file }: Reply, requestId: string, type: string): Response => {
  if (file) return fileResponse(file, requestId);
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': type,
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...EXTRA_HEADERS[status],
    },
  });
};

const fileResponse = ({ name, type, chunks }: FileReply, requestId: string): Response =>
  new Response(Readable.toWeb(Readable.from(encoded(chunks))) as ReadableStream, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
      'x-request-id': requestId,
    },
  });

async function* encoded(chunks: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of chunks) yield encoder.encode(chunk);
}

const EXTRA_HEADERS: Record<number, Record<string, string>> = {
  401: { 'www-authenticate': 'Bearer' },
  429: { 'retry-after': '900' },
  503: { 'retry-after': '1' },
};
