import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { EmbeddedConfig } from './config.ts';

const ALL = 10_000;

/**
 * Which of 10,000 places a user has. Raising the share only moves users from baseline to canary, and nobody moves
 * while the share stays.
 */
export const placeOf = (key: string): number => createHash('sha1').update(key).digest().readUInt32BE(0) % ALL;

/** The user behind a request: the named header, else the named cookie, else the client's address. */
export const keyOf = (request: IncomingMessage, sticky: EmbeddedConfig['sticky']): string => {
  const header = sticky.header ? request.headers[sticky.header.toLowerCase()] : undefined;
  if (typeof header === 'string' && header !== '') return header;
  return (sticky.cookie && cookieOf(request, sticky.cookie)) || (request.socket.remoteAddress ?? 'unknown');
};

const cookieOf = (request: IncomingMessage, name: string): string | null => {
  const found = request.headers.cookie?.split(';').find((part) => part.trimStart().startsWith(`${name}=`));
  return found ? found.trimStart().slice(name.length + 1) : null;
};
