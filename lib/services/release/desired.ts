import { type Desired, PROTOCOL_VERSION } from '../../../agent/src/protocol.ts';
import type { Effect, Plan } from '../../domain/release/types.ts';

export type Artifact = { version: string; digest: string };
export type DesiredContext = {
  releaseId: string;
  plan: Plan;
  stageIndex: number;
  version: Artifact;
  baseline: Artifact | null;
};

/**
 * An effect of the engine as the message an agent gets. After `settle` the target belongs to no release, so that an
 * agent which loses contact later never falls back to the version that was replaced.
 */
export const desiredOf = (effect: Effect, context: DesiredContext): Desired => {
  const settled = effect.intent === 'settle';
  const policy = context.plan.whenContactIsLost;
  return {
    v: PROTOCOL_VERSION,
    target: effect.targetId,
    generation: effect.generation,
    release: settled ? null : context.releaseId,
    stage: settled ? null : (context.plan.stages[context.stageIndex]?.name ?? null),
    intent: effect.intent,
    basisPoints: effect.basisPoints,
    baseline: effect.baseline === 'new' ? context.version : context.baseline,
    canary: effect.canary === null ? null : context.version,
    contactLoss: settled
      ? { afterSeconds: policy.afterSeconds, then: 'hold', neverAfterSeconds: null }
      : policy,
    critical: [],
  };
};
