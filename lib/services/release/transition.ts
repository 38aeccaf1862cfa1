import { type Database, type Transaction, withTransaction } from '../../data/database.ts';
import { type LoadedRelease, loadRelease, recordTransition } from '../../data/releases.ts';

import { decide } from '../../domain/release/decide.ts';
import type { Refusal, ReleaseEvent, ReleaseState } from '../../domain/release/types.ts';
import { desiredOf } from './desired.ts';

export type TransitionInput = {
  releaseId: string;
  /** Milliseconds; becomes the event's recorded time. */
  now: number;
  requestId: string | null;
  /** Refuses with `stale` when somebody was faster; left out, the newest state is used. */
  expectedVersion?: number | undefined;
  /** The event to try, made from the state under lock; null to leave everything as it is. */
  event: (release: LoadedRelease) => ReleaseEvent | null;
  /** A fact to be noted before the event is tried; then it is recorded instead, and the answer is `noted`. */
  fact?: (client: Transaction, release: LoadedRelease) => Promise<ReleaseEvent | null>;
};

export type TransitionResult =
  | { kind: 'done' | 'noted'; stateVersion: number; state: ReleaseState }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'stale' }
  | { kind: 'missing' }
  | { kind: 'nothing' };

/**
 * The one way a release changes: load under lock, decide, and write state, event, ledger, wishes and the wake-up in
 * one transaction. Nothing is written when the event is refused.
 */
export const transition = (db: Database, input: TransitionInput): Promise<TransitionResult> =>
  withTransaction(db.pool, async (client) => {
    const release = await loadRelease(client, input.releaseId, { forUpdate: true });
    if (!release) return { kind: 'missing' };
    if (input.expectedVersion !== undefined && input.expectedVersion !== release.stateVersion)
      return { kind: 'stale' };
    const fact = (await input.fact?.(client, release)) ?? null;
    const event = fact ?? input.event(release);
    if (!event) return { kind: 'nothing' };
    const decided = decide(release.state, event, release.plan, input.now);
    if ('refused' in decided) return { kind: 'refused', refusal: decided.refused };
    const context = {
      releaseId: release.id,
      plan: release.plan,
      stageIndex: decided.state.stageIndex,
      version: release.version,
      baseline: release.baseline,
    };
    const stateVersion = await recordTransition(client, {
      release,
      expectedVersion: release.stateVersion,
      state: decided.state,
      dueAt: dueAfter(decided.state, input.now),
      event,
      desired: decided.effects.map((effect) => ({
        targetId: effect.targetId,
        generation: effect.generation,
        desired: desiredOf(effect, context),
      })),
      ledger: LEDGER_SILENT.has(event.type)
        ? null
        : {
            action: `release.${event.type}`,
            reason: 'reason' in event ? event.reason : null,
            requestId: input.requestId,
          },
      at: input.now,
    });
    return { kind: fact ? 'noted' : 'done', stateVersion, state: decided.state };
  });

/** Facts that the release's own record holds already; the ledger is for acts. */
const LEDGER_SILENT = new Set<ReleaseEvent['type']>(['target-applied', 'target-failed', 'target-checked']);

/** When the engine must look again: at once while the analysis runs, at the end of the undo window while it waits. */
export const dueAfter = (state: ReleaseState, now: number): number | null => {
  if (state.outcome !== null) return null;
  if (state.queued) return state.queued.dueAt;
  return state.phase === 'rolling-back' ? null : now;
};
