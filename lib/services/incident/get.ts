import type { IncidentView } from '../../contract/incident.ts';
import { readIncident } from '../../data/delivery/incidents.ts';
import { settleRollups } from '../../data/dora/settle.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { incidentView } from './view.ts';

/** With the links as they follow from everything that is known by now. */
export const getIncident = async (ctx: Context, { id }: { id: string }): Promise<IncidentView> => {
  authorize(ctx.actor, 'config:read');
  await settleRollups(ctx.db.pool);
  const found = await readIncident(ctx.db.pool, id);
  if (!found) throw noIncident(id);
  return incidentView(found);
};

export const noIncident = (id: string): ServiceError =>
  new ServiceError('not-found', `There is no incident "${id}".`);
