/** The `source` of a target document with driver `prometheus`. */
import { z } from 'zod';
import { durationSeconds } from '../../duration.ts';
import { labelSchema, queriesSchema, trackNamesSchema } from '../query-fields.ts';
import { sourceAddressSchema } from '../source-address.ts';

export const prometheusConfigSchema = z.strictObject({
  driver: z.literal('prometheus'),
  /** Base address; a path prefix is kept, `/api/v1/query` is added. */
  url: sourceAddressSchema.refine(
    (url) => !url.includes('?'),
    'must be the base address, without a query (?...)',
  ),
  every: durationSeconds({ secondsMin: 0.2, secondsMax: 3_600 }).prefault('5s'),
  /**
   * One selector per metric of the service, and `requests`; `$track` stands for the track's name. `started` may select
   * the second at which each process began.
   */
  queries: queriesSchema,
  trackNames: trackNamesSchema,
  /** The label of requests and errors that names the route; each of the heaviest routes is counted by itself. */
  routes: labelSchema.optional(),
  /** The label of errors that tells failures apart, such as the status or the exception. */
  fingerprints: labelSchema.optional(),
  /** Absolute path, on the agent's machine, of a file that holds a bearer token; read anew for every request. */
  bearerTokenFile: z.string().max(1_000).startsWith('/', 'write an absolute path').optional(),
});
export type PrometheusConfig = z.output<typeof prometheusConfigSchema>;
