import { CORE_SCHEMA, load } from 'js-yaml';
import { ServiceError } from '../services/errors.ts';

const BYTES_MAX = 256 * 1024;
const NODES_MAX = 20_000;

export type Body = { value: unknown; source: string };

/** Reads a JSON or YAML body of at most 256 KB. Throws `invalid` with what is wrong; an empty body is `{}`. */
export const readBody = async (request: Request): Promise<Body> => {
  const source = await readLimited(request);
  if (source.trim() === '') return { value: {}, source };
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json' || type.endsWith('+json'))
    return { value: keepable(parseJson(source)), source };
  if (type === 'application/yaml' || type === 'application/x-yaml' || type === 'text/yaml')
    return { value: keepable(parseYaml(source)), source };
  throw new ServiceError('invalid', 'Send Content-Type: application/json or application/yaml.', {
    reason: 'content-type',
  });
};

/** YAML as plain data: no tags, no aliases, no more nodes than a person would write. */
export const parseYaml = (source: string): unknown => {
  let value: unknown;
  try {
    value = load(source, { schema: CORE_SCHEMA, maxAliases: 0 });
  } catch (error) {
    throw new ServiceError(
      'invalid',
      `The YAML cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`,
      { reason: 'malformed' },
    );
  }
  if (countNodes(value) > NODES_MAX)
    throw new ServiceError('invalid', `The document has more than ${NODES_MAX} values.`, {
      reason: 'too-large',
    });
  return value;
};

const parseJson = (source: string): unknown => {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new ServiceError(
      'invalid',
      `The JSON cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`,
      { reason: 'malformed' },
    );
  }
};

const readLimited = async (request: Request): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > BYTES_MAX)
      throw new ServiceError('invalid', 'The body is larger than 256 KB.', { reason: 'too-large' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** PostgreSQL keeps no NUL and no half of a surrogate pair in text, however they were written. */
const UNKEEPABLE = /\0|\p{Surrogate}/u;

const keepable = (value: unknown): unknown => {
  if (textsOf(value).some((text) => UNKEEPABLE.test(text)))
    throw new ServiceError('invalid', 'A text holds a NUL or half of a character; remove it.', {
      reason: 'malformed',
    });
  return value;
};

const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]);
};

const countNodes = (value: unknown): number => {
  let count = 0;
  const stack: unknown[] = [value];
  while (stack.length > 0 && count <= NODES_MAX) {
    const next = stack.pop();
    count += 1;
    if (typeof next === 'object' && next !== null) stack.push(...Object.values(next));
  }
  return count;
};
