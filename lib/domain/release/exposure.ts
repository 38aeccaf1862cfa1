/** How much traffic a release has, and whether that would rise. */
import type { Plan, ReleaseState, Stage, TargetState } from './types.ts';

/** The largest share any target was asked for, basis points. A wish counts as exposure until it is known not to be. */
export const exposureBasisPoints = (state: ReleaseState): number =>
  state.targets.reduce((largest, target) => Math.max(largest, target.wantedBasisPoints), 0);

/** True while the canary may have traffic: something was commanded and a return to the baseline is not confirmed. */
export const hasExposure = (state: ReleaseState): boolean => state.outcome === null && state.stageIndex >= 0;

export const currentStage = (state: ReleaseState, plan: Plan): Stage | null =>
  plan.stages[state.stageIndex] ?? null;
export const nextStage = (state: ReleaseState, plan: Plan): Stage | null =>
  plan.stages[state.stageIndex + 1] ?? null;
export const isLastStage = (state: ReleaseState, plan: Plan): boolean =>
  state.stageIndex === plan.stages.length - 1;

/** Has this release asked something of this target that stands? */
export const moved = (target: TargetState): boolean => !target.waiting && !target.heldBack;
/** May this release still ask something of this target? */
export const takesPart = (target: TargetState): boolean => !target.heldBack;

/** The clusters that were asked and have not confirmed. */
export const unconfirmed = (state: ReleaseState): string[] =>
  state.targets
    .filter((target) => !target.waiting && target.confirmed !== 'yes')
    .map((target) => target.cluster);
export const disconnected = (state: ReleaseState): string[] =>
  state.targets.filter((target) => !target.connected).map((target) => target.cluster);
