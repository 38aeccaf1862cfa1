import { answer } from '../answer.ts';
import type { Endpoint, Method } from '../endpoint.ts';
import { allEndpoints } from '../endpoints/all.ts';

export type Ask = {
  params?: Record<string, string>;
  /** With its question mark. */
  query?: string;
  /** As it is sent; objects as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
};

/** An endpoint by its name in the API document, such as `GET /api/v1/me`. */
export const endpointOf = (name: string): Endpoint => {
  const found = allEndpoints.find(({ method, path }) => name === `${method} ${path}`);
  if (!found) throw new Error(`no endpoint ${name}`);
  return found;
};

export const nameOf = ({ method, path }: { method: Method; path: string }): string => `${method} ${path}`;

/** Sends a request to an endpoint as both servers do, and reads its answer: JSON, or the text of a file. */
export const askEndpoint = async (name: string, { params = {}, query = '', body, headers }: Ask = {}) => {
  const endpoint = endpointOf(name);
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, key: string) =>
    encodeURIComponent(params[key] ?? key),
  );
  const content = typeof body === 'string' ? body : JSON.stringify(body ?? {});
  const response = await answer(
    endpoint,
    new Request(`http://localhost${path}${query}`, {
      method: endpoint.method,
      headers: { host: 'localhost', 'content-type': 'application/json', ...headers },
      ...(endpoint.method === 'GET' ? {} : { body: content }),
    }),
    params,
  );
  // Some answers are files.
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const answered = isJson ? await response.json() : await response.text();
  return { status: response.status, headers: response.headers, body: answered };
};
