import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SOURCE_KINDS } from '../../domain/incident/signal.ts';
import { deliveryIdOf, webhookFlaw } from './verify-webhook.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const SECRET = 'the secret of this source';
const BODY = '{"event":{"id":"1"}}';
const hex = (text: string, secret = SECRET) => createHmac('sha256', secret).update(text).digest('hex');
const base64 = (text: string, secret: string | Buffer) =>
  createHmac('sha256', secret).update(text).digest('base64');

const message = (headers: Record<string, string>, body = BODY, now = NOW) => ({
  header: (name: string) => headers[name] ?? null,
  body,
  now,
});
const seconds = String(NOW / 1000);

describe('a signed message', () => {
  test('of PagerDuty is genuine when one of its signatures is', () => {
    const header = { 'x-pagerduty-signature': `v1=${hex(BODY, 'old')},v1=${hex(BODY)}` };
    expect(webhookFlaw('pagerduty', SECRET, message(header))).toBeNull();
    expect(webhookFlaw('pagerduty', SECRET, message(header, `${BODY} `))).toBe('signature');
    expect(webhookFlaw('pagerduty', SECRET, message({ 'x-pagerduty-signature': hex(BODY) }))).toBe(
      'signature',
    );
  });

  test('of Grafana is genuine with the bare hex, or with a time that is signed too', () => {
    expect(webhookFlaw('grafana', SECRET, message({ 'x-grafana-alerting-signature': hex(BODY) }))).toBeNull();
    const timed = {
      'x-grafana-alerting-signature': hex(`${seconds}:${BODY}`),
      'x-grafana-alerting-timestamp': seconds,
    };
    expect(webhookFlaw('grafana', SECRET, message(timed))).toBeNull();
    expect(webhookFlaw('grafana', SECRET, message(timed, BODY, NOW + 6 * 60_000))).toBe('time');
    const { 'x-grafana-alerting-timestamp': _, ...stripped } = timed;
    expect(webhookFlaw('grafana', SECRET, message(stripped))).toBe('signature');
  });

  test('of Alertmanager carries the secret as its bearer token', () => {
    expect(webhookFlaw('alertmanager', SECRET, message({ authorization: `Bearer ${SECRET}` }))).toBeNull();
    expect(webhookFlaw('alertmanager', SECRET, message({ authorization: `bearer ${SECRET}x` }))).toBe(
      'signature',
    );
  });

  test('as Standard Webhooks describes it is genuine for five minutes around its time', () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    const secret = `whsec_${key.toString('base64')}`;
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,AAAA v1,${base64(`msg_1.${seconds}.${BODY}`, key)}`,
    };
    for (const drift of [-299_000, 0, 299_000])
      expect(webhookFlaw('standard', secret, message(headers, BODY, NOW + drift))).toBeNull();
    for (const drift of [-301_000, 301_000])
      expect(webhookFlaw('standard', secret, message(headers, BODY, NOW + drift))).toBe('time');
    expect(webhookFlaw('standard', secret, message({ ...headers, 'webhook-id': 'msg_2' }))).toBe('signature');
    expect(deliveryIdOf('standard', message(headers))).toBe('msg_1');
  });

  test('without a signature is never genuine, of whatever kind', () => {
    for (const kind of SOURCE_KINDS) expect(webhookFlaw(kind, SECRET, message({}))).toBe('missing');
  });

  test('is never genuine by chance, whatever the headers say', () => {
    const names = [
      'x-pagerduty-signature',
      'x-grafana-alerting-signature',
      'authorization',
      'webhook-signature',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...SOURCE_KINDS), fc.string(), (kind, given) => {
        const headers = Object.fromEntries(names.map((name) => [name, given]));
        const all = { ...headers, 'webhook-id': 'a', 'webhook-timestamp': seconds };
        expect(webhookFlaw(kind, SECRET, message(all))).not.toBeNull();
      }),
    );
  });

  test('is the same delivery when its body is the same', () => {
    expect(deliveryIdOf('pagerduty', message({}))).toBe(deliveryIdOf('pagerduty', message({})));
    expect(deliveryIdOf('pagerduty', message({}, 'x'))).not.toBe(deliveryIdOf('pagerduty', message({})));
  });
});
