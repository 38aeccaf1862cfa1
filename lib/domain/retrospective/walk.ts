import { decide } from '../release/decide.ts';
import type { Plan, ReleaseState } from '../release/types.ts';
import type { RecordedFact } from './facts.ts';

/** A recorded event between the states around it. */
export type Walked = RecordedFact & { before: ReleaseState | null; after: ReleaseState };

/** Folds the record once and keeps what stood around each event. An event that would be refused leaves the state. */
export const walk = (events: readonly RecordedFact[], plan: Plan): Walked[] => {
  let state: ReleaseState | null = null;
  return events.flatMap((fact) => {
    const before: ReleaseState | null = state;
    const decided = decide(before, fact.event, plan, fact.at);
    if (!('refused' in decided)) state = decided.state;
    return state ? [{ ...fact, before, after: state }] : [];
  });
};

/** The event that sent the traffic back, or ended a release that had none; null when it was released. */
export const decisionOf = (walked: readonly Walked[]): Walked | null =>
  walked.find(({ before, after }) => after.phase === 'rolling-back' && before?.phase !== 'rolling-back') ??
  walked.find(({ after }) => after.outcome === 'cancelled' || after.outcome === 'rolled-back') ??
  null;

/** The event with which the release ended; null while it has not. */
export const endOf = (walked: readonly Walked[]): Walked | null =>
  walked.find(({ after }) => after.outcome !== null) ?? null;

/** When the first stage was commanded; null for a release that never had traffic. */
export const firstExposureAt = (walked: readonly Walked[]): number | null =>
  walked.find(({ after }) => after.stageIndex >= 0)?.at ?? null;
