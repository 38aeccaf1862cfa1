import { Agent, createServer, request, type Server } from 'node:http';

export type TrafficCounts = { canary: number; baseline: number; failed: number };
export type Backend = { url: string; port: number; close: () => Promise<void> };

/** A real HTTP service that answers with its side's name. */
export const startBackend = async (side: 'canary' | 'baseline'): Promise<Backend> => {
  const server: Server = createServer((_request, response) => response.end(side));
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listen(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** Sends requests, ten at a time, each as one of `users` users, and counts which side answered. */
export const sendTraffic = async (
  url: string,
  requests: number,
  users = requests,
): Promise<TrafficCounts> => {
  const counts: TrafficCounts = { canary: 0, baseline: 0, failed: 0 };
  const agent = new Agent({ keepAlive: true, maxSockets: 10 });
  let next = 0;
  const worker = async () => {
    while (next < requests) {
      const user = next % users;
      next += 1;
      const body = await get(url, agent, `user-${user}`);
      if (body === 'canary' || body === 'baseline') counts[body] += 1;
      else counts.failed += 1;
    }
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  agent.destroy();
  return counts;
};

const get = (url: string, agent: Agent, user: string): Promise<string> =>
  new Promise((resolve) => {
    const sent = request(url, { agent, headers: { cookie: `uid=${user}` } }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(body));
    });
    sent.on('error', () => resolve('failed'));
    sent.end();
  });

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
