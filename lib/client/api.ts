import { config, type z } from 'zod';
import { problemOf, unreachable } from './problem.ts';

/** Zod's compiled parsers need `eval`, which the content security policy forbids. */
config({ jitless: true });

export type Call<T extends z.ZodType> = {
  /** What the answer must look like. */
  schema: T;
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON; text is sent as YAML. */
  body?: unknown;
  /** The same key makes a repeated POST harmless. */
  idempotencyKey?: string;
  signal?: AbortSignal;
};

const TIMEOUT_MS = 15_000;

/** The one way to the API: parses the answer, throws `ApiError` for refusals and for no answer. */
export const api = async <T extends z.ZodType>(path: string, call: Call<T>): Promise<z.output<T>> => {
  const response = await answer(path, call);
  if (!response.ok) throw await problemOf(response);
  return call.schema.parse(await response.json());
};

const answer = async (path: string, { method = 'GET', body, idempotencyKey, signal }: Call<z.ZodType>) => {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': contentType(body) }),
        ...(idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
};

const contentType = (body: unknown): string =>
  typeof body === 'string' ? 'application/yaml' : 'application/json';

/** A random key for `Idempotency-Key`; `crypto.randomUUID` is missing where the page is served without TLS. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
