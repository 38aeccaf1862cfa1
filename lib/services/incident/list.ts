import { z } from 'zod';
import { type IncidentView, incidentListQuerySchema } from '../../contract/incident.ts';
import { type Page, toPage } from '../../data/config/page.ts';
import { type IncidentPlace, readIncidents } from '../../data/delivery/incidents.ts';
import { settleRollups } from '../../data/dora/settle.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { incidentView } from './view.ts';

/** A page of incidents, those that began last first. */
export const listIncidents = async (ctx: Context, input: unknown = {}): Promise<Page<IncidentView>> => {
  authorize(ctx.actor, 'config:read');
  const { cursor, limit, service, state } = incidentListQuerySchema.parse(input);
  const after = cursor === undefined ? null : readCursor(cursor);
  await settleRollups(ctx.db.pool);
  const rows = await readIncidents(ctx.db.pool, { service, state, after, limit: limit + 1 });
  return toPage(rows.map(incidentView), limit, ({ startedAt, id }) =>
    Buffer.from(JSON.stringify([startedAt, id])).toString('base64url'),
  );
};

const cursorSchema = z.tuple([z.iso.datetime({ offset: true }), z.string().max(200)]);

const readCursor = (cursor: string): IncidentPlace => {
  try {
    const [startedAt, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { startedAt: new Date(startedAt), id };
  } catch {
    const message = 'use the cursor of the page before, as it was';
    throw new ServiceError('invalid', `cursor: ${message}`, { errors: [{ path: 'cursor', message }] });
  }
};
