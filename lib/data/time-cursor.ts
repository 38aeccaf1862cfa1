/** Where a page of a list sorted by time and id ended. */
import { z } from 'zod';

export type TimeCursor = { at: Date; id: string };

export const writeTimeCursor = (at: Date, id: string): string =>
  Buffer.from(`${at.getTime()}.${id}`).toString('base64url');

/** Null for a cursor that is none, which begins at the newest. */
export const readTimeCursor = (cursor: string | undefined): TimeCursor | null => {
  if (!cursor) return null;
  const parsed = cursorSchema.safeParse(Buffer.from(cursor, 'base64url').toString().split('.'));
  return parsed.success ? { at: new Date(parsed.data[0]), id: parsed.data[1] } : null;
};

const cursorSchema = z.tuple([z.coerce.number().int().min(0).max(8_640_000_000_000_000), z.uuid()]);
