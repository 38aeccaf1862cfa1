import type { AgentView } from '../../contract/config.ts';
import { idSchema } from '../../contract/primitives.ts';
import { findAgent, revokeAgent as takeRight } from '../../data/agents.ts';
import { readAgents } from '../../data/config/agents.ts';
import { withTransaction } from '../../data/database.ts';
import { authorize, authorizeSomewhere, type Context } from '../context.ts';
import { ServiceError } from '../errors.ts';
import { recordConfig } from '../put-noun.ts';
import { agentView } from './view.ts';

/** Takes an agent's right to act away, for good; its connection is closed and traffic stays as it is. Repeatable. */
export const revokeAgent = async (ctx: Context, { id }: { id: string }): Promise<AgentView> => {
  authorizeSomewhere(ctx.actor, 'agent:enrol');
  if (!idSchema.safeParse(id).success) throw notFound(id);
  await withTransaction(ctx.db.pool, async (client) => {
    const agent = await findAgent(client, id);
    if (!agent) throw notFound(id);
    authorize(ctx.actor, 'agent:enrol', { environment: agent.environment });
    if (!(await takeRight(client, id))) return;
    await recordConfig(client, ctx, {
      action: 'agent.revoke',
      subject: `agent:${id}`,
      data: { cluster: agent.cluster, before: { revoked: false }, after: { revoked: true } },
    });
  });
  const [agent] = await readAgents(ctx.db.pool, { id, limit: 1 });
  if (!agent) throw notFound(id);
  return agentView(agent);
};

const notFound = (id: string): ServiceError => new ServiceError('not-found', `There is no agent ${id}.`);
