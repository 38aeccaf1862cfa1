import { recordApplied } from '../../data/agents.ts';
import type { Database } from '../../data/database.ts';
import { activeReleaseOfTarget } from '../../data/releases.ts';
import type { Actor, ReleaseEvent } from '../../domain/release/types.ts';
import { transition } from './transition.ts';

/** What an agent says became of one wish; `agentId` comes from the session, never from the message. */
export type TargetReport = {
  agentId: string;
  cluster: string;
  targetId: string;
  generation: number;
  outcome: 'applied' | 'refused' | 'superseded' | 'failed';
  reason: string | null;
  seenBasisPoints: number | null;
};

/**
 * Stores the report and tells the target's active release, if there is one. `known` when it says nothing new: a
 * repeated or late report changes nothing. The caller has checked that the target belongs to the agent.
 */
export const recordTargetReport = async (
  db: Database,
  report: TargetReport,
  now: number,
): Promise<'recorded' | 'known'> => {
  const stored = report.outcome === 'applied' ? await recordApplied(db.pool, report, now) : false;
  const releaseId = await activeReleaseOfTarget(db.pool, report.targetId);
  const event = eventOf(report);
  if (!releaseId || !event) return stored ? 'recorded' : 'known';
  const result = await transition(db, { releaseId, now, requestId: null, event: () => event });
  return stored || result.kind === 'done' ? 'recorded' : 'known';
};

const eventOf = (report: TargetReport): ReleaseEvent | null => {
  const actor: Actor = { kind: 'agent', id: report.agentId, name: report.cluster };
  const { targetId, generation, seenBasisPoints } = report;
  switch (report.outcome) {
    case 'applied':
      return { type: 'target-applied', actor, targetId, generation, seenBasisPoints };
    case 'refused':
    case 'failed':
      return {
        type: 'target-failed',
        actor,
        targetId,
        generation,
        reason: report.reason ?? 'the agent gave no reason',
      };
    case 'superseded':
      return null;
  }
};

/** What an agent found on the side under trial. `known` when it says nothing new or nobody asks any more. */
export const recordTargetCheck = async (
  db: Database,
  found: Omit<Extract<ReleaseEvent, { type: 'target-checked' }>, 'type' | 'actor'> & {
    agentId: string;
    cluster: string;
  },
  now: number,
): Promise<'recorded' | 'known'> => {
  const { agentId, cluster, ...check } = found;
  const releaseId = await activeReleaseOfTarget(db.pool, check.targetId);
  if (!releaseId) return 'known';
  const actor: Actor = { kind: 'agent', id: agentId, name: cluster };
  const event: ReleaseEvent = { type: 'target-checked', actor, ...check };
  const result = await transition(db, { releaseId, now, requestId: null, event: () => event });
  return result.kind === 'done' ? 'recorded' : 'known';
};
