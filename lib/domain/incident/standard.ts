import { z } from 'zod';
import { heard, linkOf, type Reading, shortText, timeOf } from './signal.ts';

/**
 * The shape for tools of one's own, sent as a Standard Webhook. `updatedAt` orders what is said about one incident; a
 * sender without it has to keep the order itself.
 */
export const standardIncidentSchema = z
  .strictObject({
    id: z.string().regex(/^[\w.:@/-]{1,200}$/, 'use 1 to 200 letters, digits and . _ : @ / -'),
    title: shortText(300).default('Incident'),
    services: z.array(shortText(200)).max(100).default([]),
    severity: z.union([z.number().int().min(1).max(4), shortText(40)]).nullish(),
    startedAt: timeOf,
    resolvedAt: timeOf.nullish(),
    updatedAt: timeOf.optional(),
    link: linkOf,
  })
  .refine(({ startedAt, resolvedAt }) => resolvedAt == null || resolvedAt >= startedAt, {
    path: ['resolvedAt'],
    message: 'it ends before it begins; check both times',
  });

/** Throws `ZodError` for another shape. */
export const readStandard = (payload: unknown, receivedAt: number): Reading => {
  const incident = standardIncidentSchema.parse(payload);
  return heard([
    {
      key: incident.id,
      title: incident.title,
      occurredAt: incident.updatedAt ?? receivedAt,
      startedAt: incident.startedAt,
      resolvedAt: incident.resolvedAt ?? null,
      severity: incident.severity == null ? null : String(incident.severity),
      services: incident.services,
      link: incident.link,
    },
  ]);
};
