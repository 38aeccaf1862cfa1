import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createProxyServer, proxyUpgrade } from 'httpxy';
import type { Track } from '../../protocol.ts';
import { DriverError } from '../driver.ts';
import type { EmbeddedConfig } from './config.ts';
import { keyOf, placeOf } from './split.ts';

export type RunningProxy = {
  basisPoints: number;
  /** Requests given to each side since the proxy started. */
  requests: Record<Track, number>;
  close: () => Promise<void>;
};

const CONNECT_AND_ANSWER_MS = 30_000;

/** Listens and forwards; `basisPoints` of the answer is read at every request. Throws `DriverError` naming `router.listen`. */
export const startProxy = async (config: EmbeddedConfig): Promise<RunningProxy> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 512, timeout: 60_000 });
  const forward = createProxyServer({
    agent,
    xfwd: true,
    proxyTimeout: CONNECT_AND_ANSWER_MS,
  });
  const next: Record<Track, number> = { canary: 0, baseline: 0 };
  const choose = (request: IncomingMessage): string => {
    const track: Track = placeOf(keyOf(request, config.sticky)) < state.basisPoints ? 'canary' : 'baseline';
    state.requests[track] += 1;
    next[track] = (next[track] + 1) % config[track].length;
    return config[track][next[track]] ?? '';
  };

  const server = createServer((request, response) => {
    forward
      .web(request, response, { target: choose(request) })
      .catch((error: unknown) => fail(response, error));
  });
  server.on('upgrade', (request, socket, head) => {
    proxyUpgrade(choose(request), request, socket, head, { upgradeTimeout: CONNECT_AND_ANSWER_MS }).catch(
      () => socket.destroy(),
    );
  });
  const state: RunningProxy = {
    basisPoints: 0,
    requests: { canary: 0, baseline: 0 },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
  await listen(server, config.listen);
  return state;
};

/** A request that began to be answered cannot be answered again; one that did not gets a plain sentence. */
const fail = (response: ServerResponse, error: unknown): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const late =
    error instanceof Error && 'code' in error && (error.code === 'ETIMEDOUT' || error.code === 'ECONNRESET');
  response.writeHead(late ? 504 : 502, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(late ? 'The service did not answer in time.\n' : 'The service cannot be reached.\n');
};

const listen = (server: Server, address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(address) ?? [];
    server.once('error', (error) => reject(new DriverError(`router.listen: ${error.message}`)));
    server.listen(Number(port), host.replace(/^\[|\]$/g, ''), resolve);
  });
