import { createServer, type Server, type ServerResponse } from 'node:http';
import { type BehaviourProfile, createFates } from './behaviour.ts';
import { createMetrics, type ShopMetrics, type ShopTrack } from './metrics.ts';
import type { Random } from './random.ts';
import { BadRequest } from './request.ts';
import { type Answer, matchRoute } from './routes.ts';
import { createStore } from './store.ts';

export type ShopSettings = { version: string; digest: string; track: ShopTrack; profile: BehaviourProfile };

/**
 * The shop's HTTP server, not yet listening. Health and metrics are answered at once and are not traffic;
 * every other request is counted exactly once, before its answer leaves.
 */
export function createShop(settings: ShopSettings, random: Random): Server {
  const drawFate = createFates(settings.profile, random);
  const metrics = createMetrics(settings.track, settings.version);
  const store = createStore({ cartsMax: 5_000, ordersMax: 1_000 });
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (await answeredAsOperations(path, settings, metrics, response)) return;
    const method = request.method ?? 'GET';
    const match = matchRoute(method, path);
    const labels = { method: match ? method : 'other', route: match?.route ?? 'other' };
    const count = counter(metrics, labels, response);
    const fate = drawFate();
    const answer = match
      ? await match.answer({ request, fate, settings, store }).catch((error) => refusal(error, response))
      : json(404, 'no such page; try GET /products');
    if (response.destroyed) return;
    count(answer.code);
    if (answer.orderedCents !== undefined) metrics.order(answer.orderedCents);
    send(response, settings, answer, server.listening);
  });
  // Longer than any router keeps idle connections, so that the router closes first and no request meets a closed one.
  server.keepAliveTimeout = 75_000;
  server.requestTimeout = 10_000;
  server.maxConnections = 1_024;
  return server;
}

/** Counts a request once: with its answer, or as 499 when the client left first. */
function counter(metrics: ShopMetrics, labels: { method: string; route: string }, response: ServerResponse) {
  const started = performance.now();
  let counted = false;
  const count = (code: number): void => {
    if (counted) return;
    counted = true;
    metrics.request({ ...labels, code }, (performance.now() - started) / 1000);
  };
  response.once('close', () => count(499));
  return count;
}

async function answeredAsOperations(
  path: string,
  { version, digest, track }: ShopSettings,
  metrics: ShopMetrics,
  response: ServerResponse,
): Promise<boolean> {
  if (path === '/healthz') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'ok', version, digest, track }));
    return true;
  }
  if (path !== '/metrics') return false;
  response.setHeader('content-type', metrics.contentType);
  response.end(await metrics.text());
  return true;
}

/** A client that left in the middle of its body is no fault of the shop: its answer goes nowhere, unlogged. */
function refusal(error: unknown, response: ServerResponse): Answer {
  if (error instanceof BadRequest) return json(error.code, error.message);
  if (response.req.destroyed) return json(400, 'the request ended early');
  console.error(`shop: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return json(500, 'internal error');
}

function send(response: ServerResponse, settings: ShopSettings, answer: Answer, listening: boolean): void {
  if (!listening) response.setHeader('connection', 'close');
  response.writeHead(answer.code, {
    'content-type': answer.type === 'html' ? 'text/html; charset=utf-8' : 'application/json',
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': 'no-store',
    'x-shop-version': settings.version,
    'x-shop-track': settings.track,
  });
  response.end(answer.body);
}

function json(code: number, error: string): Answer {
  return { code, type: 'json', body: JSON.stringify({ error }) };
}
