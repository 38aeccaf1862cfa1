import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZodError } from 'zod';
import { ALERT_LABELS, readAlerts } from './alerts.ts';
import { mappingSchema, servicesOf, severityOf } from './mapping.ts';
import { readPagerDuty } from './pagerduty.ts';
import type { IncidentSignal } from './signal.ts';
import { readStandard } from './standard.ts';

const NOW = Date.UTC(2026, 10, 23, 12);

/** As the vendor documents it: the event names the incident, its service, urgency and priority. */
const pagerDutyEvent = (type: string, status: string, occurredAt = '2026-11-23T10:05:00.000Z') => ({
  event: {
    id: '5ac64822-4adc-4fda-ade0-410becf0de4f',
    event_type: type,
    resource_type: 'incident',
    occurred_at: occurredAt,
    agent: { id: 'PLH1HKV', type: 'user_reference', summary: 'Tex Ample' },
    client: { name: 'PagerDuty' },
    data: {
      id: 'PGR0VU2',
      type: 'incident',
      self: 'https://api.pagerduty.com/incidents/PGR0VU2',
      html_url: 'https://acme.pagerduty.com/incidents/PGR0VU2',
      number: 2,
      status,
      incident_key: 'd3640fbd41094207a1c11e58e46b1662',
      created_at: '2026-11-23T10:00:00Z',
      title: 'Checkout fails',
      service: { id: 'PF9KMXH', summary: 'Checkout API', type: 'service_reference' },
      assignees: [],
      priority: { id: 'PSO75BM', summary: 'P1', type: 'priority_reference' },
      urgency: 'high',
      resolve_reason: null,
    },
  },
});

const notification = (alerts: object[]) => ({
  version: '4',
  groupKey: '{}:{alertname="HighErrors"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'slipway',
  groupLabels: { alertname: 'HighErrors' },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager.example',
  alerts,
});
const alert = {
  status: 'firing',
  labels: { alertname: 'HighErrors', service: 'web', severity: 'critical' },
  annotations: { summary: 'Errors above 5 %' },
  startsAt: '2026-11-23T10:00:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example/graph',
  fingerprint: 'c4ca4238a0b92382',
};

describe('an event of PagerDuty', () => {
  test('opens an incident at the time it was created, with its services by id and name', () => {
    expect(readPagerDuty(pagerDutyEvent('incident.triggered', 'triggered')).signals).toEqual([
      {
        key: 'PGR0VU2',
        title: 'Checkout fails',
        occurredAt: Date.UTC(2026, 10, 23, 10, 5),
        startedAt: Date.UTC(2026, 10, 23, 10),
        resolvedAt: null,
        severity: 'P1',
        services: ['PF9KMXH', 'Checkout API'],
        link: 'https://acme.pagerduty.com/incidents/PGR0VU2',
      },
    ]);
  });

  test('ends it when it is resolved, and opens it again when it is reopened', () => {
    expect(readPagerDuty(pagerDutyEvent('incident.resolved', 'resolved')).signals[0]?.resolvedAt).toBe(
      Date.UTC(2026, 10, 23, 10, 5),
    );
    expect(readPagerDuty(pagerDutyEvent('incident.reopened', 'triggered')).signals[0]?.resolvedAt).toBeNull();
  });

  test.each(['incident.annotated', 'incident.status_update_published', 'pagey.ping', 'service.updated'])(
    'is ignored with a reason when it is %s',
    (type) => {
      const { signals, ignored } = readPagerDuty({ event: { event_type: type } });
      expect(signals).toEqual([]);
      expect(ignored).not.toBeNull();
    },
  );
});

