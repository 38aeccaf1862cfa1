/** Facts of releases for tests of retrospectives: played through the state machine, so that every record is possible. */
import { decide } from '../../release/decide.ts';
import { createdEvent, planOf } from '../../release/testing.ts';
import type { Actor, Plan, ReleaseEvent, ReleaseState } from '../../release/types.ts';
import type { RecordedFact, RetrospectiveFacts } from '../facts.ts';

export const START = Date.UTC(2026, 10, 23, 9);

/** A record in the making: `offer` keeps an event when the state machine accepts it. */
export const recorder = (plan: Plan = planOf(), created: ReleaseEvent = createdEvent()) => {
  let now = START;
  let state: ReleaseState | null = null;
  const events: RecordedFact[] = [];
  const offer = (event: ReleaseEvent): boolean => {
    const decided = decide(state, event, plan, now);
    if ('refused' in decided) return false;
    state = decided.state;
    events.push({ sequence: events.length + 1, at: now, event });
    return true;
  };
  offer(created);
  return {
    offer,
    events,
    plan,
    now: () => now,
    state: (): ReleaseState => {
      if (!state) throw new Error('the release was not created');
      return state;
    },
    wait: (seconds: number) => {
      now += seconds * 1_000;
    },
    confirmAll: () => {
      for (const { id, generation, confirmed } of state?.targets ?? [])
        if (confirmed !== 'yes')
          offer({
            type: 'target-applied',
            actor: { kind: 'agent', id: 'a-1', name: 'eu-west' },
            targetId: id,
            generation,
            seenBasisPoints: null,
          });
    },
  };
};
export type Recorder = ReturnType<typeof recorder>;

/** What a service would gather for the record. Throws while the release is not finished. */
export const factsOf = (record: Recorder, change: Partial<RetrospectiveFacts> = {}): RetrospectiveFacts => {
  const state = record.state();
  if (state.outcome === null) throw new Error('the release is not finished');
  return {
    release: {
      id: 'a1b2c3d4-0000-4000-8000-000000000000',
      service: { slug: 'shop', name: 'Shop' },
      environment: { slug: 'prod', name: 'Production' },
      version: '1.2.0',
      baselineVersion: '1.1.0',
      planRevision: 3,
      reason: null,
      createdAt: START,
      finishedAt: record.now(),
    },
    plan: record.plan,
    state: { ...state, outcome: state.outcome },
    events: record.events,
    traffic: { canary: { requests: 1_000, errors: 110 }, baseline: { requests: 19_000, errors: 190 } },
    people: null,
    accounts: [],
    incidents: [],
    commits: [],
    ...change,
  };
};

export const human = (name: string, role: 'operator' | 'approver' = 'operator'): Actor => ({
  kind: 'person',
  id: name,
  name,
  role,
});
