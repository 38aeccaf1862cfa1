/** What a release asks of its targets, and what they answer. Every new wish gets a new generation. */
import { moved, takesPart } from './exposure.ts';
import type {
  Decided,
  Effect,
  Intent,
  Refusal,
  ReleaseEvent,
  ReleaseState,
  Stage,
  TargetState,
} from './types.ts';

type Changed = { state: ReleaseState; effects: Effect[] };

/** Asks the clusters of a step for its share; those that went back alone stay where they are. */
export const askStep = (state: ReleaseState, intent: Intent, stage: Stage): Changed =>
  ask(
    state,
    (target) => takesPart(target) && (stage.wave === null || stage.wave.clusters.includes(target.cluster)),
    () => ({ intent, basisPoints: stage.shareBasisPoints }),
  );

/** Asks every target that this release has moved to go back to the baseline. */
export const askBack = (state: ReleaseState): Changed =>
  ask(state, moved, () => ({ intent: 'roll-back', basisPoints: 0 }));

/** Some clusters go back to the baseline and take no further part; the others stay where they are. */
export const holdBack = (state: ReleaseState, clusters: readonly string[]): Changed => {
  const asked = ask(
    state,
    (target) => moved(target) && clusters.includes(target.cluster),
    () => ({ intent: 'roll-back', basisPoints: 0 }),
  );
  const ids = new Set(asked.effects.map(({ targetId }) => targetId));
  const targets = asked.state.targets.map((target) =>
    ids.has(target.id) ? { ...target, heldBack: true as const } : target,
  );
  return { state: { ...asked.state, targets }, effects: asked.effects };
};

/** The new version becomes the baseline wherever it went; where nobody manages the workloads the traffic stays where it is. */
export const askSettle = (state: ReleaseState): Changed =>
  ask(state, moved, (target) => ({
    intent: 'settle',
    basisPoints: target.managed ? 0 : target.wantedBasisPoints,
  }));

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

/** An agent looked at the side under trial. Only what it found for the newest wish counts. */
export const noteChecks = (
  state: ReleaseState,
  event: Extract<ReleaseEvent, { type: 'target-checked' }>,
  stage: Stage | null,
): Decided => {
  const fenced = fence(state, event.targetId, event.generation);
  if ('refused' in fenced) return fenced;
  const found = new Map(event.results.map(({ name, problem }) => [name, problem]));
  const problems = (stage?.checks ?? []).flatMap(({ name }) => {
    const problem = found.get(name);
    return problem === null ? [] : [`${name}: ${problem ?? 'was not run'}`];
  });
  const checked = { generation: event.generation, problems, differences: event.differences };
  const { generation, problems: before, differences } = fenced.target.checked ?? {};
  const known =
    generation === event.generation && same(before, problems) && same(differences, event.differences);
  if (known) return refuse('no-change', 'Known already.');
  return { state: change(state, event.targetId, { checked }), effects: [] };
};

const same = (a: readonly string[] | undefined, b: readonly string[]): boolean =>
  a !== undefined && a.length === b.length && a.every((text, index) => text === b[index]);

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
      canary: keepsCanary(state, before, intent, basisPoints) ? 'new' : null,
    }),
  );
  const targets = state.targets.map((target) => {
    const effect = effects.find(({ targetId }) => targetId === target.id);
    if (!effect) return target;
    const { waiting: _waiting, checked: _checked, ...known } = target;
    return {
      ...known,
      generation: effect.generation,
      wantedBasisPoints: effect.basisPoints,
      confirmed: 'unknown' as const,
      failure: null,
    };
  });
  return { state: { ...state, targets }, effects };
};

/** A side under trial is brought up before it gets traffic, so that a share of 0 may well want it. */
const keepsCanary = (
  { phase }: ReleaseState,
  { heldBack }: TargetState,
  intent: Intent,
  basisPoints: number,
): boolean => {
  if (intent === 'roll-back' || phase === 'rolling-back' || heldBack) return false;
  return intent === 'settle' ? basisPoints > 0 : true;
};

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
