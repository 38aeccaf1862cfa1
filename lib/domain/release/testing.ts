/** Builders for tests of the release engine. */
import type { Decision, Verdict } from '../analysis/contract.ts';
import { decide } from './decide.ts';
import { parsePlan } from './plan.ts';
import type { Actor, CreatedTarget, Effect, Plan, ReleaseEvent, ReleaseState, Role } from './types.ts';

export const person = (role: Role, name = `ana-${role}`): Actor => ({ kind: 'person', id: name, name, role });
export const engine: Actor = { kind: 'engine', id: 'engine', name: 'engine' };
export const agent: Actor = { kind: 'agent', id: 'agent-1', name: 'eu-west' };

export const planOf = (spec: Record<string, unknown> = {}): Plan => {
  const parsed = parsePlan({
    apiVersion: 'slipway/v1',
    kind: 'Plan',
    metadata: { name: 'shop-canary' },
    spec: {
      strategy: 'canary',
      stages: [
        { name: 'first', share: 5, bake: { min: '60s', max: '30m' } },
        { name: 'more', share: '25%', bake: { min: '60s' } },
        { name: 'all', share: 100, watch: '2m' },
      ],
      ...spec,
    },
  });
  if (!parsed.plan) throw new Error(JSON.stringify(parsed.errors));
  return parsed.plan;
};

export const verdictOf = (decision: Decision, at: number, patch: Partial<Verdict> = {}): Verdict => ({
  decision,
  holdReason: decision === 'hold' ? 'insufficient-evidence' : null,
  sentence: `errors say ${decision}`,
  at,
  evidence: decision === 'rollback' ? 200 : 1,
  threshold: 100,
  metrics: [],
  forecastSeconds: null,
  ...patch,
});

export const target = (id: string, patch: Partial<CreatedTarget> = {}): CreatedTarget => ({
  id,
  cluster: id,
  generation: 0,
  connected: true,
  managed: true,
  ...patch,
});

export const createdEvent = (
  patch: Partial<Extract<ReleaseEvent, { type: 'created' }>> = {},
): ReleaseEvent => ({
  type: 'created',
  actor: person('operator'),
  targets: [target('eu-west')],
  approvalsNeeded: 0,
  undoSeconds: 0,
  reason: null,
  ...patch,
});

/** A release under test with its own clock: `send` demands acceptance, `refused` demands a refusal. */
export class TestRelease {
  state: ReleaseState;
  effects: Effect[];
  now = 1_000_000;
  readonly plan: Plan;

  constructor(plan: Plan = planOf(), created: ReleaseEvent = createdEvent()) {
    this.plan = plan;
    const decided = decide(null, created, plan, this.now);
    if ('refused' in decided) throw new Error(decided.refused.text);
    this.state = decided.state;
    this.effects = decided.effects;
  }

  send(event: ReleaseEvent): this {
    const decided = decide(this.state, event, this.plan, this.now);
    if ('refused' in decided) throw new Error(`${event.type} refused: ${decided.refused.reason}`);
    this.state = decided.state;
    this.effects = decided.effects;
    return this;
  }

  refused(event: ReleaseEvent): string {
    const before = JSON.stringify(this.state);
    const decided = decide(this.state, event, this.plan, this.now);
    if (!('refused' in decided)) throw new Error(`${event.type} was accepted`);
    if (JSON.stringify(this.state) !== before) throw new Error('a refusal changed the state');
    return decided.refused.reason;
  }

  act(
    type: 'approve' | 'reject' | 'advance' | 'pause' | 'resume' | 'rollback' | 'cancel' | 'retry' | 'undo',
    actor = person('approver'),
  ): ReleaseEvent {
    return { type, actor, reason: null };
  }

  confirmAll(): this {
    for (const { id, generation, confirmed } of this.state.targets)
      if (confirmed !== 'yes' && this.state.outcome === null)
        this.send({ type: 'target-applied', actor: agent, targetId: id, generation, seenBasisPoints: null });
    return this;
  }

  wait(seconds: number): this {
    this.now += seconds * 1_000;
    return this;
  }
}
