import { randomUUID } from 'node:crypto';
import stringify from 'safe-stable-stringify';
import type { z } from 'zod';
import { type IncidentView, incidentCreateSchema } from '../../contract/incident.ts';
import { lockNoun } from '../../data/config/lock.ts';
import { withTransaction } from '../../data/database.ts';
import {
  documentOf,
  type IncidentDocument,
  readIncident,
  storeIncident,
} from '../../data/delivery/incidents.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { checkDocument } from './check-document.ts';
import { getIncident } from './get.ts';
import { recordIncident } from './record.ts';

/** Stores a new incident. The same one again, by its id, changes nothing; another one under that id is a conflict. */
export const createIncident = async (
  ctx: Context,
  input: unknown,
): Promise<{ created: boolean; value: IncidentView }> => {
  authorize(ctx.actor, 'release:act');
  const { id = randomUUID(), ...given } = incidentCreateSchema.parse(input);
  const document = toDocument(given);
  await checkDocument(ctx.db.pool, id, document, ctx.now());
  const created = await withTransaction(ctx.db.pool, async (client) => {
    await lockNoun(client, 'incident', id);
    const before = await readIncident(client, id);
    if (before) {
      if (stringify(documentOf(before)) === stringify(document)) return false;
      throw alreadyThere(id);
    }
    await storeIncident(client, id, document, {
      source: 'api',
      externalKey: null,
      saidAt: null,
      editedFields: [],
    });
    await recordIncident(client, ctx, {
      action: 'incident.create',
      id,
      data: { before: null, after: document },
    });
    return true;
  });
  return { created, value: await getIncident(ctx, { id }) };
};

const toDocument = (given: Omit<z.output<typeof incidentCreateSchema>, 'id'>): IncidentDocument => ({
  title: given.title ?? null,
  url: given.url ?? null,
  services: [...new Set(given.services)].sort(),
  severity: given.severity,
  startedAt: utc(given.startedAt),
  detectedAt: given.detectedAt === null ? null : utc(given.detectedAt),
  resolvedAt: given.resolvedAt === null ? null : utc(given.resolvedAt),
  causedBy: given.causedBy,
  cause: given.cause,
  duplicateOf: given.duplicateOf,
  drill: given.drill,
});

/** The same moment, written in one way. */
export const utc = (time: string): string => new Date(time).toISOString();

const alreadyThere = (id: string): ServiceError =>
  new ServiceError(
    'conflict',
    `There is another incident "${id}" already: change it with PATCH /api/v1/incidents/${encodeURIComponent(id)}, or use another id.`,
    { reason: 'exists' },
  );
