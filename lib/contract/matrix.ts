/** Which version is in charge where. */
import { z } from 'zod';
import { idSchema, slugSchema, timeSchema } from './primitives.ts';

export const versionMatrixSchema = z.object({
  cells: z.array(
    z.object({
      service: slugSchema,
      environment: slugSchema,
      version: z.string(),
      digest: z.string(),
      /** Since when, and the release that put it there; null when no release of Slipway did. */
      since: timeSchema.nullable(),
      release: idSchema.nullable(),
    }),
  ),
});
export type VersionMatrix = z.infer<typeof versionMatrixSchema>;
