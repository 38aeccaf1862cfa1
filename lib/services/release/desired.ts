import { type Desired, PROTOCOL_VERSION } from '../../../agent/src/protocol.ts';
import type { Effect, Plan, Stage } from '../../domain/release/types.ts';

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
  const stage = context.plan.stages[context.stageIndex];
  return {
    v: PROTOCOL_VERSION,
    target: effect.targetId,
    generation: effect.generation,
    release: settled ? null : context.releaseId,
    stage: settled ? null : (stage?.name ?? null),
    intent: effect.intent,
    basisPoints: effect.basisPoints,
    baseline: effect.baseline === 'new' ? context.version : context.baseline,
    canary: effect.canary === null ? null : context.version,
    contactLoss: settled
      ? { afterSeconds: policy.afterSeconds, then: 'hold', neverAfterSeconds: null }
      : policy,
    ...proofOf(effect, stage),
    drainSeconds: stage?.drainSeconds ?? 0,
  };
};

/** What the agent must look at on the side under trial; an agent that cannot refuses the wish instead of leaving it out. */
const proofOf = (effect: Effect, stage: Stage | undefined): Pick<Desired, 'critical' | 'proof'> => {
  const asked = stage && effect.canary !== null && (stage.checks.length > 0 || stage.parity !== 'off');
  return asked
    ? { critical: ['proof'], proof: { checks: stage.checks, parity: stage.parity !== 'off' } }
    : { critical: [], proof: null };
};
