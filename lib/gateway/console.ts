import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import { CONSOLE_SOCKET_PATH } from '../../agent/src/protocol.ts';
import { type Authenticated, authenticate } from '../auth/authenticate.ts';
import { isOwnOrigin } from '../auth/origin.ts';
import type { Database } from '../data/database.ts';
import { may } from '../domain/policy/permissions.ts';
import { logger } from '../log.ts';
import { Bumps } from './bumps.ts';
import { type Answer, on, refuseOthers } from './on.ts';

const RECHECK_MS = 5_000;
const TOPICS_MAX = 500;
const topicSchema = z.string().regex(/^(releases|agents|config|(release|samples):[0-9a-f-]{36})$/);
const watchSchema = z.strictObject({ topics: z.array(topicSchema).min(1).max(50) });
const log = logger('gateway');

export type ConsoleGateway = {
  /** Tells every page that watches `topic` to fetch again. */
  bump: (topic: string) => void;
  /** Asks again whose every socket is; those of nobody are closed. */
  recheck: () => void;
  /** Somebody on this process watches `topic`. */
  watched: (topic: string) => boolean;
  stop: () => Promise<void>;
};

/** The socket server for browsers. It announces topics and never carries data; pages fetch. */
export const startConsoleGateway = ({
  http,
  db,
  publicOrigin,
}: {
  http: HttpServer;
  db: Database;
  publicOrigin: string | null;
}): ConsoleGateway => {
  const io = new Server({
    path: CONSOLE_SOCKET_PATH,
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    allowEIO3: false,
    pingInterval: 15_000,
    pingTimeout: 10_000,
    maxHttpBufferSize: 16_384,
    allowRequest: (request, done) => {
      const { origin, host } = request.headers;
      if (origin === undefined || !isOwnOrigin(origin, publicOrigin ?? '', host ?? null)) {
        done(null, false);
        return;
      }
      who(db, request).then(
        (found) => done(null, found !== null),
        () => done(null, false),
      );
    },
  });
  io.attach(http, { destroyUpgrade: false });
  const bumps = new Bumps((topic, version) => io.to(topic).emit('bump', { topic, version }));

  io.on('connection', (socket) => {
    refuseOthers(socket, 'console');
    on(socket, 'watch', {
      kind: 'console',
      schema: watchSchema,
      handle: ({ topics }) => watch(db, socket, topics),
    });
    on(socket, 'unwatch', {
      kind: 'console',
      schema: watchSchema,
      handle: async ({ topics }): Promise<Answer> => {
        await Promise.all(topics.map((topic) => socket.leave(topic)));
        return { ok: true };
      },
    });
  });

  const recheck = (): void => {
    for (const socket of io.sockets.sockets.values())
      who(db, socket.request).then(
        (found) => found ?? socket.disconnect(true),
        (error: unknown) => log.warn({ err: error }, 'a session could not be checked'),
      );
  };
  // Behind the notice, and for what no notice tells: a session that ran out, a user who was disabled.
  const rechecks = setInterval(recheck, RECHECK_MS);

  return {
    recheck,
    bump: (topic) => bumps.bump(topic),
    watched: (topic) => (io.sockets.adapter.rooms.get(topic)?.size ?? 0) > 0,
    stop: async () => {
      clearInterval(rechecks);
      bumps.stop();
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
};

const watch = async (db: Database, socket: Socket, topics: readonly string[]): Promise<Answer> => {
  const found = await who(db, socket.request);
  if (!found || !may(found.actor, 'release:read')) return { ok: false, reason: 'not allowed' };
  // A page that left while the database was asked would stay in its rooms for ever.
  if (!socket.connected) return { ok: false, reason: 'gone', harmless: true };
  if (new Set([...socket.rooms, ...topics]).size > TOPICS_MAX)
    return { ok: false, reason: 'too many topics at once' };
  await socket.join([...topics]);
  return { ok: true };
};

/** The person behind a browser's socket; tokens have no business here. */
const who = async (db: Database, request: IncomingMessage): Promise<Authenticated | null> =>
  authenticate(db, (name) => {
    const value = name === 'authorization' ? undefined : request.headers[name];
    return typeof value === 'string' ? value : null;
  });
