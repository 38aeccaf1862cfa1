/**
 * One socket for the whole console. The server says which topic moved; queries fetch what it is. What was
 * missed while the socket was down is fetched on return, and meanwhile everything watched is polled.
 */
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { CONSOLE_SOCKET_PATH } from '../../agent/src/protocol.ts';

export type LiveState = 'connecting' | 'live' | 'catching-up' | 'polling' | 'unreachable';
/** `since`: when the present state began, milliseconds. */
export type LiveStatus = { state: LiveState; since: number };

export type Live = {
  status: () => LiveStatus;
  onStatus: (changed: () => void) => () => void;
  /** Keeps everything under `topic` fresh until the returned function is called. Connects at the first call. */
  watch: (topic: string) => () => void;
};

/** Fetches everything shown under `topic` again; rejects when the server cannot be reached. */
export type Refresh = (topic: string) => Promise<void>;

export type LivePorts = {
  connect: () => LiveSocket;
  refresh: Refresh;
  hidden: () => boolean;
  onVisible: (visible: () => void) => void;
};
/** The part of a socket.io client that is used here; `ask` resolves once the server answered, or stopped answering. */
export type LiveSocket = {
  on: (event: string, heard: (message: unknown) => void) => void;
  ask: (event: 'watch' | 'unwatch', message: { topics: string[] }) => Promise<void>;
  connect: () => void;
  connected: () => boolean;
};

const POLL_MS = 5_000;
/** Bumps that come closer together than this share one fetch. */
const COALESCE_MS = 120;

/** The server takes this many topics in one message. */
const TOPICS_MOST = 50;
const bumpSchema = z.object({ topic: z.string(), version: z.unknown() });

export const browserPorts = (refresh: Refresh): LivePorts => ({
  connect: () =>
    liveSocket(
      io({
        path: CONSOLE_SOCKET_PATH,
        transports: ['websocket'],
        reconnectionDelay: 500,
        reconnectionDelayMax: POLL_MS,
      }),
    ),
  refresh,
  hidden: () => document.hidden,
  onVisible: (visible) => document.addEventListener('visibilitychange', visible),
});

const liveSocket = (socket: Socket): LiveSocket => ({
  on: (event, heard) => void socket.on(event, heard),
  ask: (event, message) =>
    socket
      .timeout(POLL_MS)
      .emitWithAck(event, message)
      .then(
        () => undefined,
        () => undefined,
      ),
  connect: () => void socket.connect(),
  connected: () => socket.connected,
});

export const createLive = (ports: LivePorts): Live => {
  const watched = new Map<string, number>();
  const listeners = new Set<() => void>();
  let status: LiveStatus = { state: 'connecting', since: 0 };
  let socket: LiveSocket | null = null;
  let poll: ReturnType<typeof setInterval> | null = null;

  const become = (state: LiveState) => {
    if (status.state === state) return;
    status = { state, since: Date.now() };
    for (const changed of listeners) changed();
  };
  const refresher = createRefresher(ports);
  const catchUp = async (then: LiveState) => {
    const done = await Promise.allSettled([...watched.keys()].map((topic) => ports.refresh(topic)));
    const failed = done.some(({ status: outcome }) => outcome === 'rejected');
    if (socket?.connected()) become('live');
    else become(failed ? 'unreachable' : then);
  };

  const open = () => {
    const opened = ports.connect();
    socket = opened;
    refresher.start();
    opened.on('connect', () => {
      if (poll) clearInterval(poll);
      poll = null;
      become('catching-up');
      // Watching comes first, so that nothing slips between the fetch and the first announcement.
      void Promise.all(chunks([...watched.keys()]).map((topics) => opened.ask('watch', { topics }))).then(
        () => catchUp('live'),
      );
    });
    opened.on('bump', (message) => {
      const bump = bumpSchema.safeParse(message);
      if (bump.success && watched.has(bump.data.topic)) refresher.bump(bump.data.topic);
    });
    const fallBack = () => {
      become(status.state === 'unreachable' ? 'unreachable' : 'polling');
      poll ??= setInterval(() => void catchUp('polling'), POLL_MS);
    };
    opened.on('connect_error', fallBack);
    opened.on('disconnect', (reason) => {
      fallBack();
      // Closed by the server, the client does not come back by itself.
      if (reason === 'io server disconnect') setTimeout(() => opened.connect(), POLL_MS);
    });
  };

  return {
    status: () => status,
    onStatus: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    watch: (topic) => {
      if (!socket) open();
      const watchers = watched.get(topic) ?? 0;
      watched.set(topic, watchers + 1);
      if (watchers === 0 && socket?.connected())
        void socket.ask('watch', { topics: [topic] }).then(() => refresher.bump(topic));
      return () => {
        const left = (watched.get(topic) ?? 1) - 1;
        if (left > 0) return void watched.set(topic, left);
        watched.delete(topic);
        if (socket?.connected()) void socket.ask('unwatch', { topics: [topic] });
      };
    },
  };
};

const chunks = (topics: string[]): string[][] =>
  Array.from({ length: Math.ceil(topics.length / TOPICS_MOST) }, (_, k) =>
    topics.slice(k * TOPICS_MOST, (k + 1) * TOPICS_MOST),
  );

/** One fetch at a time for each topic; bumps during a fetch cause exactly one more. Samples wait while nobody looks. */
const createRefresher = ({ refresh, hidden, onVisible }: LivePorts) => {
  const running = new Set<string>();
  const dirty = new Set<string>();
  const later = (topic: string) => hidden() && topic.startsWith('samples:');
  const run = async (topic: string) => {
    running.add(topic);
    await new Promise((resolve) => setTimeout(resolve, COALESCE_MS));
    dirty.delete(topic);
    // A failed fetch shows at its own card; the next bump or poll tries again.
    await refresh(topic).catch(() => undefined);
    running.delete(topic);
    if (dirty.has(topic) && !later(topic)) void run(topic);
  };
  return {
    /** Listens for the tab being looked at again; not before the browser is there to ask. */
    start: () =>
      onVisible(() => {
        for (const topic of dirty) if (!running.has(topic) && !later(topic)) void run(topic);
      }),
    bump: (topic: string) => {
      dirty.add(topic);
      if (!running.has(topic) && !later(topic)) void run(topic);
    },
  };
};