describe('a notification of alerts', () => {
  test('is an incident for every alert and firing, with its labels', () => {
    expect(readAlerts(notification([alert]), ALERT_LABELS, NOW).signals).toEqual([
      {
        key: 'c4ca4238a0b92382@2026-11-23T10:00:00.123Z',
        title: 'Errors above 5 %',
        occurredAt: Date.UTC(2026, 10, 23, 10, 0, 0, 123),
        startedAt: Date.UTC(2026, 10, 23, 10, 0, 0, 123),
        resolvedAt: null,
        severity: 'critical',
        services: ['web'],
        link: 'http://prometheus.example/graph',
      },
    ]);
  });

  test('ends with its end, with the time it arrived when it has none, and never before it began', () => {
    const ends = (endsAt: string | undefined) =>
      readAlerts(notification([{ ...alert, status: 'resolved', endsAt }]), ALERT_LABELS, NOW).signals[0]
        ?.resolvedAt;
    expect(ends('2026-11-23T11:00:00Z')).toBe(Date.UTC(2026, 10, 23, 11));
    expect(ends(undefined)).toBe(NOW);
    expect(ends('2026-11-23T09:00:00Z')).toBe(Date.UTC(2026, 10, 23, 10, 0, 0, 123));
  });

  test('says of a resolved firing the last word', () => {
    const [open, resolved] = readAlerts(
      notification([alert, { ...alert, status: 'resolved', endsAt: '2026-11-23T11:00:00Z' }]),
      ALERT_LABELS,
      NOW,
    ).signals;
    expect(resolved?.key).toBe(open?.key);
    expect(resolved?.occurredAt).toBeGreaterThan(open?.occurredAt ?? Number.POSITIVE_INFINITY);
  });
});

describe('a message in the shape of our own', () => {
  const body = { id: 'INC-7', services: ['web'], severity: 1, startedAt: '2026-11-23T10:00:00+01:00' };

  test('is read with its offset', () => {
    expect(readStandard(body, NOW).signals[0]).toMatchObject({
      key: 'INC-7',
      severity: '1',
      startedAt: Date.UTC(2026, 10, 23, 9),
      occurredAt: NOW,
    });
  });

  test.each([
    ['startedAt', { startedAt: '2026-11-23T10:00:00' }],
    ['startedAt', { startedAt: '1999-01-01T00:00:00Z' }],
    ['resolvedAt', { resolvedAt: '2026-11-23T08:00:00+01:00' }],
    ['severity', { severity: 5 }],
    ['id', { id: 'a b' }],
  ])('is refused by its field %s', (field, change) => {
    try {
      readStandard({ ...body, ...change }, NOW);
      expect.unreachable('it was not refused');
    } catch (error) {
      expect(error).toBeInstanceOf(ZodError);
      if (error instanceof ZodError) expect(error.issues[0]?.path[0]).toBe(field);
    }
  });
});

describe('any payload', () => {
  test('is read or refused, never anything else', () => {
    const readers = [
      readPagerDuty,
      (value: unknown) => readAlerts(value, ALERT_LABELS, NOW),
      (value: unknown) => readStandard(value, NOW),
    ];
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...readers), (value, read) => {
        try {
          read(value);
        } catch (error) {
          expect(error).toBeInstanceOf(ZodError);
        }
      }),
    );
  });
});

describe('the words of a source', () => {
  const signal = { severity: null, services: ['PF9KMXH', 'Checkout API'] } as unknown as IncidentSignal;

  test('become severities by its own table first, then by the usual words, then by the default', () => {
    const mapping = mappingSchema.parse({ severities: { Critical: 2 }, severityOtherwise: 4 });
    expect(severityOf({ ...signal, severity: 'CRITICAL' }, mapping)).toBe(2);
    expect(severityOf({ ...signal, severity: 'P1' }, mapping)).toBe(1);
    expect(severityOf({ ...signal, severity: 'purple' }, mapping)).toBe(4);
    expect(severityOf(signal, mapping)).toBe(4);
  });

  test('become services of ours by table or by slug, and what leads nowhere is told', () => {
    const mapping = mappingSchema.parse({ services: { PF9KMXH: 'checkout', gone: 'no-such' } });
    const known = new Set(['checkout', 'web']);
    expect(servicesOf(signal, mapping, known)).toEqual({ found: ['checkout'], unknown: [] });
    expect(servicesOf({ ...signal, services: ['web'] }, mapping, known).found).toEqual(['web']);
    expect(servicesOf({ ...signal, services: ['gone', '__proto__'] }, mapping, known)).toEqual({
      found: [],
      unknown: ['gone', '__proto__'],
    });
  });
});
