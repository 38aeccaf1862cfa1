/** Tools that send their incidents as signed messages. */
import { z } from 'zod';
import { mappingSchema } from '../domain/incident/mapping.ts';
import { SOURCE_KINDS } from '../domain/incident/signal.ts';
import { pageOf, slugSchema, timeSchema } from './primitives.ts';

const secretSchema = z
  .string()
  .regex(/^[\x21-\x7e]{16,200}$/, 'use 16 to 200 letters, digits and signs without blanks');

export const incidentSourcePutSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  kind: z.enum(SOURCE_KINDS),
  mapping: mappingSchema.prefault({}),
});

/** PagerDuty makes the secret itself: give it here. Left out: a new one is made. */
export const incidentSourceSecretSchema = z.strictObject({ secret: secretSchema.optional() });

export const incidentSourceSchema = incidentSourcePutSchema.extend({
  slug: slugSchema,
  /** Where the tool sends to. */
  url: z.string(),
  hasSecret: z.boolean(),
  /** The last genuine message. */
  receivedAt: timeSchema.nullable(),
  /** What was wrong with it, or with what it named; null when all was understood. */
  problem: z.string().nullable(),
  /** Messages that were not genuine. */
  refused: z.number().int(),
  refusedAt: timeSchema.nullable(),
  updatedAt: timeSchema,
});
export type IncidentSourceView = z.infer<typeof incidentSourceSchema>;
export const incidentSourcesSchema = pageOf(incidentSourceSchema);

/** The only answer that holds the secret. */
export const incidentSourceSecretViewSchema = z.object({
  slug: slugSchema,
  url: z.string(),
  secret: z.string(),
});
export type IncidentSourceSecret = z.infer<typeof incidentSourceSecretViewSchema>;

export const deliverySchema = z.object({
  delivery: z.string(),
  receivedAt: timeSchema,
  outcome: z.enum(['stored', 'ignored', 'refused']),
  detail: z.string().nullable(),
  incidents: z.array(z.string()),
  /** As it came; null once it was thrown away after 90 days. */
  payload: z.string().nullable(),
});
export type DeliveryView = z.infer<typeof deliverySchema>;
export const deliveriesSchema = pageOf(deliverySchema);

export const webhookAnswerSchema = z.object({
  outcome: z.enum(['stored', 'ignored', 'duplicate']),
  incidents: z.array(z.string()),
  detail: z.string().nullable(),
});
export type WebhookAnswer = z.infer<typeof webhookAnswerSchema>;
