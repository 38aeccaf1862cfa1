import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Driver, DriverError, type RouterReading } from '../drivers/driver.ts';

/** A router behind HTTP: `PUT /share` sets it, `GET /share` reads it. Keeps every share it was ever set to. */
export type HttpRouter = {
  url: string;
  share: number;
  readonly history: number[];
  /** Answers 503 while true. */
  down: boolean;
  close(): Promise<void>;
};

export async function startHttpRouter(): Promise<HttpRouter> {
  const server = createServer((request, response) => {
    if (router.down) return void response.writeHead(503).end();
    if (request.method === 'GET') return void response.end(String(router.share));
    request.setEncoding('utf8');
    let text = '';
    request.on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      router.share = Number(text);
      router.history.push(router.share);
      response.end(text);
    });
  });
  const router: HttpRouter = {
    url: '',
    share: 0,
    history: [],
    down: false,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address record, never a path.
  const { port } = server.address() as AddressInfo;
  router.url = `http://127.0.0.1:${port}/share`;
  return router;
}

/** Drives an `HttpRouter` over the network. */
export function httpDriver(url: string): Driver {
  let wished: number | null = null;
  const read = async (signal: AbortSignal): Promise<RouterReading> => {
    const response = await fetch(url, { signal }).catch(() => null);
    const set = response?.ok ? Number(await response.text()) : null;
    const confirmed = set === null || wished === null ? 'unknown' : set === wished ? 'yes' : 'no';
    const problem = set === null ? `router.url: ${url} does not answer` : null;
    return {
      setBasisPoints: set,
      seenBasisPoints: null,
      seenRequests: 0,
      confirmed,
      identity: null,
      problem,
    };
  };
  const write = async (share: number, signal: AbortSignal) => {
    wished = share;
    const response = await fetch(url, { method: 'PUT', body: String(share), signal }).catch(() => null);
    if (!response?.ok) throw new DriverError(`router.url: ${url} does not answer`);
    return read(signal);
  };
  return {
    apply: ({ basisPoints }, signal) => write(basisPoints, signal),
    restore: (signal) => write(0, signal),
    observe: read,
    describe: async ({ basisPoints }) => `sets the canary share to ${basisPoints / 100} %`,
    close: async () => undefined,
  };
}
