/** Prometheus' HTTP query API, as little of it as is needed. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { fetchText } from '../fetch-text.ts';
import { SourceError } from '../source.ts';

export type VectorSample = { labels: Map<string, string>; value: string };

export class QueryApi {
  readonly #base: string;
  readonly #bearerTokenFile: string | undefined;

  constructor(options: { url: string; bearerTokenFile: string | undefined }) {
    this.#base = options.url.replace(/\/+$/, '');
    this.#bearerTokenFile = options.bearerTokenFile;
  }

  /** The instant vector of `query` at `at` (milliseconds). Throws `SourceError` that starts with "Prometheus". */
  async instant(query: string, at: number, signal: AbortSignal): Promise<VectorSample[]> {
    const form = new URLSearchParams({ query, time: (at / 1000).toFixed(3) });
    const { data } = await this.#ask('/api/v1/query', vectorAnswer, signal, form);
    return data.result.map(({ metric, value }) => ({
      labels: new Map(Object.entries(metric)),
      value: value[1],
    }));
  }

  /** Does any scraped target announce this metric family, be it without samples? */
  async announces(family: string, signal: AbortSignal): Promise<boolean> {
    const path = `/api/v1/metadata?metric=${encodeURIComponent(family)}&limit=1`;
    return Object.keys((await this.#ask(path, metadataAnswer, signal)).data).length > 0;
  }

  async #ask<T extends z.ZodType>(
    path: string,
    schema: T,
    signal: AbortSignal,
    form?: URLSearchParams,
  ): Promise<z.output<T>> {
    try {
      const headers = await this.#headers();
      const { status, text } = await fetchText(this.#base + path, {
        signal,
        headers,
        ...(form ? { form } : {}),
      });
      return answerOf(status, text, schema);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      throw new SourceError(`Prometheus at ${this.#base} ${error.message}`);
    }
  }

  async #headers(): Promise<Record<string, string>> {
    if (this.#bearerTokenFile === undefined) return {};
    const token = (await readFile(this.#bearerTokenFile, 'utf8').catch(() => '')).trim();
    // A whole file of another kind must never leave the machine as a header.
    if (!/^[\x21-\x7e]{1,4096}$/.test(token))
      throw new SourceError(
        'needs a token, but source.bearerTokenFile cannot be read or is not one line of text',
      );
    return { authorization: `Bearer ${token}` };
  }
}

const answerOf = <T extends z.ZodType>(status: number, text: string, schema: T): z.output<T> => {
  const body = parseJson(text);
  const refusal = errorAnswer.safeParse(body);
  if (refusal.success) throw new SourceError(`refused the query: ${refusal.data.error.slice(0, 300)}`);
  if (status === 401 || status === 403)
    throw new SourceError(`answered with status ${status}; check source.bearerTokenFile`);
  if (status !== 200)
    throw new SourceError(`answered with status ${status}; is source.url its base address?`);
  const answer = schema.safeParse(body);
  if (!answer.success) throw new SourceError('gave an answer that is not of its query API; check source.url');
  return answer.data;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const errorAnswer = z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() });
const vectorAnswer = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});
const metadataAnswer = z.object({ status: z.literal('success'), data: z.record(z.string(), z.unknown()) });
