import { type IncidentView, linkDecisionSchema } from '../../contract/incident.ts';
import { lockNoun } from '../../data/config/lock.ts';
import { withTransaction } from '../../data/database.ts';
import { insertLinkDecision, readIncident, unknownDeployments } from '../../data/delivery/incidents.ts';
import { authorize, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { getIncident, noIncident } from './get.ts';
import { recordIncident } from './record.ts';

/**
 * A person's word about which deployment caused an incident. It is added to what was said before and never replaces
 * it; the last word counts.
 */
export const decideLink = async (
  ctx: Context,
  input: { id: string; body: unknown },
): Promise<IncidentView> => {
  authorize(ctx.actor, 'release:act');
  const { decision, deployment, instead, reason } = linkDecisionSchema.parse(input.body);
  const { id } = input;
  await withTransaction(ctx.db.pool, async (client) => {
    await lockNoun(client, 'incident', id);
    if (!(await readIncident(client, id))) throw noIncident(id);
    refuseUnknown(
      { deployment, instead },
      await unknownDeployments(client, instead === undefined ? [deployment] : [deployment, instead]),
    );
    const { kind, id: actorId, name } = ctx.actor;
    await insertLinkDecision(client, {
      incidentId: id,
      decision,
      deployment,
      instead: instead ?? null,
      by: { kind, id: actorId, name },
      reason,
    });
    await recordIncident(client, ctx, {
      action: `incident.link-${decision}`,
      id,
      reason,
      data: { deployment, instead: instead ?? null },
    });
  });
  return getIncident(ctx, { id });
};

const refuseUnknown = (
  given: { deployment: string; instead: string | undefined },
  unknown: readonly string[],
): void => {
  const errors = Object.entries(given).flatMap(([path, id]) =>
    id !== undefined && unknown.includes(id)
      ? [{ path, message: `there is no deployment "${id}"; use the id of a deployment or of its group` }]
      : [],
  );
  if (errors.length > 0)
    throw new ServiceError('invalid', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
      errors,
    });
};
