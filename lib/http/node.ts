import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { answer } from './answer.ts';
import type { Endpoint } from './endpoint.ts';

/** Serves `endpoints` on a plain Node server; answers false for a request that is none of them. */
export const handleNode = async (
  endpoints: readonly Endpoint[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  for (const endpoint of endpoints) {
    const params = endpoint.method === request.method ? match(endpoint.path, url.pathname) : null;
    if (!params) continue;
    await send(await answer(endpoint, toWeb(request, url), params), response);
    return true;
  }
  return false;
};

const match = (pattern: string, pathname: string): Record<string, string> | null => {
  const wanted = pattern.split('/');
  const given = pathname.split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined && part !== value) return null;
    if (name !== undefined) params[name] = safeDecode(value);
  }
  return params;
};

const safeDecode = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

const toWeb = (request: IncomingMessage, url: URL): Request => {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  // The Host header stays a header: whatever it says, the address of the request can be read.
  return new Request(url, {
    method: request.method ?? 'GET',
    headers,
    ...(hasBody ? { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' } : {}),
  });
};

const send = async (answered: Response, response: ServerResponse): Promise<void> => {
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  // A file is passed on while it is made, and cut off where it fails; everything else is short and goes out whole.
  if (answered.body && answered.headers.has('content-disposition'))
    return pipeline(Readable.fromWeb(answered.body as NodeReadableStream), response);
  response.end(Buffer.from(await answered.arrayBuffer()));
};
