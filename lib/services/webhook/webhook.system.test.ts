import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { getDatabase } from '../../data/database.ts';
import { createWorld } from '../../data/testing/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../data/testing/test-database.ts';
import { publishEnv } from '../../env.ts';
import { changeIncident } from '../incident/change.ts';
import { getIncident } from '../incident/get.ts';
import { listDeliveries } from '../incident-source/deliveries.ts';
import { getIncidentSource } from '../incident-source/get.ts';
import { putIncidentSource } from '../incident-source/put.ts';
import { setIncidentSourceSecret } from '../incident-source/set-secret.ts';
import { contextOf, ledgerOf, lockedOut, refusalOf } from '../testing/contexts.ts';

let database: TestDatabase;
let http: Server;
let data = '';
let origin = '';
let count = 0;
let slug = '';

beforeAll(async () => {
  database = await createTestDatabase();
  await createWorld(database);
  data = await mkdtemp(path.join(os.tmpdir(), 'slipway-data-'));
  process.env.SLIPWAY_DATA_DIR = data;
  publishEnv({ databaseUrl: database.url, sessionSecret: 'a secret of this test, long enough' });
  const { dispatcher } = await import('../../http/dispatch.ts');
  http = createServer(
    dispatcher({
      readiness: async () => ({ ready: true, parts: {} }),
      pages: async () => async (_, response) => void response.writeHead(500).end('a page'),
    }),
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address record, never a path.
  origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(async () => {
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
  await getDatabase().close();
  await database.drop();
  await rm(data, { recursive: true, force: true });
});
beforeEach(() => {
  count += 1;
  slug = `source-${count}`;
});

const operator = () => contextOf(database, 'operator');
const source = async (kind: string, secret: string, mapping: object = {}) => {
  await putIncidentSource(operator(), { slug, body: { name: 'Pager', kind, mapping }, origin });
  await setIncidentSourceSecret(operator(), { slug, body: { secret }, origin });
};
const send = async (body: string, headers: Record<string, string>, to = slug) => {
  const response = await fetch(`${origin}/api/v1/webhooks/incidents/${to}`, {
    method: 'POST',
    body,
    headers,
  });
  return { status: response.status, body: await response.json() };
};
const incident = (key: string) => getIncident(operator(), { id: `${slug}:${key}` });

const SECRET = 'pd-secret-0123456789';
const pagerDuty = (type: string, status: string, at: string, more: object = {}) =>
  JSON.stringify({
    event: {
      id: `01${type}${at}`,
      event_type: type,
      resource_type: 'incident',
      occurred_at: at,
      agent: { id: 'PLH1HKV', type: 'user_reference' },
      data: {
        id: 'PGR0VU2',
        type: 'incident',
        html_url: 'https://acme.pagerduty.com/incidents/PGR0VU2',
        number: 2,
        status,
        incident_key: 'd3640fbd',
        created_at: '2026-11-23T10:00:00Z',
        title: 'Checkout fails',
        service: { id: 'PF9KMXH', summary: 'Checkout API', type: 'service_reference' },
        priority: { id: 'PSO75BM', summary: 'P2' },
        urgency: 'high',
        ...more,
      },
    },
  });
const signed = (body: string) => ({
  'content-type': 'application/json',
  'x-pagerduty-signature': `v1=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
});
const page = (body: string) => send(body, signed(body));
const mapped = { services: { PF9KMXH: 'shop' } };

describe('messages of PagerDuty', () => {
  test('open an incident, end it and open it again, with one incident and every step in the ledger', async () => {
    await source('pagerduty', SECRET, mapped);
    expect(await page(pagerDuty('incident.triggered', 'triggered', '2026-11-23T10:00:01Z'))).toEqual({
      status: 200,
      body: { outcome: 'stored', incidents: [`${slug}:PGR0VU2`], detail: null },
    });
    expect(await incident('PGR0VU2')).toMatchObject({
      source: slug,
      services: ['shop'],
      severity: 2,
      startedAt: '2026-11-23T10:00:00.000Z',
      resolvedAt: null,
    });
    await page(pagerDuty('incident.resolved', 'resolved', '2026-11-23T10:30:00Z'));
    expect((await incident('PGR0VU2')).resolvedAt).toBe('2026-11-23T10:30:00.000Z');
    await page(pagerDuty('incident.reopened', 'triggered', '2026-11-23T10:40:00Z'));
    expect((await incident('PGR0VU2')).resolvedAt).toBeNull();
    const entries = await ledgerOf(database, `incident:${slug}:PGR0VU2`);
    expect(entries.map(({ action, actor }) => [action, actor.name])).toEqual([
      ['incident.change', slug],
      ['incident.change', slug],
      ['incident.create', slug],
    ]);
  });

  test('lead to the same incident in whatever order they come, at once or one by one', async () => {
    await source('pagerduty', SECRET, mapped);
    const bodies = [
      pagerDuty('incident.reopened', 'triggered', '2026-11-23T10:40:00Z'),
      pagerDuty('incident.triggered', 'triggered', '2026-11-23T10:00:01Z'),
      pagerDuty('incident.resolved', 'resolved', '2026-11-23T10:30:00Z'),
      pagerDuty('incident.resolved', 'resolved', '2026-11-23T10:50:00Z'),
      pagerDuty('incident.acknowledged', 'acknowledged', '2026-11-23T10:45:00Z'),
    ];
    for (const body of bodies.slice(0, 3)) await page(body);
    expect((await incident('PGR0VU2')).resolvedAt).toBeNull();
    await Promise.all(bodies.slice(3).map(page));
    expect((await incident('PGR0VU2')).resolvedAt).toBe('2026-11-23T10:50:00.000Z');
  });

  test('change nothing when they come again', async () => {
    await source('pagerduty', SECRET, mapped);
    const body = pagerDuty('incident.triggered', 'triggered', '2026-11-23T10:00:01Z');
    const answers = await Promise.all([page(body), page(body), page(body)]);
    expect(answers.map((answer) => answer.body.outcome).sort()).toEqual(['duplicate', 'duplicate', 'stored']);
    expect(await ledgerOf(database, `incident:${slug}:PGR0VU2`)).toHaveLength(1);
  });

  test('leave alone what a person has set', async () => {
    await source('pagerduty', SECRET, mapped);
    await page(pagerDuty('incident.triggered', 'triggered', '2026-11-23T10:00:01Z'));
    const id = `${slug}:PGR0VU2`;
    await changeIncident(operator(), { id, body: { startedAt: '2026-11-23T09:30:00Z', severity: 1 } });
    await page(pagerDuty('incident.resolved', 'resolved', '2026-11-23T10:30:00Z'));
    expect(await incident('PGR0VU2')).toMatchObject({
      startedAt: '2026-11-23T09:30:00.000Z',
      severity: 1,
      resolvedAt: '2026-11-23T10:30:00.000Z',
    });
  });

  test('about a service that nothing maps are kept, and the source says which name it was', async () => {
    await source('pagerduty', SECRET);
    const { body } = await page(pagerDuty('incident.triggered', 'triggered', '2026-11-23T10:00:01Z'));
    expect(body).toMatchObject({ outcome: 'ignored', incidents: [] });
    const { problem } = await getIncidentSource(operator(), { slug, origin });
    expect(problem).toMatch(/Checkout API.*mapping\.services/);
  });

  test('that cannot be read are kept as they came, with the field', async () => {
    await source('pagerduty', SECRET, mapped);
    for (const body of ['not json', pagerDuty('incident.triggered', 'triggered', 'yesterday'), '[]'])
      expect((await page(body)).body).toMatchObject({ outcome: 'ignored' });
    const { items } = await listDeliveries(operator(), { slug });
    expect(items.map(({ outcome, detail }) => [outcome, detail])).toEqual(
      expect.arrayContaining([
        ['refused', 'The body is not JSON.'],
        ['refused', expect.stringContaining('occurred_at')],
      ]),
    );
    expect(items.map(({ payload }) => payload)).toContain('not json');
  });
});

describe('messages of alerts', () => {
  const notification = (status: string, endsAt: string) =>
    JSON.stringify({
      version: '4',
      groupKey: '{}:{}',
      status,
      receiver: 'slipway',
      alerts: ['a1', 'b2'].map((fingerprint) => ({
        status,
        labels: { alertname: 'HighErrors', service: 'shop', severity: 'critical' },
        annotations: { summary: 'Errors above 5 %' },
        startsAt: '2026-11-23T10:00:00Z',
        endsAt,
        generatorURL: 'http://prometheus.example/graph',
        fingerprint,
      })),
    });
  const firing = notification('firing', '0001-01-01T00:00:00Z');
  const resolved = notification('resolved', '2026-11-23T10:20:00Z');
  const key = 'a1@2026-11-23T10:00:00.000Z';

  test('of Alertmanager are taken with the bearer token, an incident for each alert', async () => {
    await source('alertmanager', SECRET);
    const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' };
    expect((await send(firing, headers)).body.incidents).toHaveLength(2);
    await send(resolved, headers);
    expect(await incident(key)).toMatchObject({ severity: 1, resolvedAt: '2026-11-23T10:20:00.000Z' });
  });

  test('of Grafana are taken with its signature, and stay over when the firing comes late', async () => {
    await source('grafana', SECRET);
    const headers = (body: string) => ({
      'x-grafana-alerting-signature': createHmac('sha256', SECRET).update(body).digest('hex'),
    });
    await send(resolved, headers(resolved));
    await send(firing, headers(firing));
    expect((await incident(key)).resolvedAt).toBe('2026-11-23T10:20:00.000Z');
  });
});

describe('messages of a tool of one’s own', () => {
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  const message = (body: string, id: string, seconds = Math.floor(Date.now() / 1000)) => ({
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(`${id}.${seconds}.${body}`)
      .digest('base64')}`,
  });
  const body = JSON.stringify({
    id: 'INC-7',
    services: ['shop'],
    severity: 2,
    startedAt: '2026-11-23T10:00:00Z',
  });

  test('are taken once, and refused when they are old', async () => {
    await source('standard', secret);
    expect((await send(body, message(body, 'msg_1'))).body.outcome).toBe('stored');
    expect((await send(body, message(body, 'msg_1'))).body.outcome).toBe('duplicate');
    const old = Math.floor(Date.now() / 1000) - 3_600;
    expect((await send(body, message(body, 'msg_2', old))).status).toBe(401);
    expect(await incident('INC-7')).toMatchObject({ severity: 2, services: ['shop'] });
  });
});

describe('messages that are not genuine', () => {
  const body = pagerDuty('incident.triggered', 'triggered', '2026-11-23T10:00:01Z');

  test('are refused in one way, whatever is wrong with them', async () => {
    await source('pagerduty', SECRET, mapped);
    const answers = await Promise.all([
      send(body, {}),
      send(body, { 'x-pagerduty-signature': 'v1=00' }),
      send(`${body} `, signed(body)),
      send(body, signed(body), 'no-such-source'),
    ]);
    const [first] = answers;
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect({ ...answer.body, requestId: '' }).toEqual({ ...first?.body, requestId: '' });
    }
    expect(await refusalOf(incident('PGR0VU2'))).toMatchObject({ code: 'not-found' });
  });

  test('are counted one by one, and told to the ledger once a minute', async () => {
    await source('pagerduty', SECRET, mapped);
    await Promise.all(Array.from({ length: 12 }, () => send(body, {})));
    expect((await getIncidentSource(operator(), { slug, origin })).refused).toBe(12);
    const entries = await ledgerOf(database, `incident-source:${slug}`);
    expect(entries.filter(({ action }) => action === 'incident-source.refused')).toHaveLength(1);
  });

  test('are refused while a source has no secret, and when they are too large to be read', async () => {
    await putIncidentSource(operator(), { slug, body: { name: 'Pager', kind: 'pagerduty' }, origin });
    expect((await send(body, signed(body))).status).toBe(401);
    const large = 'x'.repeat(300_000);
    expect((await send(large, signed(large))).status).toBe(413);
  });
});

