import { CORE_SCHEMA, load } from 'js-yaml';
import { ServiceError } from '../services/errors.ts';
import { asPlainData } from './plain-data.ts';

const BYTES_MAX = 256 * 1024;
/** Read, not kept: cutting a sender off in the middle would also cut off the answer that says why. */
const BYTES_READ_MAX = 4 * BYTES_MAX;

export type Body = { value: unknown; source: string };

/**
 * Reads a JSON or YAML body of at most 256 KB as plain data. Throws `invalid` with what is wrong; an empty body is
 * `{}`. YAML has no tags and no aliases here.
 */
export const readBody = async (request: Request): Promise<Body> => {
  const source = await readText(request);
  if (source.trim() === '') return { value: {}, source };
  const type = bodyType(request.headers);
  if (type === null) throw wrongType();
  const value = type === 'json' ? parseAs('JSON', JSON.parse, source) : parseAs('YAML', loadYaml, source);
  return { value: asPlainData(value), source };
};

/** What the content type announces; null for what is not read here. */
export const bodyType = (headers: { get: (name: string) => string | null }): 'json' | 'yaml' | null => {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json' || type.endsWith('+json')) return 'json';
  return YAML_TYPES.has(type) ? 'yaml' : null;
};

export const wrongType = (): ServiceError =>
  new ServiceError('invalid', 'Send Content-Type: application/json or application/yaml.', {
    reason: 'content-type',
  });

const YAML_TYPES = new Set(['application/yaml', 'application/x-yaml', 'text/yaml']);

const loadYaml = (source: string): unknown => load(source, { schema: CORE_SCHEMA, maxAliases: 0 });

const parseAs = (name: string, parse: (source: string) => unknown, source: string): unknown => {
  try {
    return parse(source);
  } catch (error) {
    throw new ServiceError(
      'invalid',
      `The ${name} cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`,
      { reason: 'malformed' },
    );
  }
};

/** The text of a body of at most 256 KB. Throws `invalid` for a larger one. */
export const readText = async (request: Request): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      if (size <= BYTES_MAX) chunks.push(chunk);
      if (size > BYTES_READ_MAX) break;
    }
  } catch {
    throw new ServiceError('invalid', 'The body ended before it was complete.', { reason: 'malformed' });
  }
  if (size > BYTES_MAX)
    throw new ServiceError('invalid', 'The body is larger than 256 KB.', { reason: 'too-large' });
  return Buffer.concat(chunks).toString('utf8');
};
