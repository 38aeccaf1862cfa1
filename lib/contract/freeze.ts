/** Freeze windows: what `PUT` takes and what `GET` answers. */
import { z } from 'zod';
import { freezeDocumentSchema } from '../domain/policy/freeze-document.ts';
import { pageOf, slugSchema, timeSchema } from './primitives.ts';

export const freezePutSchema = freezeDocumentSchema;
export const freezeSchema = freezeDocumentSchema.extend({
  slug: slugSchema,
  /** Does it hold now? */
  active: z.boolean(),
  /** When it begins or ends next; null when neither is near. */
  nextChangeAt: timeSchema.nullable(),
  /** The next moment at which no window at all freezes what this one is about; null when none is near. */
  nextOpenAt: timeSchema.nullable(),
  updatedAt: timeSchema,
});
export type FreezeView = z.infer<typeof freezeSchema>;
export const freezesSchema = pageOf(freezeSchema);
