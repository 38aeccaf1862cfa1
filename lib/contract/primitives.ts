/** Building blocks of the API's shapes. Times are RFC 3339 with offset, shares percent, durations seconds. */
import { z } from 'zod';

export const slugSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'use 1 to 63 lower-case letters, digits and dashes, starting and ending with a letter or digit',
  );
export const idSchema = z.uuid();
export const timeSchema = z.iso.datetime({ offset: true });
export const shareSchema = z.number().min(0).max(100).multipleOf(0.01);
/** Text that the database can keep: without NUL and halves of characters. */
export const textSchema = z
  .string()
  .regex(/^[^\0\p{Surrogate}]*$/u, 'remove the characters that are not text: NUL or half a character');
export const reasonSchema = textSchema.trim().max(1_000);
export const versionNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/,
    'use letters, digits and . _ + -, at most 128, starting with a letter or digit',
  );

/** A page of a list; `next` is the cursor of the following page, null at the end. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

/** RFC 9457 problem details; `errors[].path` names the field of a refused body. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  reason: z.string().optional(),
  requestId: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  current: z.unknown().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
