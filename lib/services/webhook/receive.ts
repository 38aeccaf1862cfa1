import { z } from 'zod';
import type { WebhookAnswer } from '../../contract/incident-source.ts';
import { lockNoun } from '../../data/config/lock.ts';
import { type Database, type Transaction, withTransaction } from '../../data/database.ts';
import {
  claimDelivery,
  countRefusal,
  type DeliveryRow,
  findIncidentSource,
  finishDelivery,
  type StoredIncidentSource,
} from '../../data/delivery/incident-sources.ts';
import { knownServices } from '../../data/delivery/incidents.ts';
import { appendLedger } from '../../data/ledger.ts';
import { openSeal } from '../../data/sealed.ts';
import { readAlerts } from '../../domain/incident/alerts.ts';
import { labelsOf } from '../../domain/incident/mapping.ts';
import { readPagerDuty } from '../../domain/incident/pagerduty.ts';
import type { IncidentSignal, Reading } from '../../domain/incident/signal.ts';
import { readStandard } from '../../domain/incident/standard.ts';
import { pathText } from '../../domain/release/plan.ts';
import { logger } from '../../log.ts';
import { webhooksTotal } from '../../telemetry.ts';
import { ServiceError } from '../errors.ts';
import { recordIncident } from '../incident/record.ts';
import { secretOf } from '../incident-source/view.ts';
import { type Applied, applySignal, incidentIdOf } from './apply-signal.ts';
import { deliveryIdOf, type Flaw, webhookFlaw } from './verify-webhook.ts';

/** A message as it came: `body` is its exact text. */
export type Delivered = {
  slug: string;
  body: string;
  header: (name: string) => string | null;
  now: number;
  requestId: string;
};

/**
 * Takes a signed message about incidents. What is not genuine is refused in one way, whatever is wrong with it; the
 * source counts it, and the ledger hears of it at most once a minute. The same message again changes nothing.
 */
export const receiveWebhook = async (db: Database, message: Delivered): Promise<WebhookAnswer> => {
  const source = await findIncidentSource(db.pool, message.slug);
  const flaw = source === null ? 'source' : await flawOf(source, message);
  if (source === null || flaw !== null) {
    await noteRefusal(db, source, message, flaw ?? 'source');
    throw new ServiceError('unauthenticated', 'The message is not signed as agreed.', {
      reason: 'signature',
    });
  }
  const answer = await store(db, source, message);
  webhooksTotal.inc({ source: source.slug, outcome: answer.outcome });
  return answer;
};

const log = logger('webhooks');

const flawOf = async (source: StoredIncidentSource, message: Delivered): Promise<Flaw | 'secret' | null> => {
  if (source.secret === null) return 'secret';
  const secret = (await openSeal()).open(source.secret, secretOf(source.slug));
  return webhookFlaw(source.kind, secret, message);
};

const noteRefusal = async (
  db: Database,
  source: StoredIncidentSource | null,
  { now, requestId }: Delivered,
  flaw: Flaw | 'source' | 'secret',
): Promise<void> => {
  webhooksTotal.inc({ source: source?.slug ?? 'unknown', outcome: 'refused' });
  log.debug({ requestId, source: source?.slug, flaw }, 'a message was refused');
  if (source === null) return;
  await withTransaction(db.pool, async (client) => {
    if (!(await countRefusal(client, source.id))) return;
    await appendLedger(client, {
      at: new Date(now),
      actor: { kind: 'token', name: source.slug },
      action: 'incident-source.refused',
      subject: `incident-source:${source.slug}`,
      reason: null,
      requestId,
      data: { flaw, refusedSoFar: source.refused + 1 },
    });
  });
};

const store = (db: Database, source: StoredIncidentSource, message: Delivered): Promise<WebhookAnswer> =>
  withTransaction(db.pool, async (client) => {
    const delivery = deliveryIdOf(source.kind, message);
    const payload = message.body.replaceAll('\0', '');
    if (!(await claimDelivery(client, { sourceId: source.id, delivery, payload })))
      return { outcome: 'duplicate', incidents: [], detail: 'this message came before' };
    const { changes, ...result } = await carryOut(client, source, message);
    await finishDelivery(client, { sourceId: source.id, delivery, ...result });
    for (const { id, before, after } of changes)
      await recordIncident(client, recorderOf(source, message), {
        action: before === null ? 'incident.create' : 'incident.change',
        id,
        data: { before, after },
      });
    return { ...result, outcome: result.outcome === 'stored' ? 'stored' : 'ignored' };
  });

const recorderOf = ({ slug }: StoredIncidentSource, { now, requestId }: Delivered) => ({
  actor: { kind: 'token', name: slug },
  now: () => now,
  requestId,
});

type Result = Pick<DeliveryRow, 'outcome' | 'detail'> & {
  incidents: string[];
  changes: NonNullable<Applied['change']>[];
};

/** A message that is genuine but not understood is kept with the reason, so that it can be looked at. */
const carryOut = async (
  client: Transaction,
  source: StoredIncidentSource,
  message: Delivered,
): Promise<Result> => {
  const read = readMessage(source, message);
  const nothing = { incidents: [], changes: [] };
  if ('problem' in read) return { ...nothing, outcome: 'refused', detail: read.problem };
  if (read.ignored !== null) return { ...nothing, outcome: 'ignored', detail: read.ignored };
  const applied = await applyAll(client, source, read.signals);
  const unknown = [...new Set(applied.flatMap((one) => one.unknown))];
  const incidents = applied.flatMap(({ incident }) => (incident === null ? [] : [incident]));
  return {
    outcome: incidents.length > 0 ? 'stored' : 'refused',
    detail: unknown.length > 0 || incidents.length === 0 ? unmapped(unknown) : null,
    incidents,
    changes: applied.flatMap(({ change }) => (change === null ? [] : [change])),
  };
};

/** All locks first, always in the same order, and the ledger's after them: two messages never wait for each other. */
const applyAll = async (
  client: Transaction,
  source: StoredIncidentSource,
  signals: readonly IncidentSignal[],
): Promise<Applied[]> => {
  const ids = new Set(signals.map((signal) => incidentIdOf(source, signal)));
  for (const id of [...ids].sort()) await lockNoun(client, 'incident', id);
  const services = await knownServices(client);
  const applied: Applied[] = [];
  for (const signal of signals) applied.push(await applySignal(client, source, signal, services));
  return applied;
};

const unmapped = (names: readonly string[]): string =>
  `No service of ours is called ${names.slice(0, 5).join(', ')}: map the name in mapping.services.`.slice(
    0,
    500,
  );

const readMessage = (
  source: StoredIncidentSource,
  { body, now }: Delivered,
): Reading | { problem: string } => {
  try {
    const payload: unknown = JSON.parse(body);
    if (source.kind === 'pagerduty') return readPagerDuty(payload);
    if (source.kind === 'standard') return readStandard(payload, now);
    return readAlerts(payload, labelsOf(source.mapping), now);
  } catch (error) {
    if (error instanceof z.ZodError)
      return {
        problem: error.issues
          .slice(0, 5)
          .map(({ path, message }) => `${pathText(path)}: ${message}`)
          .join('; ')
          .slice(0, 500),
      };
    if (error instanceof SyntaxError) return { problem: 'The body is not JSON.' };
    throw error;
  }
};
