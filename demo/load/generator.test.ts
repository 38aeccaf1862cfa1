import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type LoadSettings, runLoad } from './generator.ts';
import type { Summary } from './tally.ts';

const quiet = { second: () => {}, saturated: () => {} };
const forever = new AbortController().signal;
const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return new URL(`http://127.0.0.1:${address.port}`);
}

function settings(url: URL, changes: Partial<LoadSettings> = {}): LoadSettings {
  return { urls: [url], perSecond: 200, users: 40, secondsMax: 1, concurrencyMax: 100, seed: 9, ...changes };
}

function accounted({ answered, troubles }: Summary): number {
  return answered + troubles.refused + troubles.broken + troubles.timedOut + troubles.aborted;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

describe('load generator', () => {
  it('sends what it counts, over kept connections, as many users that stay themselves', async () => {
    const seen: string[] = [];
    const sockets = new Set<unknown>();
    const url = await serve((request, response) => {
      seen.push(request.headers.cookie ?? '');
      sockets.add(request.socket);
      response.writeHead(seen.length % 10 === 0 ? 503 : 200, { 'x-shop-track': 'baseline' }).end();
    });
    const summary = await runLoad(settings(url), forever, quiet);
    expect(summary).toMatchObject({
      sent: seen.length,
      answered: seen.length,
      tracks: { baseline: seen.length },
    });
    expect(summary.codes['503']).toBe(Math.floor(seen.length / 10));
    expect(new Set(seen).size).toBeLessThanOrEqual(40);
    expect(seen.every((cookie) => /^uid=user-\d+$/.test(cookie))).toBe(true);
    expect(sockets.size).toBeLessThan(seen.length / 2);
  });

  it('a user always goes to the same address', async () => {
    const users: [Set<string>, Set<string>] = [new Set(), new Set()];
    const urls = await Promise.all(
      users.map((own) =>
        serve((request, response) => {
          own.add(request.headers.cookie ?? '');
          response.end();
        }),
      ),
    );
    await runLoad({ ...settings(urls[0] ?? new URL('http://127.0.0.1')), urls }, forever, quiet);
    expect(users.every((own) => own.size > 0)).toBe(true);
    expect([...users[0]].filter((user) => users[1].has(user))).toEqual([]);
  });

  it('goes on through refused connections and counts every one', async () => {
    const url = await serve((_request, response) => response.end());
    const [server] = servers.splice(0);
    server?.close();
    const summary = await runLoad(settings(url), forever, quiet);
    expect(summary.sent).toBeGreaterThan(100);
    expect(summary).toMatchObject({ answered: 0, troubles: { refused: summary.sent } });
  });

  it('counts connections that break in the middle of an answer', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('half');
      response.destroy();
    });
    const summary = await runLoad(settings(url), forever, quiet);
    expect(summary).toMatchObject({ answered: 0, troubles: { broken: summary.sent } });
  });

  it('never has more under way than allowed, drops the rest, says so once, and stops at once when told', async () => {
    const stop = new AbortController();
    let underWay = 0;
    const notices: number[] = [];
    const url = await serve(() => {
      underWay += 1;
    });
    const reports = {
      second: () => stop.abort(),
      saturated: (count: number) => notices.push(count),
    };
    const summary = await runLoad(
      settings(url, { concurrencyMax: 5, secondsMax: 600 }),
      stop.signal,
      reports,
    );
    expect(underWay).toBe(5);
    expect(notices).toEqual([5]);
    expect(summary).toMatchObject({ sent: 5, answered: 0, troubles: { aborted: 5 } });
    expect(summary.troubles.dropped).toBeGreaterThan(50);
    expect(summary.seconds).toBeLessThan(60);
  });

  it('every request that was sent has exactly one outcome, whatever the server does', async () => {
    const stop = new AbortController();
    let requests = 0;
    const url = await serve((request, response) => {
      requests += 1;
      if (requests % 5 === 0) request.socket.destroy();
      else if (requests % 7 !== 0) response.end();
    });
    const load = settings(url, { secondsMax: 600, concurrencyMax: 30 });
    const summary = await runLoad(load, stop.signal, { ...quiet, second: () => stop.abort() });
    expect(summary.sent).toBeGreaterThan(50);
    expect(accounted(summary)).toBe(summary.sent);
  });

  it('does not start when it was stopped before', async () => {
    const url = await serve((_request, response) => response.end());
    const summary = await runLoad(settings(url), AbortSignal.abort(), quiet);
    expect(summary).toMatchObject({ sent: 0, latencyMs: null });
  });
});
