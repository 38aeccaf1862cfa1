import { z } from 'zod';
import { heard, type IncidentSignal, ignore, linkOf, type Reading, shortText, timeOf } from './signal.ts';

/** Which labels of an alert name the service and the severity; the first that an alert has is taken. */
export type AlertLabels = { service: readonly string[]; severity: readonly string[] };
export const ALERT_LABELS: AlertLabels = {
  service: ['service', 'app', 'job'],
  severity: ['severity', 'priority'],
};

/**
 * A notification of Alertmanager (version 4), or of Grafana, which has the same alerts in it. Every time an alert
 * fires is an incident of its own: its fingerprint with the time it began. Throws `ZodError` for another shape.
 */
export const readAlerts = (payload: unknown, labels: AlertLabels, receivedAt: number): Reading => {
  const { alerts } = notificationSchema.parse(payload);
  if (alerts.length === 0) return ignore('it holds no alert');
  return heard(alerts.map((alert) => toSignal(alert, labels, receivedAt)));
};

type Alert = z.infer<typeof alertSchema>;

const toSignal = (alert: Alert, labels: AlertLabels, receivedAt: number): IncidentSignal => {
  const first = (names: readonly string[]): string | undefined =>
    names.map((name) => alert.labels[name]).find((value) => value !== undefined && value !== '');
  const service = first(labels.service);
  const resolved = alert.status === 'resolved';
  const endedAt = alert.endsAt ?? receivedAt;
  return {
    key: `${alert.fingerprint}@${new Date(alert.startsAt).toISOString()}`,
    title: (alert.annotations.summary ?? alert.labels.alertname ?? 'Alert').slice(0, 300),
    // A firing that was over is never open again: the next one has another beginning.
    occurredAt: resolved ? LAST : alert.startsAt,
    startedAt: alert.startsAt,
    resolvedAt: resolved ? Math.max(endedAt, alert.startsAt) : null,
    severity: first(labels.severity) ?? null,
    services: service === undefined ? [] : [service],
    link: alert.generatorURL,
  };
};

const LAST = Date.UTC(2100);

/** "No end yet" is written as the year 1. */
const endSchema = z.union([
  z
    .string()
    .regex(/^0001-/)
    .transform(() => null),
  timeOf,
]);

const alertSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), shortText(300)),
  annotations: z.record(z.string(), shortText(1_000)).default({}),
  startsAt: timeOf,
  endsAt: endSchema.nullish().transform((end) => end ?? null),
  generatorURL: linkOf,
  fingerprint: z.string().regex(/^[\w-]{1,64}$/, 'use the fingerprint of the alert'),
});

const notificationSchema = z.object({ alerts: z.array(alertSchema).max(500, 'send at most 500 alerts') });
