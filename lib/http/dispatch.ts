/** The plain Node server in front of Next: sockets, health, metrics and hot paths never wait for a page. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AGENT_SOCKET_PATH, CONSOLE_SOCKET_PATH } from '../../agent/src/protocol.ts';
import { logger } from '../log.ts';
import { registry } from '../telemetry.ts';
import { importEndpoints } from './endpoints/imports.ts';
import { releaseEndpoints } from './endpoints/releases.ts';
import { webhookEndpoints } from './endpoints/sources.ts';
import { handleNode } from './node.ts';

export type Readiness = { ready: boolean; parts: Record<string, boolean> };
export type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
export type DispatchOptions = { readiness: () => Promise<Readiness>; pages: () => Promise<PageHandler> };

/**
 * Everything about releases, and what other tools send: neither must queue behind the rendering of a page. Files are
 * read as they come, which only happens here.
 */
const HOT = [...releaseEndpoints, ...webhookEndpoints, ...importEndpoints];
const HOT_PATHS = ['/api/v1/releases', '/api/v1/webhooks', '/api/v1/imports'];
/** As the socket servers see them: with the slash that their clients add. */
const SOCKET_PATHS = [`${AGENT_SOCKET_PATH}/`, `${CONSOLE_SOCKET_PATH}/`];
const log = logger('http');

export const dispatcher =
  (options: DispatchOptions) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    serve(options, request, response).catch((error: unknown) => {
      if (hasLeft(error)) log.debug({ path: pathOf(request) }, 'a reader left before the end');
      else log.error({ err: error, path: pathOf(request) }, 'a request failed');
      if (!response.headersSent) plain(response, 500, 'unexpected error');
      else response.destroy();
    });
  };

const serve = async (
  options: DispatchOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { url = '/' } = request;
  // The socket servers listen to the same requests, and answer those on their paths.
  if (SOCKET_PATHS.some((path) => url.startsWith(path))) return;
  // An absolute target would let a page redirect to the host it names.
  if (!url.startsWith('/') || url.startsWith('//')) return plain(response, 400, 'send a path');
  // There are no server actions here; the decoder behind them is not to be reached.
  if (request.headers['next-action'] !== undefined) return plain(response, 404, 'not found');
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
  request.headers['x-slipway-address'] = request.socket.remoteAddress ?? 'unknown';
  request.headers['x-forwarded-proto'] ??= 'http';
  const path = pathOf(request);
  if (path === '/healthz') return json(response, 200, { status: 'ok' });
  if (path === '/readyz') return ready(options, response);
  if (path === '/metrics') return metrics(response);
  if (HOT_PATHS.some((hot) => path.startsWith(hot)) && (await handleNode(HOT, request, response))) return;
  await (await options.pages())(request, response);
};

const SECURITY_HEADERS = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'strict-origin-when-cross-origin'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), microphone=(), geolocation=()'],
] as const;

const ready = async ({ readiness }: DispatchOptions, response: ServerResponse): Promise<void> => {
  const { ready: isReady, parts } = await readiness();
  json(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', parts });
};

const metrics = async (response: ServerResponse): Promise<void> => {
  response.setHeader('content-type', registry.contentType);
  response.end(await registry.metrics());
};

/**
 * Upgrades go to exactly our two socket paths (and, in development, to Next's own); every other one is cut. Has to be
 * the first listener: the socket servers take longer paths as theirs too, and leave what is not theirs open for ever.
 */
export const guardUpgrades =
  (also: (path: string) => boolean) =>
  (request: IncomingMessage, socket: Duplex): void => {
    const path = pathOf(request);
    if (!SOCKET_PATHS.includes(path) && !also(path)) socket.destroy();
  };

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?')[0] ?? '/';

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
};

const plain = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
};

/** Who closes the connection in the middle of a long answer has changed their mind; nothing failed. */
const hasLeft = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
