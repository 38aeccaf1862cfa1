import type { IncomingMessage } from 'node:http';
import type { ZodType } from 'zod';

const bodyBytesMax = 16 * 1024;

/** The request cannot be served as it is; `message` names the field and the fix. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly code: number;

  constructor(message: string, code = 400) {
    super(message);
    this.code = code;
  }
}

/** Reads and parses a JSON body. Throws `BadRequest` for an oversized body, bad JSON or a wrong field. */
export async function readJson<T>(request: IncomingMessage, schema: ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(parseJson(await readText(request)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadRequest(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'is not valid'}`);
}

/** Who sends the request: the `x-user-id` header, else the `uid` cookie, else nobody. */
export function userOf(request: IncomingMessage): string | null {
  const header = request.headers['x-user-id'];
  const cookie = /(?:^|;\s*)uid=([^;\s]+)/.exec(request.headers.cookie ?? '')?.[1];
  const user = (typeof header === 'string' ? header : undefined) ?? cookie;
  return user !== undefined && user !== '' && user.length <= 64 ? user : null;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Left intact when the loop ends early and read to its end unkept, else the sender would never see the refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > bodyBytesMax) break;
    chunks.push(buffer);
  }
  if (bytes > bodyBytesMax) {
    request.resume();
    throw new BadRequest(`body: send at most ${bodyBytesMax} bytes`, 413);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest('body: send JSON');
  }
}