describe('an incident source', () => {
  test('shows its secret once, when it is made, and keeps it sealed', async () => {
    await putIncidentSource(operator(), { slug, body: { name: 'Own', kind: 'standard' }, origin });
    const made = await setIncidentSourceSecret(operator(), { slug, body: {}, origin });
    expect(made.secret).toMatch(/^whsec_/);
    expect(made.url).toBe(`${origin}/api/v1/webhooks/incidents/${slug}`);
    const { rows } = await database.pool.query('SELECT * FROM incident_source WHERE slug = $1', [slug]);
    const view = await getIncidentSource(operator(), { slug, origin });
    const told = JSON.stringify([rows, view, await ledgerOf(database, `incident-source:${slug}`)]);
    expect(told).not.toContain(made.secret);
    expect(view.hasSecret).toBe(true);
  });

  test('wants the secret of PagerDuty, which makes its own', async () => {
    await putIncidentSource(operator(), { slug, body: { name: 'Pager', kind: 'pagerduty' }, origin });
    const refused = setIncidentSourceSecret(operator(), { slug, body: {}, origin });
    expect((await refusalOf(refused)).paths).toEqual(['secret']);
  });

  test.each([
    ['kind', { kind: 'opsgenie' }],
    ['mapping.services.API', { mapping: { services: { API: 'shp' } } }],
    ['mapping.severities.P1', { mapping: { severities: { P1: 9 } } }],
    ['mapping.serviceLabels[0]', { mapping: { serviceLabels: ['a b'] } }],
  ])('is refused by its field %s', async (field, change) => {
    const body = { name: 'Pager', kind: 'pagerduty', ...change };
    expect((await refusalOf(putIncidentSource(operator(), { slug, body, origin }))).paths).toEqual([field]);
  });

  test('is not for a viewer to declare, and nothing is looked up to say so', async () => {
    const input = { slug, body: {}, origin };
    expect(await refusalOf(putIncidentSource(lockedOut(), input))).toMatchObject({ code: 'forbidden' });
    expect(await refusalOf(setIncidentSourceSecret(lockedOut(), input))).toMatchObject({ code: 'forbidden' });
  });
});
