import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encode } from 'next-auth/jwt';
import { io, type Socket } from 'socket.io-client';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import { CONSOLE_SOCKET_PATH } from '../../agent/src/protocol.ts';
import { newSecret, secretHash } from '../auth/secrets.ts';
import { sessionCookie } from '../auth/session-cookie.ts';
import { endSession, insertSession } from '../data/credentials.ts';
import { listen } from '../data/listen.ts';
import { createTestDatabase, type TestDatabase } from '../data/testing/test-database.ts';
import { publishEnv } from '../env.ts';
import { guardUpgrades } from '../http/dispatch.ts';
import { type ConsoleGateway, startConsoleGateway } from './console.ts';

const SECRET = randomUUID();
/** Ample time for what happens at once on an idle machine. */
const SOON = { timeout: 10_000 };
let database: TestDatabase;
let http: Server;
let board: ConsoleGateway;
let url = '';

beforeAll(async () => {
  publishEnv({ sessionSecret: SECRET });
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  http = createServer();
  board = startConsoleGateway({ http, db: database, publicOrigin: null });
  http.on(
    'upgrade',
    guardUpgrades(() => false),
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address record, never a path.
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await board.stop();
  http.close();
  http.closeAllConnections();
});

/** Somebody who signed in: the cookie their browser holds, and the session behind it. */
const signIn = async () => {
  const user = await database.prisma.user.create({
    data: { email: `${randomUUID()}@shop.example`, name: 'Ada', role: 'viewer' },
  });
  const sid = newSecret();
  await insertSession(database.pool, { tokenHash: secretHash(sid), userId: user.id, userAgent: null });
  const cookie = `${sessionCookie().name}=${await encode({ token: { sid }, secret: SECRET })}`;
  return { cookie, userId: user.id, end: () => endSession(database.pool, secretHash(sid)) };
};

type Page = {
  socket: Socket;
  bumps: { topic: string; version: number }[];
  watch(body: unknown): Promise<unknown>;
};

const open = (headers: Record<string, string>): Page => {
  const socket = io(url, {
    path: CONSOLE_SOCKET_PATH,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: headers,
  });
  onTestFinished(() => void socket.disconnect());
  const bumps: Page['bumps'] = [];
  socket.on('bump', (bump) => bumps.push(bump));
  return { socket, bumps, watch: (body) => socket.timeout(5_000).emitWithAck('watch', body) };
};
const outcome = ({ socket }: Page): Promise<'connected' | 'refused'> =>
  new Promise((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', () => resolve('refused'));
  });
const watching = async (topics: string[]) => {
  const person = await signIn();
  const page = open({ origin: url, cookie: person.cookie });
  expect(await page.watch({ topics })).toEqual({ ok: true });
  return { ...page, ...person };
};
const gone = ({ socket }: Page) =>
  vi.waitFor(() => expect(socket.connected).toBe(false), { timeout: 10_000, interval: 20 });

describe('a page at the door', () => {
  test('of somebody signed in is let in from its own origin', async () => {
    const { cookie } = await signIn();
    expect(await outcome(open({ origin: url, cookie }))).toBe('connected');
  });

  test.each([
    ['without a session', async () => ({ origin: url })],
    ['with a forged session', async () => ({ origin: url, cookie: `${sessionCookie().name}=forged` })],
    [
      'with a session of another key',
      async () => ({
        origin: url,
        cookie: `${sessionCookie().name}=${await encode({ token: { sid: 'x' }, secret: 'another' })}`,
      }),
    ],
    [
      'whose session has ended',
      async () => {
        const { cookie, end } = await signIn();
        await end();
        return { origin: url, cookie };
      },
    ],
    [
      'of another site, with the cookie',
      async () => ({ origin: 'http://evil.example', cookie: (await signIn()).cookie }),
    ],
    ['of no site, with the cookie', async () => ({ origin: 'null', cookie: (await signIn()).cookie })],
    ['without an origin', async () => ({ cookie: (await signIn()).cookie })],
    [
      'that brings a token instead of a session',
      async () => ({ origin: url, authorization: 'Bearer slp_x' }),
    ],
  ])('%s is refused', async (_, headersOf) => {
    expect(await outcome(open({ ...(await headersOf()) }))).toBe('refused');
  });
});

describe('a page that watches', () => {
  test('hears of its own topics only, and of none it has left', async () => {
    const release = `release:${randomUUID()}`;
    const page = await watching([release, 'agents']);
    expect(board.watched(release)).toBe(true);
    expect(board.watched('releases')).toBe(false);
    board.bump('releases');
    board.bump(`release:${randomUUID()}`);
    board.bump(release);
    await expect.poll(() => page.bumps.map(({ topic }) => topic), SOON).toEqual([release]);

    expect(await page.socket.timeout(5_000).emitWithAck('unwatch', { topics: [release] })).toEqual({
      ok: true,
    });
    expect(board.watched(release)).toBe(false);
    board.bump(release);
    board.bump('agents');
    await expect.poll(() => page.bumps.map(({ topic }) => topic), SOON).toEqual([release, 'agents']);
  });

  test('hears many changes as few, the last one included', async () => {
    const page = await watching(['releases']);
    for (let change = 0; change < 100; change++) board.bump('releases');
    await expect.poll(() => page.bumps.length, SOON).toBe(2);
    expect(page.bumps[1]?.version).toBeGreaterThan(page.bumps[0]?.version ?? Number.POSITIVE_INFINITY);
  });

  test.each([
    ['a topic that does not exist', { topics: ['ledger'] }],
    ['a list without an end', { topics: Array.from({ length: 51 }, () => 'releases') }],
    ['no topic', { topics: [] }],
    ['an unknown key', { topics: ['releases'], all: true }],
    ['null', null],
  ])('%s is refused', async (_, body) => {
    const page = await watching(['agents']);
    expect(await page.watch(body)).toEqual({ ok: false, reason: 'malformed' });
    expect(board.watched('releases')).toBe(false);
  });

  test('loses its connection at the third message that makes no sense; others stay', async () => {
    const [page, other] = [await watching(['agents']), await watching(['agents'])];
    page.socket.emit('watch', null);
    page.socket.emit('publish', { topic: 'agents' });
    page.socket.emit('watch');
    await gone(page);
    board.bump('agents');
    await expect.poll(() => other.bumps.length, SOON).toBe(1);
  });

  test('cannot watch more once its session has ended, and is cut off within seconds', async () => {
    const page = await watching(['agents']);
    const stays = await watching(['agents']);
    await page.end();
    expect(await page.watch({ topics: ['releases'] })).toEqual({ ok: false, reason: 'not allowed' });
    await gone(page);
    expect(stays.socket.connected).toBe(true);
  });

  test('is cut off at once where the end of its session is heard', async () => {
    const page = await watching(['agents']);
    let toldAt = Number.POSITIVE_INFINITY;
    const listener = listen({
      url: database.url,
      onNotice: ({ kind }) => {
        if (kind !== 'session-ended') return;
        toldAt = performance.now();
        board.recheck();
      },
    });
    onTestFinished(() => listener.close());
    await vi.waitFor(() => expect(listener.ready()).toBe(true));
    await page.end();
    await gone(page);
    expect(toldAt).toBeLessThan(performance.now());
  });

  test('can watch many topics, and no number without end', async () => {
    const page = await watching(['agents']);
    const fifty = () => Array.from({ length: 50 }, () => `release:${randomUUID()}`);
    const answers: unknown[] = [];
    for (let asked = 0; asked < 10; asked++) answers.push(await page.watch({ topics: fifty() }));
    expect(answers.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => ({ ok: true })));
    expect(answers.at(-1)).toEqual({ ok: false, reason: 'too many topics at once' });
  });

  test('is cut off when its user is disabled', async () => {
    const page = await watching(['agents']);
    await database.pool.query('UPDATE "user" SET disabled_at = now() WHERE id = $1', [page.userId]);
    await gone(page);
  });
});
