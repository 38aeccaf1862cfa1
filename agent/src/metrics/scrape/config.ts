/** The `source` of a target document with driver `scrape`. */
import { z } from 'zod';
import { durationSeconds } from '../../duration.ts';
import { labelSchema, queriesSchema, trackNamesSchema } from '../query-fields.ts';
import { sourceAddressSchema } from '../source-address.ts';

const endpoints = z
  .array(sourceAddressSchema, { error: 'list the addresses of the metrics pages' })
  .min(1, 'list at least one address')
  .max(100, 'list at most 100 addresses')
  .refine((urls) => new Set(urls).size === urls.length, 'lists an address twice');

export const scrapeConfigSchema = z.strictObject({
  driver: z.literal('scrape'),
  every: durationSeconds({ secondsMin: 0.2, secondsMax: 3_600 }).prefault('5s'),
  /** The metrics pages of every instance; both tracks are needed, since one is compared with the other. */
  endpoints: z.strictObject(
    { canary: endpoints, baseline: endpoints },
    { error: 'name canary and baseline' },
  ),
  /** One selector per metric of the service, and `requests`; `started` may select the second a process began. */
  metrics: queriesSchema,
  trackNames: trackNamesSchema,
  /** The label of requests and errors that names the route; each of the heaviest routes is counted by itself. */
  routes: labelSchema.optional(),
  /** The label of errors that tells failures apart, such as the status or the exception. */
  fingerprints: labelSchema.optional(),
});
export type ScrapeConfig = z.output<typeof scrapeConfigSchema>;
