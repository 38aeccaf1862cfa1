import type { z } from 'zod';
import { ServiceError } from './errors.ts';

/** Parses one named part of a verb's input, such as the slug in an address. Throws `invalid` with `name` as its path. */
export const parseField = <T extends z.ZodType>(name: string, schema: T, value: unknown): z.output<T> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ message }) => ({ path: name, message }));
  throw new ServiceError('invalid', errors.map(({ message }) => `${name}: ${message}`).join('; '), {
    errors,
  });
};
