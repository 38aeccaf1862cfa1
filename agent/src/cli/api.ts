import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { textOf } from '../log.ts';

const problemSchema = z.looseObject({
  title: z.string(),
  detail: z.string().optional(),
  status: z.number().optional(),
  errors: z.array(z.looseObject({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** The server refused: RFC 9457 problem details, in words with the path of each field. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    const first = problem.detail ? `${problem.title}: ${problem.detail}` : problem.title;
    super([first, ...(problem.errors ?? []).map(({ path, message }) => `  ${path}: ${message}`)].join('\n'));
    this.problem = problem;
  }
}

/** The server could not be reached, or what answered is no Slipway server. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

export type Connection = { server: string; token: string | undefined };

export type ApiRequest = {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: unknown;
  /** A body that is already text, with its content type. */
  text?: { type: string; content: string };
  /** A body that is made while it is sent, with its content type. */
  stream?: { type: string; chunks: AsyncIterable<Uint8Array> };
  timeoutMs?: number;
};

/** One request to API v1. Throws `ProblemError` for a refusal and `UnreachableError` when nobody answers. */
export async function callApi<T extends z.ZodType>(
  connection: Connection,
  request: ApiRequest,
  answer: T,
): Promise<z.output<T>> {
  const response = await send(connection, request, request.timeoutMs);
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problemOf(response, body, connection);
  const parsed = answer.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new UnreachableError(
    `${connection.server} answered ${request.path} in a shape this slipway does not know`,
  );
}

/** Passes on a file while it arrives. Throws like `callApi`, also when the file breaks off. */
export async function callFile(
  connection: Connection,
  path: string,
  write: (chunk: Uint8Array) => void,
): Promise<void> {
  const response = await send(connection, { method: 'GET', path }, FILE_MS_MAX);
  if (!response.ok || !response.body)
    throw problemOf(response, await response.json().catch(() => null), connection);
  try {
    for await (const chunk of response.body) write(chunk);
  } catch (error) {
    throw new UnreachableError(
      `${connection.server} broke off in the middle of ${path} (${textOf(error)}): try again`,
    );
  }
}

const MS_MAX = 30_000;
const FILE_MS_MAX = 900_000;

function problemOf(response: Response, body: unknown, connection: Connection): ProblemError {
  const problem = problemSchema.safeParse(body);
  return new ProblemError(problem.success ? problem.data : bareProblem(response, connection));
}

async function send(connection: Connection, request: ApiRequest, msMax = MS_MAX): Promise<Response> {
  const { method, path, body, text, stream } = request;
  const headers = new Headers({ accept: 'application/json' });
  if (connection.token !== undefined) headers.set('authorization', `Bearer ${connection.token}`);
  if (method === 'POST') headers.set('idempotency-key', randomUUID());
  const sent = stream && (Readable.toWeb(Readable.from(stream.chunks)) as ReadableStream);
  const content = sent ?? text?.content ?? (body === undefined ? undefined : JSON.stringify(body));
  if (content !== undefined) headers.set('content-type', stream?.type ?? text?.type ?? 'application/json');
  try {
    const signal = AbortSignal.timeout(msMax);
    const url = new URL(`/api/v1${path}`, connection.server);
    return await fetch(url, {
      method,
      headers,
      signal,
      redirect: 'error',
      ...(content === undefined ? {} : { body: content, duplex: 'half' }),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new UnreachableError(
      `cannot reach ${connection.server} (${textOf(cause)}): is it running, is --server right?`,
    );
  }
}

function bareProblem(response: Response, { server, token }: Connection): Problem {
  const hint = response.status === 401 && token === undefined ? '; give --token or set SLIPWAY_TOKEN' : '';
  return { title: `${server} answered ${response.status} ${response.statusText}${hint}` };
}
