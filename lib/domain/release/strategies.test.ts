import { describe, expect, it } from 'vitest';
import { actionsFor } from './actions.ts';
import { checkPlanClusters } from './check-strategy.ts';
import { requirementsOf } from './gates.ts';
import { parsePlan } from './plan.ts';
import { planSentences } from './plan-text.ts';
import { schemaProblem } from './schemas.ts';
import { agent, createdEvent, engine, person, planOf, TestRelease, target, verdictOf } from './testing.ts';
import type { ReleaseEvent } from './types.ts';

const names = { service: 'shop', environment: 'prod', version: '2', baselineVersion: '1' };
const wavePlan = (patch: Record<string, unknown> = {}) =>
  planOf({
    stages: [
      { name: 'first', share: 10, gate: 'bake', bake: { min: '60s' } },
      { name: 'all', share: 100 },
    ],
    waves: [
      { name: 'one', clusters: ['eu'], soak: '30s', gate: 'bake' },
      { name: 'rest', clusters: ['us', 'ap'] },
    ],
    ...patch,
  });
const three = createdEvent({ targets: [target('eu'), target('us'), target('ap')] });
const wanted = (release: TestRelease) =>
  Object.fromEntries(release.state.targets.map((each) => [each.cluster, each.wantedBasisPoints]));
const passed = (release: TestRelease, gate: 'bake' | 'evidence' | 'check' = 'bake'): ReleaseEvent => ({
  type: 'gate-passed',
  actor: engine,
  gate,
  verdict: verdictOf('advance', release.now),
});
const errorsOf = (spec: Record<string, unknown>) =>
  parsePlan({ apiVersion: 'slipway/v1', kind: 'Plan', metadata: { name: 'p' }, spec }).errors ?? [];

describe('waves', () => {
  it('move one group of clusters after the other, and ask nothing of those whose wave has not come', () => {
    const release = new TestRelease(wavePlan(), three);
    expect(wanted(release)).toEqual({ eu: 1_000, us: 0, ap: 0 });
    expect(release.effects.map(({ targetId }) => targetId)).toEqual(['eu']);
    release.confirmAll().wait(30);
    release.send(passed(release));
    expect(wanted(release)).toEqual({ eu: 1_000, us: 1_000, ap: 1_000 });
    release.confirmAll().wait(60);
    release.send(passed(release));
    expect(wanted(release)).toEqual({ eu: 10_000, us: 1_000, ap: 1_000 });
  });

  it('do not wait for the confirmation of clusters that were never asked', () => {
    const release = new TestRelease(wavePlan(), three);
    release.confirmAll();
    expect(release.state.stageConfirmedAt).toBe(release.now);
  });

  it('hold the soak between two groups', () => {
    const release = new TestRelease(wavePlan(), three);
    release.confirmAll().wait(29);
    expect(release.refused(passed(release))).toBe('not-due');
  });

  it('take back only the clusters that were moved, and finish when those have confirmed', () => {
    const release = new TestRelease(wavePlan(), three);
    release.confirmAll().send(release.act('rollback'));
    expect(release.effects.map(({ targetId }) => targetId)).toEqual(['eu']);
    release.confirmAll();
    expect(release.state.outcome).toBe('rolled-back');
  });

  const harm = (release: TestRelease, clusters: string[]): ReleaseEvent => ({
    type: 'cluster-verdict',
    actor: engine,
    clusters,
    verdict: verdictOf('rollback', release.now),
  });
  const both = (patch: Record<string, unknown>) => {
    const release = new TestRelease(wavePlan(patch), three);
    release.confirmAll().wait(30);
    return release.send(passed(release)).confirmAll();
  };

  it('take a whole wave back when one of its clusters is harmed, and leave the rest to a person', () => {
    const release = both({ rollback: { onBadCluster: 'wave' } });
    release.send(harm(release, ['us']));
    expect(wanted(release)).toEqual({ eu: 1_000, us: 0, ap: 0 });
    expect(release.effects.every(({ canary }) => canary === null)).toBe(true);
    expect(release.state.phase).toBe('paused');
    expect(release.state.pausedBy?.reason).toBe('the analysis says roll back in us');
    release.confirmAll().send(release.act('resume')).wait(60);
    release.send(passed(release));
    expect(wanted(release)).toEqual({ eu: 10_000, us: 0, ap: 0 });
  });

  it('take everything back when no cluster is left to go on with', () => {
    const release = new TestRelease(wavePlan({ rollback: { onBadCluster: 'wave' } }), three);
    release.confirmAll();
    release.send(harm(release, ['eu']));
    expect(release.state.phase).toBe('rolling-back');
  });

  it('take every cluster back, or none, as the plan says', () => {
    const all = both({});
    all.send(harm(all, ['us']));
    expect(wanted(all)).toEqual({ eu: 0, us: 0, ap: 0 });
    const none = both({ rollback: { onBadCluster: 'pause' } });
    none.send(harm(none, ['us']));
    expect(wanted(none)).toEqual({ eu: 1_000, us: 1_000, ap: 1_000 });
    expect(none.state.phase).toBe('paused');
  });

  it('ignore harm in a cluster that was not moved', () => {
    const release = new TestRelease(wavePlan(), three);
    expect(release.refused(harm(release, ['ap']))).toBe('no-change');
  });

  it('are read out with the clusters they move', () => {
    const sentences = planSentences(wavePlan({ rollback: { onBadCluster: 'wave' } }));
    expect(sentences[0]).toBe(
      'first, one: 10 % of the traffic for at least 30 s, then 10 % in rest, unless the analysis objects or cannot see. Only eu move.',
    );
    expect(sentences).toContain(
      'Harm in one cluster takes its wave back and pauses the others until a person decides.',
    );
  });

  it('name a cluster that does not exist and one that no wave names, and never ignore either', () => {
    const waves = [{ name: 'one', clusters: ['eu', 'mars'] }];
    expect(checkPlanClusters(waves, ['eu', 'us'])).toEqual([
      { path: 'spec.waves[0].clusters[1]', message: 'there is no cluster "mars" here; known are eu, us' },
      {
        path: 'spec.waves',
        message: 'the cluster "us" is in no wave, so it would never get the new version; add it to one',
      },
    ]);
    expect(
      errorsOf({
        strategy: 'canary',
        stages: [{ name: 'a', share: 5 }],
        waves: [
          { name: 'x', clusters: ['eu'] },
          { name: 'y', clusters: ['eu'] },
        ],
      }),
    ).toEqual([{ path: 'spec.waves[1].clusters[0]', message: '"eu" is in two waves; name it once' }]);
  });
});

