import { z } from 'zod';
import { slugSchema } from './primitives.ts';

/** What every list takes: `cursor` is `next` of the page before. */
export const pageQuerySchema = z.strictObject({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
export type PageQuery = z.input<typeof pageQuerySchema>;

export const versionListQuerySchema = pageQuerySchema.extend({ service: slugSchema });
export const targetListQuerySchema = pageQuerySchema.extend({
  service: slugSchema.optional(),
  cluster: slugSchema.optional(),
});
export const ledgerQuerySchema = pageQuerySchema.extend({ subject: z.string().max(300).optional() });
