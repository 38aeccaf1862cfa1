import { z } from 'zod';

/** Reads raw options and checks them; every fault becomes an `ArgumentError` that names the option. */
export function checkOptions<T>(schema: z.ZodType<T>, read: () => unknown): T {
  let raw: unknown;
  try {
    raw = read();
  } catch (error) {
    throw new ArgumentError(error instanceof Error ? error.message : String(error));
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ArgumentError(`--${String(issue?.path[0] ?? 'options')}: ${issue?.message ?? 'is not valid'}`);
}

/** An option that is a whole number between two bounds, written in digits. */
export function wholeNumber(min: number, max: number) {
  const message = `use a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,10}$/, message)
    .transform(Number)
    .pipe(z.int().min(min, message).max(max, message));
}

/** Wrong use of a command line; the message names the option and the fix. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}
