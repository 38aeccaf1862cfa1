import type { Database } from '../data/database.ts';
import { dueDesired, markSent } from '../data/outbox.ts';
import { logger } from '../log.ts';
import type { AgentHub } from './agent-hub.ts';

const WISHES_MAX = 500;

export type Delivery = {
  /** Sends what is due for agents held here; `targetIds` narrows to what a notice named. */
  run: (targetIds?: readonly string[]) => Promise<void>;
  stop: () => void;
};

/**
 * Carries wishes from the outbox to the agents this process holds. A notice makes it fast; the sweep every second is
 * the truth. A wish stays in the outbox until its agent has confirmed it, and is repeated meanwhile.
 */
export const startDelivery = (db: Database, hub: AgentHub, sweepMs = 1_000): Delivery => {
  const log = logger('deliver');
  const run = async (targetIds?: readonly string[]): Promise<void> => {
    const agentIds = targetIds ? hub.serving(targetIds) : hub.ids();
    const due = await dueDesired(db.pool, { agentIds, ...(targetIds ? { targetIds } : {}) }, WISHES_MAX);
    const sent = due.filter(({ agentId, desired }) => {
      const connection = hub.get(agentId);
      if (connection) hub.send(connection, 'desired', desired);
      return connection !== undefined;
    });
    await markSent(db.pool, sent);
  };
  const timer = setInterval(() => {
    run().catch((error: unknown) =>
      log.warn({ err: error }, 'the sweep of the outbox failed; the next one follows'),
    );
  }, sweepMs);
  return { run, stop: () => clearInterval(timer) };
};
