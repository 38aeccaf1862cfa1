import { ServiceError } from '../services/errors.ts';

const NODES_MAX = 20_000;
const DEPTH_MAX = 64;
/** PostgreSQL keeps no NUL and no half of a surrogate pair in text, however they were written. */
const UNKEEPABLE = /\0|\p{Surrogate}/u;

/**
 * The same value when it is data that can be walked, compared and kept: at most 20,000 values, 64 levels, whole
 * characters. Throws `invalid` otherwise. Walks without recursion, since depth is the sender's choice.
 */
export const asPlainData = (root: unknown): unknown => {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    count += 1;
    if (count > NODES_MAX) throw tooLarge(`The document has more than ${NODES_MAX} values.`);
    if (depth > DEPTH_MAX) throw tooLarge(`The document is nested deeper than ${DEPTH_MAX} levels.`);
    if (typeof value === 'string') refuseUnkeepable(value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        refuseUnkeepable(key);
        open.push({ value: inner, depth: depth + 1 });
      }
  }
  return root;
};

/** False for text that the database cannot keep. */
export const isKeepable = (text: string): boolean => !UNKEEPABLE.test(text);

const refuseUnkeepable = (text: string): void => {
  if (isKeepable(text)) return;
  throw new ServiceError('invalid', 'A text holds a NUL or half of a character; remove it.', {
    reason: 'malformed',
  });
};

const tooLarge = (message: string): ServiceError =>
  new ServiceError('invalid', message, { reason: 'too-large' });
