/** What a release asks of its targets, and what they answer. Every new wish gets a new generation. */
import type { Decided, Effect, Intent, Refusal, ReleaseState, TargetState } from './types.ts';

type Changed = { state: ReleaseState; effects: Effect[] };

/** Asks every target for a share. `settle` makes the new version the baseline; where nobody manages the workloads the traffic stays where it is. */
export const askAll = (state: ReleaseState, intent: Intent, basisPoints = 0): Changed =>
  ask(
    state,
    () => true,
    (target) => ({
      intent,
      basisPoints: intent === 'settle' && !target.managed ? target.wantedBasisPoints : basisPoints,
    }),
  );

/** Repeats the present wish under a new generation, for targets that failed. */
export const askAgain = (state: ReleaseState, which: (target: TargetState) => boolean): Changed =>
  ask(state, which, (target) => ({ intent: 'repeat', basisPoints: target.wantedBasisPoints }));

/** A target confirmed a wish by reading its router back. */
export const confirmTarget = (state: ReleaseState, targetId: string, generation: number): Decided => {
  const fenced = fence(state, targetId, generation);
  if ('refused' in fenced) return fenced;
  if (fenced.target.confirmed === 'yes') return refuse('no-change', 'Known already.');
  return { state: change(state, targetId, { confirmed: 'yes', failure: null }), effects: [] };
};

/** A target could not carry out a wish; it goes on trying, and the reason is shown. */
export const failTarget = (
  state: ReleaseState,
  targetId: string,
  generation: number,
  reason: string,
): Decided => {
  const fenced = fence(state, targetId, generation);
  if ('refused' in fenced) return fenced;
  if (fenced.target.failure === reason) return refuse('no-change', 'Known already.');
  return { state: change(state, targetId, { failure: reason }), effects: [] };
};

/** Contact with the agents of some targets was lost or is back. */
export const setConnected = (
  state: ReleaseState,
  targetIds: readonly string[],
  connected: boolean,
): Decided => {
  const changes = state.targets.some(
    (target) => targetIds.includes(target.id) && target.connected !== connected,
  );
  if (!changes) return refuse('no-change', 'Known already.');
  const targets = state.targets.map((target) =>
    targetIds.includes(target.id) ? { ...target, connected } : target,
  );
  return { state: { ...state, targets }, effects: [] };
};

const ask = (
  state: ReleaseState,
  which: (target: TargetState) => boolean,
  wish: (target: TargetState) => { intent: Intent; basisPoints: number },
): Changed => {
  const asked = state.targets
    .filter(which)
    .map((target) => ({ before: target, ...wish(target), generation: target.generation + 1 }));
  const effects = asked.map(
    ({ before, intent, basisPoints, generation }): Effect => ({
      type: 'set-desired',
      targetId: before.id,
      generation,
      basisPoints,
      intent,
      baseline: intent === 'settle' ? 'new' : 'old',
      canary: keepsCanary(intent, basisPoints) ? 'new' : null,
    }),
  );
  const targets = state.targets.map((target) => {
    const effect = effects.find(({ targetId }) => targetId === target.id);
    if (!effect) return target;
    return {
      ...target,
      generation: effect.generation,
      wantedBasisPoints: effect.basisPoints,
      confirmed: 'unknown' as const,
      failure: null,
    };
  });
  return { state: { ...state, targets }, effects };
};

const keepsCanary = (intent: Intent, basisPoints: number): boolean =>
  intent !== 'roll-back' && basisPoints > 0;

const change = (state: ReleaseState, targetId: string, patch: Partial<TargetState>): ReleaseState => ({
  ...state,
  targets: state.targets.map((target) => (target.id === targetId ? { ...target, ...patch } : target)),
});

const refuse = (reason: Refusal['reason'], text: string): { refused: Refusal } => ({
  refused: { reason, text },
});

const fence = (
  state: ReleaseState,
  targetId: string,
  generation: number,
): { target: TargetState } | { refused: Refusal } => {
  const target = state.targets.find(({ id }) => id === targetId);
  if (!target) return refuse('unknown-target', 'This target takes no part in the release.');
  if (target.generation !== generation)
    return refuse('stale-generation', `Generation ${generation} is not the newest, ${target.generation}.`);
  return { target };
};
