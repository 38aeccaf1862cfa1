import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_ACTIONS, actionsFor } from './actions.ts';
import { checkProblems } from './checks.ts';
import { decide } from './decide.ts';
import { currentStage, hasExposure } from './exposure.ts';
import { dueEvent, gateHolds } from './gates.ts';
import { type RecordedEvent, replay } from './replay.ts';
import { rollbackIsBarred } from './schemas.ts';
import { agent, createdEvent, engine, person, planOf, target, verdictOf } from './testing.ts';
import type { Actor, Effect, Governance, Plan, ReleaseEvent, ReleaseState } from './types.ts';

/**
 * Random histories against the invariants of the engine. A step is a person's act, an answer of an agent (also late,
 * repeated or invented), a verdict, a lost or returned agent, a tick of the clock, or a forged engine event.
 */
const RISING = ['created', 'approve', 'advance', 'undo-window-closed', 'gate-passed'];
const names = { service: 'shop', environment: 'prod', version: '2', baselineVersion: '1' };

type Tick = { kind: 'tick'; seconds: number };
type Step = { kind: 'event'; make: (state: ReleaseState, now: number) => ReleaseEvent } | Tick;

const role = fc.constantFrom('viewer', 'operator', 'approver', 'administrator') as fc.Arbitrary<
  'viewer' | 'operator' | 'approver' | 'administrator'
