import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { api, newKey } from './api.ts';
import { ApiError } from './problem.ts';

const answers = (status: number, body: string) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response(body, { status })),
  );
const failure = async (): Promise<ApiError> => {
  const error = await api('/x', { schema: z.object({}) }).catch((thrown: unknown) => thrown);
  if (!(error instanceof ApiError)) throw error;
  return error;
};

afterEach(() => vi.unstubAllGlobals());

describe('the fetcher', () => {
  it('hands out the answer parsed by the schema', async () => {
    answers(200, '{"share":5,"extra":1}');
    expect(await api('/x', { schema: z.object({ share: z.number() }) })).toEqual({ share: 5 });
  });

  it('turns a problem document into fields a form can show', async () => {
    const errors = [{ path: 'version', message: 'is not registered' }];
    answers(422, JSON.stringify({ type: 't', title: 'Invalid', status: 422, detail: 'No.', errors }));
    const error = await failure();
    expect(error.status).toBe(422);
    expect(error.fields).toEqual({ version: 'is not registered' });
  });

  it('keeps the status of an answer that says nothing', async () => {
    answers(502, '<html>');
    expect((await failure()).status).toBe(502);
  });

  it('tells an unreachable server from one that refuses', async () => {
    vi.stubGlobal(
      'fetch',
      vi.fn(async () => {
        throw new TypeError('fetch failed');
      }),
    );
    expect((await failure()).status).toBe(0);
  });

  it('never hands out the same key twice', () => {
    const keys = Array.from({ length: 100 }, newKey);
    expect(new Set(keys).size).toBe(100);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
  });
});