describe('blue-green', () => {
  const plan = (patch: Record<string, unknown> = {}) =>
    planOf({
      strategy: 'blue-green',
      stages: undefined,
      blueGreen: {
        checks: [
          { name: 'smoke', path: '/healthz' },
          { name: 'cart', path: '/cart', method: 'POST', status: 201 },
        ],
        warm: '10m',
        ...patch,
      },
    });
  const checked = (release: TestRelease, patch: Partial<ReleaseEvent & { type: 'target-checked' }> = {}) => {
    const { id, generation } = release.state.targets[0] ?? { id: '', generation: 0 };
    return {
      type: 'target-checked' as const,
      actor: agent,
      targetId: id,
      generation,
      results: [
        { name: 'smoke', problem: null },
        { name: 'cart', problem: null },
      ],
      differences: [],
      ...patch,
    };
  };

  it('brings the idle side up with no traffic', () => {
    const release = new TestRelease(plan());
    expect(release.effects).toMatchObject([{ basisPoints: 0, canary: 'new', intent: 'start' }]);
  });

  it('switches everything at once when the idle side is proven, and not before', () => {
    const release = new TestRelease(plan()).confirmAll();
    expect(release.refused(passed(release, 'check'))).toBe('not-due');
    expect(release.refused(release.act('advance'))).toBe('checks-not-passed');
    release.send(checked(release)).send(passed(release, 'check'));
    expect(wanted(release)).toEqual({ 'eu-west': 10_000 });
  });

  it('names each failed, missing and differing thing, and lets nobody step over it', () => {
    const release = new TestRelease(plan()).confirmAll();
    release.send(
      checked(release, {
        results: [{ name: 'smoke', problem: 'answered 500, wanted 200' }],
        differences: ['replicas: 2 against 3'],
      }),
    );
    const text = requirementsOf(release.state, release.plan, null, release.now).map((line) => line.text);
    expect(text).toContain('eu-west: smoke: answered 500, wanted 200');
    expect(text).toContain('eu-west: cart: was not run');
    expect(text).toContain('eu-west: replicas: 2 against 3');
    expect(release.refused(release.act('advance', person('administrator')))).toBe('checks-not-passed');
  });

  it('takes differences as news only where the plan says so', () => {
    const release = new TestRelease(plan({ parity: 'reported' })).confirmAll();
    release.send(checked(release, { differences: ['replicas: 2 against 3'] })).send(passed(release, 'check'));
    expect(wanted(release)).toEqual({ 'eu-west': 10_000 });
  });

  it('believes no check of an earlier wish', () => {
    const release = new TestRelease(plan()).confirmAll();
    expect(release.refused(checked(release, { generation: 0 }))).toBe('stale-generation');
  });

  it('switches back at once while the old side is warm, and retires it when that time is over', () => {
    const release = new TestRelease(plan()).confirmAll();
    release.send(checked(release)).send(passed(release, 'check')).confirmAll().wait(599);
    const back = structuredClone(release.state);
    release.send(release.act('rollback'));
    expect(wanted(release)).toEqual({ 'eu-west': 0 });
    release.state = back;
    release.wait(1).send({ type: 'watch-finished', actor: engine, verdict: null });
    expect(release.state.outcome).toBe('released');
  });

  it('asks for proof or parity before it may switch by itself', () => {
    expect(errorsOf({ strategy: 'blue-green', blueGreen: { parity: 'off' } })).toMatchObject([
      { path: 'spec.blueGreen.checks' },
    ]);
    expect(
      errorsOf({ strategy: 'blue-green', blueGreen: { checks: [{ name: 'x', path: 'http://evil/' }] } }),
    ).toMatchObject([{ path: 'spec.blueGreen.checks[0].path' }]);
  });
});

