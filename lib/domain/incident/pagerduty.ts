import { z } from 'zod';
import { heard, ignore, linkOf, type Reading, shortText, timeOf } from './signal.ts';

/** A version 3 webhook of PagerDuty: one event about one incident. Throws `ZodError` for another shape. */
export const readPagerDuty = (payload: unknown): Reading => {
  const { event } = envelopeSchema.parse(payload);
  if (event.event_type === 'pagey.ping') return ignore('a test of the connection');
  if (!STATES.has(event.event_type)) return ignore(`${event.event_type.slice(0, 60)} changes no incident`);
  const { data, occurred_at: occurredAt } = eventSchema.parse(event);
  const { service } = data;
  return heard([
    {
      key: data.id,
      title: data.title,
      occurredAt,
      startedAt: data.created_at,
      resolvedAt: data.status === 'resolved' ? Math.max(occurredAt, data.created_at) : null,
      severity: data.priority?.summary ?? data.urgency ?? null,
      services: service ? [service.id, ...(service.summary ? [service.summary] : [])] : [],
      link: data.html_url,
    },
  ]);
};

/** Notes, responders and status updates say nothing about when it began, ended, or how bad it is. */
const STATES = new Set([
  'incident.triggered',
  'incident.acknowledged',
  'incident.unacknowledged',
  'incident.delegated',
  'incident.escalated',
  'incident.reassigned',
  'incident.priority_updated',
  'incident.service_updated',
  'incident.reopened',
  'incident.resolved',
]);

const envelopeSchema = z.object({ event: z.looseObject({ event_type: z.string() }) });

const eventSchema = z.object({
  occurred_at: timeOf,
  data: z.object({
    id: z.string().regex(/^[A-Za-z0-9]{1,64}$/, 'use the id of an incident'),
    title: shortText(300).catch('Incident'),
    status: z.enum(['triggered', 'acknowledged', 'resolved']),
    created_at: timeOf,
    html_url: linkOf,
    urgency: shortText(40).nullish(),
    priority: z.object({ summary: shortText(40) }).nullish(),
    service: z.object({ id: shortText(64), summary: shortText(200).nullish() }).nullish(),
  }),
});
