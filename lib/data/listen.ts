/** One connection that does nothing but listen. A dead one is silent, so that it is asked for a sign of life. */
import pg from 'pg';
import { logger } from '../log.ts';
import { CHANNEL, type Notice, noticeSchema } from './notify.ts';

const HEARTBEAT_MS = 10_000;
const HEARTBEAT_TIMEOUT_MS = 5_000;
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 5_000;

export type Listener = {
  /** False while the connection is down: notices are being missed, only sweeps help. */
  ready(): boolean;
  /** Hears no more after this. Repeatable. */
  close(): Promise<void>;
};

export type ListenOptions = {
  url: string;
  /** An error thrown or rejected here is logged and goes no further. */
  onNotice: (notice: Notice) => unknown;
  /** After every (re)connection: what was said meanwhile was missed, so look at the rows. */
  onConnected?: () => unknown;
  heartbeatMs?: number;
};

/** Listens until closed and reconnects for ever. Returns at once; `ready` tells when it hears. */
export const listen = (options: ListenOptions): Listener => {
  const log = logger('listen');
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let ready = false;
  let closed = false;
  let failures = 0;

  const contain = (work: () => unknown) => {
    Promise.resolve()
      .then(work)
      .catch((error: unknown) => log.error({ err: error }, 'a handler of a notice failed'));
  };

  const connect = async () => {
    const fresh = new pg.Client({
      connectionString: options.url,
      connectionTimeoutMillis: 5_000,
      query_timeout: HEARTBEAT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'slipway-listen',
    });
    client = fresh;
    fresh.on('error', (error) => lost(fresh, error));
    fresh.on('end', () => lost(fresh, new Error('the connection ended')));
    fresh.on('notification', ({ payload }) => {
      const notice = parseNotice(payload);
      if (notice) contain(() => options.onNotice(notice));
      else log.warn('a notice could not be read');
    });
    try {
      await fresh.connect();
      await fresh.query(`LISTEN "${CHANNEL}"`);
      if (client !== fresh) return;
      ready = true;
      failures = 0;
      schedule(() => beat(fresh), options.heartbeatMs ?? HEARTBEAT_MS);
      if (options.onConnected) contain(options.onConnected);
    } catch (error) {
      lost(fresh, error);
    }
  };

  const beat = async (current: pg.Client) => {
    try {
      await current.query('SELECT 1');
      if (client === current) schedule(() => beat(current), options.heartbeatMs ?? HEARTBEAT_MS);
    } catch (error) {
      lost(current, error);
    }
  };

  /** Called by whoever notices first; later callers find another client in place. */
  const lost = (current: pg.Client, error: unknown) => {
    if (client !== current) return;
    client = null;
    ready = false;
    current.end().catch(() => undefined);
    if (closed) return;
    const delay = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** failures) * (0.5 + Math.random() / 2);
    failures += 1;
    log.warn({ err: error, retryMs: Math.round(delay) }, 'the listening connection was lost');
    schedule(connect, delay);
  };

  const schedule = (work: () => Promise<void>, ms: number) => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(() => void work(), ms);
  };

  void connect();
  return {
    ready: () => ready,
    close: async () => {
      closed = true;
      ready = false;
      clearTimeout(timer);
      const current = client;
      client = null;
      await current?.end().catch(() => undefined);
    },
  };
};

const parseNotice = (payload: string | undefined): Notice | null => {
  try {
    return noticeSchema.parse(JSON.parse(payload ?? ''));
  } catch {
    return null;
  }
};
