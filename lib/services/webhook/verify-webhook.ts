/** Whether a message was signed by who knows the secret of its source, lately. Each vendor has its own way. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SourceKind } from '../../domain/incident/signal.ts';

export type SignedMessage = { header: (name: string) => string | null; body: string; now: number };
/** `missing`: it carries no signature; `signature`: another one; `time`: signed too long ago, or in the future. */
export type Flaw = 'missing' | 'signature' | 'time';

/** Null when the message is genuine. Compares in constant time. */
export const webhookFlaw = (kind: SourceKind, secret: string, message: SignedMessage): Flaw | null =>
  CHECKS[kind](secret, message);

/** What makes two deliveries the same: the vendor's own id, or else the very same body. */
export const deliveryIdOf = (kind: SourceKind, { header, body }: Omit<SignedMessage, 'now'>): string => {
  const own = kind === 'standard' ? header('webhook-id') : null;
  return own === null ? createHash('sha256').update(body).digest('hex') : own.slice(0, 200);
};

const TOLERANCE_SECONDS = 5 * 60;

type Check = (secret: string, message: SignedMessage) => Flaw | null;

/** `X-PagerDuty-Signature: v1=<hex>,v1=<hex>`: several while a secret is exchanged. */
const pagerduty: Check = (secret, { header, body }) => {
  const given = header('x-pagerduty-signature');
  if (!given) return 'missing';
  return anyEqual(`v1=${hmac(secret, body, 'hex')}`, given.split(',')) ? null : 'signature';
};

/** The bare hex of the body, or of `time:body` when the contact point sends a time. */
const grafana: Check = (secret, { header, body, now }) => {
  const given = header('x-grafana-alerting-signature');
  if (!given) return 'missing';
  const time = header('x-grafana-alerting-timestamp');
  const signed = time === null ? body : `${time}:${body}`;
  if (!anyEqual(hmac(secret, signed, 'hex'), [given])) return 'signature';
  return time === null || isRecent(time, now) ? null : 'time';
};

/** Alertmanager signs nothing; it can send the secret itself. */
const alertmanager: Check = (secret, { header }) => {
  const given = header('authorization');
  if (!given) return 'missing';
  return anyEqual(`Bearer ${secret}`, [given]) ? null : 'signature';
};

/** Standard Webhooks: `v1,<base64>` of `id.time.body`, several with blanks between them. */
const standard: Check = (secret, { header, body, now }) => {
  const [id, time, given] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(header);
  if (!id || !time || !given) return 'missing';
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  if (!anyEqual(`v1,${hmac(key, `${id}.${time}.${body}`, 'base64')}`, given.split(' '))) return 'signature';
  return isRecent(time, now) ? null : 'time';
};

const CHECKS: Record<SourceKind, Check> = { pagerduty, grafana, alertmanager, standard };

const hmac = (key: string | Buffer, text: string, encoding: 'hex' | 'base64'): string =>
  createHmac('sha256', key).update(text).digest(encoding);

/** Hashes are of one length, so that neither length nor first difference shows in the time it takes. */
const anyEqual = (wanted: string, given: readonly string[]): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(wanted);
  return given.slice(0, 8).filter((text) => timingSafeEqual(expected, digest(text.trim()))).length > 0;
};

const isRecent = (seconds: string, now: number): boolean =>
  /^\d{1,12}$/.test(seconds) && Math.abs(now / 1000 - Number(seconds)) <= TOLERANCE_SECONDS;