describe('a subset', () => {
  it('goes to whole clusters, first some, then the rest', () => {
    const plan = planOf({
      strategy: 'subset',
      stages: undefined,
      waves: [
        { name: 'trial', clusters: ['eu'], soak: '10m' },
        { name: 'rest', clusters: ['us', 'ap'] },
      ],
    });
    const release = new TestRelease(plan, three);
    expect(wanted(release)).toEqual({ eu: 10_000, us: 0, ap: 0 });
  });

  it('needs a rest to go to', () => {
    expect(errorsOf({ strategy: 'subset', waves: [{ name: 'a', clusters: ['eu'] }] })).toMatchObject([
      { path: 'spec.waves' },
    ]);
  });
});

describe('database schemas', () => {
  const plan = planOf({
    stages: [
      { name: 'first', share: 5, gate: 'manual' },
      { name: 'all', share: 100, watch: '2m', schema: 14 },
    ],
  });
  const schemas = {
    environment: 13,
    canary: { oldest: 13, newest: 14 },
    baseline: { oldest: 12, newest: 13 },
  };
  const beyond = () => {
    const release = new TestRelease(plan, createdEvent({ schemas })).confirmAll();
    return release.send(release.act('advance')).confirmAll();
  };

  it('that the new version does not know are found before the start', () => {
    expect(schemaProblem(plan, { ...schemas, canary: { oldest: 10, newest: 13 } })).toEqual({
      stageIndex: 1,
      schema: 14,
    });
    expect(schemaProblem(plan, schemas)).toBeNull();
  });

  it('announce the point of no return on the action that would pass it', () => {
    const release = new TestRelease(plan, createdEvent({ schemas })).confirmAll();
    const { advance } = actionsFor(release.state, plan, names, person('operator'));
    expect(advance).toMatchObject({ allowed: true });
    expect(advance.allowed && advance.effect).toContain('past the point of no return');
  });

  it('bar the way back after it, save by force, and say what is left', () => {
    const release = beyond();
    expect(release.refused(release.act('rollback'))).toBe('point-of-no-return');
    expect(release.refused(release.act('cancel'))).toBe('point-of-no-return');
    release.send({
      type: 'rollback',
      actor: person('operator'),
      reason: 'worse than an outage',
      force: true,
    });
    expect(release.state.phase).toBe('rolling-back');
  });

  it('turn an automatic rollback past it into a pause that asks', () => {
    const release = beyond();
    release.send({ type: 'verdict', actor: engine, verdict: verdictOf('rollback', release.now) });
    expect(release.state.phase).toBe('paused');
    expect(release.state.pausedBy?.reason).toBe('the analysis says roll back, past the point of no return');
  });

  it('that nobody reported bar nothing', () => {
    const release = new TestRelease(plan).confirmAll();
    release.send(release.act('advance')).confirmAll().send(release.act('rollback'));
    expect(release.state.phase).toBe('rolling-back');
  });
});
