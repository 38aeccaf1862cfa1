import stringify from 'safe-stable-stringify';
import type { z } from 'zod';
import { type IncidentView, incidentChangeSchema } from '../../contract/incident.ts';
import { lockNoun } from '../../data/config/lock.ts';
import { withTransaction } from '../../data/database.ts';
import {
  documentOf,
  type IncidentDocument,
  readIncident,
  storeIncident,
} from '../../data/delivery/incidents.ts';
import { authorize, type Context } from '../context.ts';
import { checkDocument } from './check-document.ts';
import { utc } from './create.ts';
import { getIncident, noIncident } from './get.ts';
import { recordIncident } from './record.ts';

/** Changes what is given and leaves the rest, such as `{resolvedAt}` when it is over. Nothing new leaves no entry. */
export const changeIncident = async (
  ctx: Context,
  input: { id: string; body: unknown },
): Promise<IncidentView> => {
  authorize(ctx.actor, 'release:act');
  const { reason, ...change } = incidentChangeSchema.parse(input.body);
  const { id } = input;
  await withTransaction(ctx.db.pool, async (client) => {
    await lockNoun(client, 'incident', id);
    const stored = await readIncident(client, id);
    if (!stored) throw noIncident(id);
    const before = documentOf(stored);
    const after = changed(before, change);
    if (stringify(before) === stringify(after)) return;
    await checkDocument(client, id, after, ctx.now());
    const editedFields = [...new Set([...stored.edited_fields, ...Object.keys(change)])].sort();
    await storeIncident(client, id, after, {
      source: stored.source,
      externalKey: null,
      saidAt: null,
      editedFields,
    });
    await recordIncident(client, ctx, {
      action: 'incident.change',
      id,
      reason: reason || null,
      data: { before, after },
    });
  });
  return getIncident(ctx, { id });
};

type Change = Omit<z.output<typeof incidentChangeSchema>, 'reason'>;

const changed = (before: IncidentDocument, change: Change): IncidentDocument => {
  const given = Object.fromEntries(
    Object.entries(change)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, TIMES.has(name) && typeof value === 'string' ? utc(value) : value]),
  );
  const after = { ...before, ...given };
  return { ...after, services: [...new Set(after.services)].sort() };
};

const TIMES = new Set(['startedAt', 'detectedAt', 'resolvedAt']);
