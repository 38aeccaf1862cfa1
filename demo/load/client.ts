import { Agent, type IncomingMessage, request } from 'node:http';
import type { Step } from './journey.ts';
import type { Trouble } from './tally.ts';

export type Reply = { code: number; track: string | undefined };
export type Client = {
  /** Sends one request of a user and reads the answer to its end. Never throws: faults are a `Trouble`. */
  send(base: URL, user: string, step: Step): Promise<Reply | Trouble>;
  /** Ends everything under way at once. */
  close(): void;
};

const answerMsMax = 10_000;

/** A keep-alive client for loopback servers. */
export function createClient(socketsMax: number): Client {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: socketsMax,
    maxFreeSockets: 32,
    scheduling: 'lifo',
  });
  const under = new AbortController();
  const attempt = (base: URL, user: string, step: Step, retried: boolean): Promise<Reply | Trouble> =>
    new Promise((resolve) => {
      const outgoing = request(options(agent, base, user, step), (response) =>
        response
          .on('error', () => resolve(under.signal.aborted ? 'aborted' : 'broken'))
          .on('end', () => resolve(replyOf(response)))
          .resume(),
      );
      outgoing.setTimeout(answerMsMax, () => {
        resolve('timedOut');
        outgoing.destroy();
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (under.signal.aborted) return resolve('aborted');
        // A kept connection may be closed by the other side just as it is used again; reading twice does no harm.
        const stale = outgoing.reusedSocket && error.code === 'ECONNRESET' && step.method === 'GET';
        if (stale && !retried) return resolve(attempt(base, user, step, true));
        resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'broken');
      });
      outgoing.end(step.body ?? undefined);
    });
  return {
    send: (base, user, step) => attempt(base, user, step, false),
    close() {
      under.abort();
      agent.destroy();
    },
  };
}

function options(agent: Agent, base: URL, user: string, { method, path, body }: Step) {
  const headers: Record<string, string | number> = { cookie: `uid=${user}` };
  if (body !== null) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = Buffer.byteLength(body);
  }
  return { agent, host: base.hostname.replace(/^\[|\]$/g, ''), port: base.port || 80, method, path, headers };
}

function replyOf(response: IncomingMessage): Reply {
  const track = response.headers['x-shop-track'];
  return { code: response.statusCode ?? 0, track: typeof track === 'string' ? track : undefined };
}
