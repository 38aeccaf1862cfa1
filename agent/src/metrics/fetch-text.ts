/** One HTTP request to a metric source: no redirects, a time limit, a size limit, plain words when it fails. */
import { SourceError } from './source.ts';

export const SOURCE_TIMEOUT_MS = 5_000;
/** Larger pages are refused: a metrics page or an answer of this size is a mistake or an attack. */
export const SOURCE_BYTES_MAX = 4 * 1024 * 1024;

export type FetchedText = { status: number; text: string };

/**
 * Reads `url` (GET, or POST when there is a form) as UTF-8 text within 5 s and 4 MB. Statuses above 299 are returned, redirects refused.
 * Throws `SourceError`; its message never repeats what the other side sent.
 */
export const fetchText = async (
  url: string,
  options: {
    signal: AbortSignal;
    headers?: Record<string, string>;
    form?: URLSearchParams;
    timeoutMs?: number;
  },
): Promise<FetchedText> => {
  const timeoutMs = options.timeoutMs ?? SOURCE_TIMEOUT_MS;
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      ...(options.form ? { method: 'POST', body: options.form } : {}),
      redirect: 'manual',
      signal: AbortSignal.any([options.signal, deadline]),
      headers: options.headers ?? {},
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new SourceError('answered with a redirect; name the final address, redirects are not followed');
    }
    return { status: response.status, text: await readText(response) };
  } catch (error) {
    if (error instanceof SourceError) throw error;
    options.signal.throwIfAborted();
    if (deadline.aborted) throw new SourceError(`did not answer within ${timeoutMs / 1000} s`);
    throw new SourceError(reasonOf(error));
  }
};

const readText = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop early cancels the body and closes the connection.
    if (size > SOURCE_BYTES_MAX)
      throw new SourceError(
        `sent more than ${SOURCE_BYTES_MAX / 1024 / 1024} MB; expose or select fewer series`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return reasons[code] ?? (code ? `cannot be read (${code})` : 'cannot be read: the connection broke off');
};

const reasons: Record<string, string> = {
  ECONNREFUSED: 'refused the connection; is it running, and is the port right?',
  ENOTFOUND: 'has a host name that does not resolve',
  EAI_AGAIN: 'has a host name that cannot be resolved now',
  ECONNRESET: 'closed the connection',
  EHOSTUNREACH: 'is on a host that cannot be reached',
  ENETUNREACH: 'is on a network that cannot be reached',
  UND_ERR_SOCKET: 'closed the connection before its answer was complete',
};
