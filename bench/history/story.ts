/** One made-up release from start to end, told to the domain itself: what `decide` refuses is not part of it. */
import { chainEvent, type NewEvent } from '../../lib/data/release-events.ts';
import { decide } from '../../lib/domain/release/decide.ts';
import { ENGINE } from '../../lib/domain/release/gates.ts';
import type { Actor, ReleaseEvent, ReleaseState } from '../../lib/domain/release/types.ts';
import { PEOPLE, type Place, type SeedPlan } from './nouns.ts';
import type { Chance } from './random.ts';
import type { Verdicts } from './verdicts.ts';

export type Ending = 'released' | 'judged-bad' | 'taken-back' | 'cancelled';
export type Story = {
  id: string;
  startedBy: Actor;
  reason: string | null;
  state: ReleaseState;
  events: NewEvent[];
  createdAt: number;
  finishedAt: number;
};

const REASONS = [
  'Weekly release',
  'Fixes rounding of prices',
  'Faster search for long lists',
  'Raises the memory limit',
  'New payment provider behind a switch',
  'Library update',
  'Smaller images on the front page',
  null,
];
const WORRIES = ['support hears complaints', 'dashboards look odd', 'wrong build', 'payments time out'];

type Telling = {
  place: Place;
  plan: SeedPlan;
  chance: Chance;
  verdicts: Verdicts;
  /** The newest generation of each target. */
  generations: Map<string, number>;
  startsAt: number;
  ending: Ending;
  id: string;
};

export const tellStory = (telling: Telling): Story => {
  const { place, chance, generations, ending } = telling;
  const person = chance.of(PEOPLE);
  const reason = chance.of(REASONS);
  const teller = tellerOf(telling);
  teller.say({
    type: 'created',
    actor: person,
    targets: place.targets.map(({ id, cluster }) => ({
      id,
      cluster,
      generation: generations.get(id) ?? 0,
      connected: true,
      managed: false,
    })),
    approvalsNeeded: 0,
    undoSeconds: 0,
    reason,
  });
  tellStages(telling, teller, person);
  const { state, events, now } = teller.told();
  for (const target of state.targets) generations.set(target.id, target.generation);
  if (state.outcome === null) throw new Error(`a release does not come to ${ending}`);
  const createdAt = telling.startsAt;
  return {
    id: telling.id,
    startedBy: person,
    reason,
    state,
    events,
    createdAt,
    finishedAt: now,
  };
};

const tellStages = ({ plan, chance, ending, verdicts }: Telling, teller: Teller, person: Actor): void => {
  const last = plan.plan.stages.length - 1;
  const fatal = ending === 'released' ? last + 1 : chance.between(0, last);
  for (const [index, stage] of plan.plan.stages.entries()) {
    teller.wait(2);
    teller.apply();
    if (index === fatal) {
      tellEnd(ending, chance, verdicts, teller);
      return;
    }
    if (index === last) {
      teller.wait(stage.watchSeconds + 1);
      teller.say({ type: 'watch-finished', actor: ENGINE, verdict: null });
      return;
    }
    teller.wait(stage.bakeSecondsMin + chance.between(5, 600));
    const verdict = { ...chance.of(verdicts.good), at: teller.told().now };
    if (teller.told().state.lastDecision !== 'advance')
      teller.say({ type: 'verdict', actor: ENGINE, verdict });
    if (stage.gate === 'manual') teller.say({ type: 'advance', actor: person, reason: null });
    else {
      if (stage.gate === 'approval')
        teller.say({ type: 'approve', actor: chance.of(PEOPLE), reason: 'looks good' });
      teller.say({ type: 'gate-passed', actor: ENGINE, gate: stage.gate, verdict });
    }
  }
};

const tellEnd = (ending: Ending, chance: Chance, verdicts: Verdicts, teller: Teller): void => {
  teller.wait(chance.between(20, 300));
  const actor = chance.of(PEOPLE);
  if (ending === 'judged-bad')
    teller.say({
      type: 'verdict',
      actor: ENGINE,
      verdict: { ...chance.of(verdicts.bad), at: teller.told().now },
    });
  else
    teller.say({ type: ending === 'taken-back' ? 'rollback' : 'cancel', actor, reason: chance.of(WORRIES) });
  teller.wait(1);
  teller.apply();
};

type Teller = {
  say: (event: ReleaseEvent) => void;
  wait: (seconds: number) => void;
  /** Every target carries out what was asked of it. */
  apply: () => void;
  told: () => { state: ReleaseState; events: NewEvent[]; now: number };
};

const tellerOf = ({ plan, startsAt, id }: Telling): Teller => {
  const events: NewEvent[] = [];
  let state: ReleaseState | null = null;
  let now = startsAt;
  const say = (event: ReleaseEvent): void => {
    const decided = decide(state, event, plan.plan, now);
    if ('refused' in decided) throw new Error(`${event.type}: ${decided.refused.text}`);
    state = decided.state;
    events.push(chainEvent(id, events.length + 1, now, event, events.at(-1)?.hash ?? null));
  };
  const told = () => {
    if (state === null) throw new Error('nothing was told yet');
    return { state, events, now };
  };
  return {
    say,
    told,
    wait: (seconds) => {
      now += seconds * 1_000;
    },
    apply: () => {
      for (const { id: targetId, cluster, generation, confirmed } of told().state.targets) {
        if (confirmed === 'yes') continue;
        const actor: Actor = { kind: 'agent', id: `seed-${cluster}`, name: cluster };
        say({ type: 'target-applied', actor, targetId, generation, seenBasisPoints: null });
        now += 150;
      }
    },
  };
};
