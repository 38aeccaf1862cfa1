import { createConnection } from 'node:net';
import { DriverError } from '../driver.ts';

const TIMEOUT_MS = 2_000;
const ANSWER_BYTES_MAX = 8_000_000;

/**
 * Sends commands over HAProxy's stats socket and answers with what it printed. One connection a call; HAProxy closes
 * it after the answer. Throws `DriverError` that names `router.socket` when it cannot be reached.
 */
export const runtimeCommand = (
  socket: string,
  commands: readonly string[],
  signal: AbortSignal,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const connection = createConnection(addressOf(socket));
    const fail = (why: string) => {
      connection.destroy();
      reject(new DriverError(`router.socket: ${why}`));
    };
    const abort = () => fail('given up, a newer wish came');
    signal.addEventListener('abort', abort, { once: true });
    connection.setTimeout(TIMEOUT_MS, () => fail(`${socket} did not answer within ${TIMEOUT_MS / 1_000} s`));
    connection.on('connect', () => connection.write(`${commands.join(';')}\n`));
    connection.on('data', (chunk) => {
      size += chunk.length;
      if (size > ANSWER_BYTES_MAX) fail('the answer is larger than 8 MB');
      else chunks.push(chunk);
    });
    connection.on('error', (error) =>
      fail(
        `${error.message}: is HAProxy running with "stats socket ... level admin", and may this agent open it?`,
      ),
    );
    connection.on('close', () => {
      signal.removeEventListener('abort', abort);
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    if (signal.aborted) abort();
  });

const addressOf = (socket: string): { path: string } | { host: string; port: number } => {
  if (socket.startsWith('unix:')) return { path: socket.slice(5) };
  const [, host = '', port = ''] = /^tcp:(.+):(\d+)$/.exec(socket) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
};
