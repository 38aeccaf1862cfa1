/** Incidents: what broke, when, for whom, and which deployment caused it. */
import { z } from 'zod';
import { pageQuerySchema } from './page.ts';
import { pageOf, reasonSchema, slugSchema, textSchema, timeSchema } from './primitives.ts';

const idSchema = z.string().regex(/^[\w.:@/+-]{1,200}$/, 'use 1 to 200 letters, digits and . _ : @ / + -');
const momentSchema = z.iso
  .datetime({ offset: true, error: 'use a time with its offset, such as 2026-03-01T12:00:00Z', abort: true })
  .refine((time) => /^20/.test(time), 'use a time from 2000 to 2099');
const linkSchema = z
  .url({ protocol: /^https?$/, error: 'use an address that begins with https://' })
  .max(2_000);

const fields = {
  title: textSchema.trim().min(1).max(300),
  url: linkSchema,
  services: z.array(slugSchema).max(100),
  /** 1 (worst) to 4. */
  severity: z.number().int().min(1, 'use 1 (worst) to 4').max(4, 'use 1 (worst) to 4'),
  /** When people began to feel it. */
  startedAt: momentSchema,
  detectedAt: momentSchema,
  /** Null: it is open. */
  resolvedAt: momentSchema,
  /** Ids of deployments or groups; when given, nothing else is asked. */
  causedBy: z.array(idSchema).max(50),
  cause: z.enum(['external']),
  /** The incident that this one repeats. */
  duplicateOf: idSchema,
  drill: z.boolean(),
};

export const incidentCreateSchema = z.strictObject({
  /** Left out: it gets one. */
  id: idSchema.optional(),
  title: fields.title.optional(),
  url: fields.url.optional(),
  services: fields.services,
  severity: fields.severity,
  startedAt: fields.startedAt,
  detectedAt: fields.detectedAt.nullable().default(null),
  resolvedAt: fields.resolvedAt.nullable().default(null),
  causedBy: fields.causedBy.default([]),
  cause: fields.cause.nullable().default(null),
  duplicateOf: fields.duplicateOf.nullable().default(null),
  drill: fields.drill.default(false),
});

/** What is left out stays as it is. */
export const incidentChangeSchema = z
  .strictObject({
    title: fields.title.nullable(),
    url: fields.url.nullable(),
    services: fields.services,
    severity: fields.severity,
    startedAt: fields.startedAt,
    detectedAt: fields.detectedAt.nullable(),
    resolvedAt: fields.resolvedAt.nullable(),
    causedBy: fields.causedBy,
    cause: fields.cause.nullable(),
    duplicateOf: fields.duplicateOf.nullable(),
    drill: fields.drill,
    reason: reasonSchema,
  })
  .partial();

export const linkDecisionSchema = z
  .strictObject({
    decision: z.enum(['confirm', 'change', 'reject']),
    /** The deployment that is confirmed, replaced or rejected. */
    deployment: idSchema,
    /** Of a change: the deployment that caused it instead. */
    instead: idSchema.optional(),
    reason: reasonSchema.min(1, 'say why; it is kept with the decision'),
  })
  .superRefine(({ decision, deployment, instead }, context) => {
    const issue = (message: string) => context.addIssue({ code: 'custom', path: ['instead'], message });
    if (decision === 'change' && instead === undefined) issue('name the deployment that caused it instead');
    if (decision !== 'change' && instead !== undefined)
      issue('only a change names another deployment; leave it out');
    if (instead !== undefined && instead === deployment)
      issue('it is the same deployment; confirm it, or name another');
  });

export const incidentSchema = z.object({
  id: z.string(),
  /** Who told us: api, csv, or the slug of a source of messages. */
  source: z.string(),
  title: z.string().nullable(),
  url: z.string().nullable(),
  services: z.array(z.string()),
  severity: z.number().int(),
  startedAt: timeSchema,
  detectedAt: timeSchema.nullable(),
  resolvedAt: timeSchema.nullable(),
  causedBy: z.array(z.string()),
  cause: z.string().nullable(),
  duplicateOf: z.string().nullable(),
  drill: z.boolean(),
  /** What the rules say: linked deployments, or why none is looked for. Null while nothing was computed yet. */
  links: z.object({ deployments: z.array(z.string()), skipped: z.string().nullable() }).nullable(),
  decisions: z.array(
    z.object({
      decision: z.enum(['confirm', 'change', 'reject']),
      deployment: z.string(),
      instead: z.string().nullable(),
      by: z.string(),
      reason: z.string(),
      at: timeSchema,
    }),
  ),
  updatedAt: timeSchema,
});
export type IncidentView = z.infer<typeof incidentSchema>;
export const incidentsSchema = pageOf(incidentSchema);

export const incidentListQuerySchema = pageQuerySchema.extend({
  service: slugSchema.optional(),
  state: z.enum(['open', 'resolved']).optional(),
});
