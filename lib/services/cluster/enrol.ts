import type { z } from 'zod';
import { newSecret, secretHash } from '../../auth/secrets.ts';
import type { enrolmentSchema } from '../../contract/config.ts';
import { slugSchema } from '../../contract/primitives.ts';
import { createEnrolment as insertEnrolment } from '../../data/agents.ts';
import { findCluster } from '../../data/config/clusters.ts';
import { withTransaction } from '../../data/database.ts';
import { authorize, authorizeSomewhere, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { parseField } from '../parse-field.ts';
import { recordConfig } from '../put-noun.ts';

const LIFETIME_SECONDS = 15 * 60;

/**
 * A token that enrols one agent in this cluster, once, within 15 minutes, and the command to run beside the router.
 * Only this answer holds the token. `origin` is the address under which the agent will find the server.
 */
export const createEnrolment = async (
  ctx: Context,
  input: { cluster: string; origin: string },
): Promise<z.infer<typeof enrolmentSchema>> => {
  authorizeSomewhere(ctx.actor, 'agent:enrol');
  const slug = parseField('cluster', slugSchema, input.cluster);
  const token = newSecret('enr_');
  const expiresAt = await withTransaction(ctx.db.pool, async (client) => {
    const cluster = await findCluster(client, slug);
    if (!cluster)
      throw new ServiceError(
        'not-found',
        `There is no cluster "${slug}"; create it with PUT /api/v1/clusters/${slug}.`,
      );
    authorize(ctx.actor, 'agent:enrol', { environment: cluster.document.environment });
    const end = await insertEnrolment(client, {
      clusterId: cluster.id,
      tokenHash: secretHash(token),
      createdBy: ctx.actor.name,
      lifetimeSeconds: LIFETIME_SECONDS,
    });
    await recordConfig(client, ctx, {
      action: 'cluster.enrolment',
      subject: `cluster:${slug}`,
      data: { expiresAt: end.toISOString() },
    });
    return end;
  });
  return { token, expiresAt: expiresAt.toISOString(), command: commandOf(input.origin, slug, token) };
};

const commandOf = (origin: string, cluster: string, token: string): string =>
  `npx slipway agent run --server ${origin} --cluster ${cluster} --token ${token} --state .slipway/agent-${cluster}`;
