import { answer } from './answer.ts';
import type { Method } from './endpoint.ts';
import { allEndpoints } from './endpoints/all.ts';

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

/** The Next route handler of one operation, named as in the API document: `route('GET', '/api/v1/releases/{id}')`. */
export const route = (method: Method, path: string): Handler => {
  const endpoint = allEndpoints.find((known) => known.method === method && known.path === path);
  if (!endpoint) throw new Error(`no endpoint ${method} ${path}`);
  return async (request, { params }) => answer(endpoint, request, await params);
};