>;
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('tick' as const), seconds: fc.integer({ min: 0, max: 400 }) }),
  },
  {
    weight: 5,
    arbitrary: fc
      .record({ type: fc.constantFrom(...ALL_ACTIONS), role, name: fc.constantFrom('ana', 'ben') })
      .map(
        ({ type, role, name }): Step => ({
          kind: 'event',
          make: () => ({ type, actor: person(role, name), reason: null }),
        }),
      ),
  },
  {
    weight: 6,
    arbitrary: fc
      .record({
        index: fc.integer({ min: 0, max: 3 }),
        back: fc.integer({ min: -1, max: 2 }),
        fails: fc.boolean(),
      })
      .map(
        ({ index, back, fails }): Step => ({
          kind: 'event',
          make: (state) => {
            const chosen = state.targets[index];
            const at = {
              actor: agent,
              targetId: chosen?.id ?? 'invented',
              generation: (chosen?.generation ?? 0) - back,
            };
            return fails && back === 0 && index === 3
              ? { type: 'target-failed', ...at, reason: 'unreachable' }
              : { type: 'target-applied', ...at, seenBasisPoints: null };
          },
        }),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        decision: fc.constantFrom('advance', 'hold', 'hold', 'rollback') as fc.Arbitrary<
          'advance' | 'hold' | 'rollback'
        >,
        age: fc.integer({ min: 0, max: 60 }),
      })
      .map(
        ({ decision, age }): Step => ({
          kind: 'event',
          make: (_s, now) => ({
            type: 'verdict',
            actor: engine,
            verdict: verdictOf(decision, now - age * 1_000),
          }),
        }),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ index: fc.integer({ min: 0, max: 2 }), well: fc.boolean(), late: fc.boolean() })
      .map(
        ({ index, well, late }): Step => ({
          kind: 'event',
          make: (state) => ({
            type: 'target-checked',
            actor: agent,
            targetId: state.targets[index]?.id ?? 'invented',
            generation: (state.targets[index]?.generation ?? 0) - (late ? 1 : 0),
            results: [{ name: 'smoke', problem: well ? null : 'answered 500' }],
            differences: [],
          }),
        }),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('t0', 't1', 't2').map(
      (cluster): Step => ({
        kind: 'event',
        make: (_s, now) => ({
          type: 'cluster-verdict',
          actor: engine,
          clusters: [cluster],
          verdict: verdictOf('rollback', now),
        }),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('freeze-began', 'freeze-ended', 'freeze-ended', 'approval-expired', 'superseded')
      .map(
        (type): Step => ({
          kind: 'event',
          make: (_s, now): ReleaseEvent => {
            if (type === 'freeze-began')
              return {
                type,
                actor: engine,
                frozen: { window: 'xmas', name: 'Christmas', until: now + 60_000 },
              };
            if (type === 'superseded') return { type, actor: engine, by: 'The plan has a newer revision' };
            return { type: type === 'freeze-ended' ? 'freeze-ended' : 'approval-expired', actor: engine };
          },
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('agent-lost' as const, 'agent-back' as const)
      .map((type): Step => ({ kind: 'event', make: () => ({ type, actor: engine, targetIds: ['t0'] }) })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('gate-passed', 'undo-window-closed', 'watch-finished', 'bake-overdue').map(
      (type): Step => ({
        kind: 'event',
        make: (_s, now): ReleaseEvent => {
          const verdict = verdictOf('hold', now);
          if (type === 'gate-passed') return { type, actor: engine, gate: 'evidence', verdict };
          if (type === 'undo-window-closed') return { type, actor: engine };
          return {
            type: type === 'watch-finished' ? 'watch-finished' : 'bake-overdue',
            actor: engine,
            verdict,
          };
        },
      }),
    ),
  },
);

const SCHEMAS = {
  environment: 13,
  canary: { oldest: 13, newest: 14 },
  baseline: { oldest: 12, newest: 13 },
};

const setup = fc.record({
  plan: fc.constantFrom(
    planOf(),
    planOf({ rollback: { automatic: false, onAgentLost: 'hold' } }),
    planOf({ rollback: { onAgentLost: 'rollback' } }),
    planOf({
      stages: [
        { name: 'a', share: 0.1, gate: 'manual' },
        { name: 'b', share: 50, gate: 'approval' },
        { name: 'c', share: 60, gate: 'bake', bake: { min: '30s' } },
      ],
    }),
    planOf({
      waves: [
        { name: 'one', clusters: ['t0'], soak: '30s' },
        { name: 'rest', clusters: ['t1', 't2'] },
      ],
      rollback: { onBadCluster: 'wave' },
    }),
    planOf({
      strategy: 'blue-green',
      stages: undefined,
      blueGreen: { checks: [{ name: 'smoke', path: '/healthz' }], warm: '60s', schema: 14 },
    }),
  ),
  targets: fc.integer({ min: 1, max: 3 }),
  approvalsNeeded: fc.integer({ min: 0, max: 2 }),
  undoSeconds: fc.constantFrom(0, 10),
  governance: fc.constantFrom<Governance | undefined>(
    undefined,
    { startedBy: ['ana'], groups: [], expiresAfterSeconds: 60, freezeExempt: [] },
    { startedBy: [], groups: [], expiresAfterSeconds: null, freezeExempt: [] },
  ),
});

type Setting = {
  targets: number;
  approvalsNeeded: number;
  undoSeconds: number;
  governance: Governance | undefined;
};

const createdOf = ({ targets, approvalsNeeded, undoSeconds, governance }: Setting): ReleaseEvent =>
  createdEvent({
    targets: Array.from({ length: targets }, (_, i) => target(`t${i}`)),
    approvalsNeeded,
    undoSeconds,
    schemas: SCHEMAS,
    ...(governance ? { governance } : {}),
  });

const checkStep = (
  before: ReleaseState | null,
  event: ReleaseEvent,
  after: ReleaseState,
  effects: Effect[],
  plan: Plan,
  now: number,
) => {
  const rose = after.targets.some(
    (target, index) => target.wantedBasisPoints > (before?.targets[index]?.wantedBasisPoints ?? 0),
  );
  if (rose) {
    const left = before && currentStage(before, plan);
    if (before && left) expect(checkProblems(before, left)).toEqual([]);
    expect(RISING).toContain(event.type);
    checkGovernance(before, event);
    if (event.type === 'gate-passed' && before)
      expect(gateHolds(before, plan, event.verdict, now)).toBe(true);
    if (event.type === 'advance' || event.type === 'approve')
      expect(event.actor.kind === 'person' && event.actor.role).not.toBe('viewer');
    expect(before?.lastDecision).not.toBe('rollback');
  }
  for (const effect of effects) {
    const previous = before?.targets.find((t) => t.id === effect.targetId)?.generation ?? -1;
    expect(effect.generation).toBeGreaterThan(previous);
  }
  expect(before?.outcome ?? null).toBeNull();
  if (after.outcome !== null) expect(after.phase).toBe('finished');
};

/** What rises is not frozen, not superseded, and not approved by who started it. */
const checkGovernance = (before: ReleaseState | null, event: ReleaseEvent): void => {
  expect(before?.frozen).toBeUndefined();
  if (before?.phase === 'pending') expect(before.superseded).toBeUndefined();
  if (event.type === 'approve') expect(before?.governance?.startedBy ?? []).not.toContain(event.actor.id);
};

const mayRollBack = (state: ReleaseState, plan: Plan, now: number) => {
  const decided = decide(state, { type: 'rollback', actor: person('operator'), reason: null }, plan, now);
  if ('refused' in decided)
    expect(rollbackIsBarred(state, plan) ? 'point-of-no-return' : 'already-rolling-back').toBe(
      state.phase === 'rolling-back' ? 'already-rolling-back' : decided.refused.reason,
    );
  else if (state.phase !== 'rolling-back')
    expect(decided.effects.every((effect) => effect.basisPoints === 0)).toBe(true);
};

const stateAfter = (state: ReleaseState, event: ReleaseEvent, plan: Plan, now: number): ReleaseState => {
  const decided = decide(state, event, plan, now);
  return 'refused' in decided ? state : decided.state;
};

/** Starting a finished release again makes a new one; that answer is not about this release. */
const answersAgree = (state: ReleaseState, plan: Plan, actor: Actor, now: number): void => {
  const answers = actionsFor(state, plan, names, actor);
  for (const action of ALL_ACTIONS.filter((one) => one !== 'retry' || state.phase !== 'finished')) {
    const decided = decide(state, { type: action, actor, reason: null }, plan, now);
    const answer = answers[action];
    const refused = 'refused' in decided ? decided.refused : null;
    expect(refused).toEqual(answer.allowed ? null : { reason: answer.reason, text: answer.text });
  }
};

describe('random histories of a release', () => {
  it('never break the invariants, and replay to the same state', () => {
    fc.assert(
      fc.property(setup, fc.array(step, { minLength: 40, maxLength: 120, size: 'max' }), (setting, steps) => {
        const { plan } = setting;
        const record: RecordedEvent[] = [];
        let now = 1_000_000;
        let state: ReleaseState | null = null;
        const offer = (event: ReleaseEvent) => {
          const decided = decide(state, event, plan, now);
          if ('refused' in decided) return;
          checkStep(state, event, decided.state, decided.effects, plan, now);
          record.push({ event, at: now });
          state = decided.state;
        };
        offer(createdOf(setting));
        for (const each of steps) {
          const current = state as ReleaseState | null;
          if (!current) throw new Error('a release was lost');
          if (each.kind === 'tick') {
            now += each.seconds * 1_000;
            const due = dueEvent(current, plan, verdictOf('advance', now - 1), now);
            if (due) offer(due);
          } else offer(each.make(current, now));
          if (hasExposure(current)) mayRollBack(current, plan, now);
        }
        expect(replay(record, plan)).toEqual(state);
      }),
      { numRuns: 1_500 },
    );
  });

  it('say about every action exactly what decide does', () => {
    fc.assert(
      fc.property(
        setup,
        role,
        fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }),
        (setting, who, steps) => {
          const { plan } = setting;
          let now = 1_000_000;
          const created = decide(null, createdOf(setting), plan, now);
          if ('refused' in created) throw new Error('not created');
          let state = created.state;
          for (const each of steps) {
            if (each.kind === 'tick') now += each.seconds * 1_000;
            else state = stateAfter(state, each.make(state, now), plan, now);
          }
          answersAgree(state, plan, person(who), now);
        },
      ),
      { numRuns: 800 },
    );
  });
});
