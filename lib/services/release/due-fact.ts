import { readFreezeWindows } from '../../data/config/freezes.ts';
import type { Queryable } from '../../data/database.ts';
import { newestRevision } from '../../data/promotion.ts';
import type { LoadedRelease } from '../../data/releases.ts';
import { freezeEvent } from '../../domain/policy/freeze-fact.ts';
import { dueEvent, ENGINE } from '../../domain/release/gates.ts';
import type { ReleaseEvent } from '../../domain/release/types.ts';

/**
 * What became true around a release and is not in its state yet: an approval too old, a newer plan, a freeze. To be
 * noted before anything that may raise exposure is tried, under the same lock.
 */
export const dueFact = async (
  client: Queryable,
  release: LoadedRelease,
  now: number,
): Promise<ReleaseEvent | null> => {
  const { state, plan, planRevision } = release;
  if (state.outcome !== null) return null;
  const due = state.phase === 'pending' ? dueEvent(state, plan, null, now) : null;
  if (due?.type === 'approval-expired') return due;
  if (state.phase === 'pending' && state.governance && !state.superseded) {
    const newest = await newestRevision(client, planRevision.id);
    if (newest !== null && newest > planRevision.revision) {
      const by = `The plan "${planRevision.name}" has revision ${newest} since; this start was made with revision ${planRevision.revision}`;
      return { type: 'superseded', actor: ENGINE, by };
    }
  }
  const place = { service: release.service.slug, environment: release.environment.slug };
  return freezeEvent(state, await readFreezeWindows(client), place, now);
};
