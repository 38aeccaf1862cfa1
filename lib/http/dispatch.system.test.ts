import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
import { publishEnv } from '../env.ts';
import { type AgentGateway, startAgentGateway } from '../gateway/agents.ts';
import { type ConsoleGateway, startConsoleGateway } from '../gateway/console.ts';
import { dispatcher, guardUpgrades, type PageHandler, type Readiness } from './dispatch.ts';

let database: TestDatabase;
let http: Server;
let agents: AgentGateway;
let board: ConsoleGateway;
let port = 0;
let readiness: Readiness;
/** What reached the pages. */
let pages: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  publishEnv({ databaseUrl: database.url, sessionSecret: 'a secret of this test, long enough' });
});
afterAll(() => database.drop());
beforeEach(async () => {
  pages = [];
  readiness = { ready: true, parts: { database: true, listener: true } };
  http = createServer();
  const common = { http, db: database, publicOrigin: null };
  board = startConsoleGateway(common);
  const nothing = () => undefined;
  const events = { agentsChanged: nothing, samplesStored: nothing, targetsSeen: nothing };
  agents = startAgentGateway({ ...common, events });
  const page: PageHandler = async (request, response) => {
    pages.push(request.url ?? '');
    response.end('a page');
  };
  http.on('request', dispatcher({ readiness: async () => readiness, pages: async () => page }));
  http.prependListener(
    'upgrade',
    guardUpgrades(() => false),
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address record, never a path.
  port = (http.address() as AddressInfo).port;
});
afterEach(async () => {
  await agents.stop();
  await board.stop();
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
});

/** Sends these lines as they are and answers with all that comes back until the server closes. */
const raw = async (...lines: string[]): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${['', ...lines, 'Host: slipway', '', ''].join('\r\n').slice(2)}`);
  return text(socket);
};
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers });
const REFUSED = /^HTTP\/1\.1 400 [\s\S]*\r\n\r\nForbidden$/;
const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

describe('an upgrade', () => {
  test.each([
    '/',
    '/socket.io/?EIO=4&transport=websocket',
    '/_next/webpack-hmr',
    '/agent/socket?EIO=4&transport=websocket',
    '/agent/socket/more/?EIO=4&transport=websocket',
    '/console/socket?EIO=4&transport=websocket',
    '//agent/socket/?EIO=4&transport=websocket',
    'http://inside.example/agent/socket/?EIO=4&transport=websocket',
    'http://inside.example/',
  ])('of %s is cut without an answer', async (target) => {
    expect(await raw(`GET ${target} HTTP/1.1`, ...UPGRADE)).toBe('');
    expect(pages).toEqual([]);
  });

  test('of the console without its own origin is refused', async () => {
    const target = '/console/socket/?EIO=4&transport=websocket';
    expect(await raw(`GET ${target} HTTP/1.1`, ...UPGRADE)).toMatch(REFUSED);
    const foreign = await raw(`GET ${target} HTTP/1.1`, ...UPGRADE, 'Origin: http://elsewhere.example');
    expect(foreign).toMatch(REFUSED);
  });

  test('of the agents by a browser, known by its origin or a cookie, is refused', async () => {
    const target = '/agent/socket/?EIO=4&transport=websocket';
    for (const header of ['Origin: http://slipway', 'Cookie: a=b'])
      expect(await raw(`GET ${target} HTTP/1.1`, ...UPGRADE, header)).toMatch(REFUSED);
  });
});

describe('a request', () => {
  test('that names a whole address or another host is refused', async () => {
    for (const target of ['http://inside.example/healthz', '//inside.example/', '*'])
      expect(await raw(`GET ${target} HTTP/1.1`, 'Connection: close')).toMatch(/^HTTP\/1.1 400/);
    expect(pages).toEqual([]);
  });

  test('for a server action is not found', async () => {
    expect((await get('/', { 'next-action': 'x' })).status).toBe(404);
    expect(pages).toEqual([]);
  });

  test.each(['/agent/socket/?EIO=4&transport=polling', '/console/socket/?EIO=4&transport=polling'])(
    'without an upgrade to %s is answered once, by the socket server',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('Transport unknown');
      expect(pages).toEqual([]);
    },
  );

  test('for a page carries the security headers', async () => {
    const response = await get('/releases');
    expect(await response.text()).toBe('a page');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  test('for a release without a session is answered before any page is ready', async () => {
    expect((await get('/api/v1/releases/6f9619ff-8b86-4d01-b42d-00cf4fc964ff')).status).toBe(401);
    expect(pages).toEqual([]);
  });
});

describe('health', () => {
  test('says that the process lives, whatever the database does', async () => {
    readiness = { ready: false, parts: { database: false, listener: false } };
    expect((await get('/healthz')).status).toBe(200);
  });

  test('says whether the server is ready, and which part is not', async () => {
    expect((await get('/readyz')).status).toBe(200);
    readiness = { ready: false, parts: { database: true, listener: false } };
    const response = await get('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ parts: { database: true, listener: false } });
  });

  test('gives metrics in Prometheus text', async () => {
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toContain('slipway_agents_connected');
  });
});
