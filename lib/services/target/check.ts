import type { TargetConfig } from '../../../agent/src/protocol.ts';
import { type AgentAnswer, askAgent, connectedAgent } from '../../data/config/agent-requests.ts';
import type { Database } from '../../data/database.ts';
import { ServiceError } from '../errors.ts';
import { answerErrors } from './answer-errors.ts';

/**
 * Lets the cluster's agent try a target document without changing traffic. Null when no agent is connected. Throws
 * `invalid` with what the agent found, `unavailable` when it is connected and does not answer.
 */
export const checkTarget = async (
  db: Database,
  cluster: { id: string; slug: string },
  config: TargetConfig,
): Promise<AgentAnswer | null> => {
  const agent = await connectedAgent(db.pool, cluster.id);
  if (agent === null) return null;
  const answer = await askAgent(db.pool, agent, { kind: 'checkTarget', target: config.id, config });
  if (answer === null)
    throw new ServiceError(
      'unavailable',
      `The agent of ${cluster.slug} is connected and did not answer in time; it may wait for the router or the metric source. Nothing was stored; try again.`,
      { reason: 'agent-silent' },
    );
  if (answer.ok) return answer;
  throw new ServiceError(
    'invalid',
    `The agent of ${cluster.slug} cannot work with this target: ${answer.detail}`,
    { reason: 'agent-refused', errors: answerErrors(answer.detail) },
  );
};
