import { describe, expect, it } from 'vitest';
import { dueEvent } from './gates.ts';
import { agent, createdEvent, engine, person, planOf, TestRelease, target, verdictOf } from './testing.ts';

const shareOf = (release: TestRelease) => release.state.targets.map((t) => t.wantedBasisPoints);

describe('a canary release', () => {
  it('starts at the first share and asks every target for it', () => {
    const release = new TestRelease(
      planOf(),
      createdEvent({ targets: [target('eu'), target('us', { generation: 7 })] }),
    );
    expect(release.state.phase).toBe('running');
    expect(release.effects).toEqual([
      {
        type: 'set-desired',
        targetId: 'eu',
        generation: 1,
        basisPoints: 500,
        intent: 'start',
        baseline: 'old',
        canary: 'new',
      },
      {
        type: 'set-desired',
        targetId: 'us',
        generation: 8,
        basisPoints: 500,
        intent: 'start',
        baseline: 'old',
        canary: 'new',
      },
    ]);
  });

  it('counts the bake time from the moment the last target confirmed', () => {
    const release = new TestRelease(planOf(), createdEvent({ targets: [target('eu'), target('us')] }));
    release.send({
      type: 'target-applied',
      actor: agent,
      targetId: 'eu',
      generation: 1,
      seenBasisPoints: null,
    });
    expect(release.state.stageConfirmedAt).toBeNull();
    release
      .wait(10)
      .send({ type: 'target-applied', actor: agent, targetId: 'us', generation: 1, seenBasisPoints: null });
    expect(release.state.stageConfirmedAt).toBe(release.now);
  });

  it('passes the evidence gate only after the bake time, with fresh evidence of this stage', () => {
    const release = new TestRelease().confirmAll();
    expect(dueEvent(release.state, release.plan, verdictOf('advance', release.now), release.now)).toBeNull();
    release.wait(61);
    expect(dueEvent(release.state, release.plan, null, release.now)).toBeNull();
    expect(dueEvent(release.state, release.plan, verdictOf('hold', release.now), release.now)).toBeNull();
    expect(
      dueEvent(release.state, release.plan, verdictOf('advance', release.now - 40_000), release.now),
    ).toBeNull();
    const due = dueEvent(release.state, release.plan, verdictOf('advance', release.now), release.now);
    expect(due).toMatchObject({ type: 'gate-passed', gate: 'evidence' });
    if (due) release.send(due);
    expect(shareOf(release)).toEqual([2_500]);
  });

  it('refuses a forged gate-passed event whose verdict does not hold', () => {
    const release = new TestRelease().confirmAll().wait(100);
    expect(
      release.refused({
        type: 'gate-passed',
        actor: engine,
        gate: 'evidence',
        verdict: verdictOf('hold', release.now),
      }),
    ).toBe('not-due');
    expect(release.refused({ type: 'gate-passed', actor: engine, gate: 'evidence', verdict: null })).toBe(
      'not-due',
    );
  });

  it('is released after the watch time at full share and makes the new version the baseline', () => {
    const release = new TestRelease().confirmAll();
    release.send(release.act('advance')).confirmAll().send(release.act('advance')).confirmAll();
    expect(release.refused({ type: 'watch-finished', actor: engine, verdict: null })).toBe('not-due');
    release.wait(121).send({ type: 'watch-finished', actor: engine, verdict: null });
    expect(release.state).toMatchObject({ phase: 'finished', outcome: 'released' });
    expect(release.effects).toMatchObject([
      { intent: 'settle', basisPoints: 0, baseline: 'new', canary: null },
    ]);
  });

  it('leaves the traffic where it is at the end when nobody manages the workloads', () => {
    const release = new TestRelease(
      planOf(),
      createdEvent({ targets: [target('eu', { managed: false })] }),
    ).confirmAll();
    release.send(release.act('advance')).confirmAll().send(release.act('advance')).confirmAll().wait(121);
    release.send({ type: 'watch-finished', actor: engine, verdict: null });
    expect(release.effects).toMatchObject([
      { intent: 'settle', basisPoints: 10_000, baseline: 'new', canary: 'new' },
    ]);
  });
});

describe('going back', () => {
  it('rolls back by itself on a rollback verdict and is over when every target confirmed', () => {
    const release = new TestRelease(
      planOf(),
      createdEvent({ targets: [target('eu'), target('us')] }),
    ).confirmAll();
    release.send({ type: 'verdict', actor: engine, verdict: verdictOf('rollback', release.now) });
    expect(release.state.phase).toBe('rolling-back');
    expect(release.effects.map((effect) => effect.basisPoints)).toEqual([0, 0]);
    release.send({ type: 'target-applied', actor: agent, targetId: 'eu', generation: 2, seenBasisPoints: 0 });
    expect(release.state.outcome).toBeNull();
    release.send({ type: 'target-applied', actor: agent, targetId: 'us', generation: 2, seenBasisPoints: 0 });
    expect(release.state).toMatchObject({ phase: 'finished', outcome: 'rolled-back' });
  });

  it('leaves it to people when the plan is not automatic, but never lets exposure rise on that verdict', () => {
    const release = new TestRelease(planOf({ rollback: { automatic: false } })).confirmAll();
    release.send({ type: 'verdict', actor: engine, verdict: verdictOf('rollback', release.now) });
    expect(release.state.phase).toBe('running');
    expect(release.refused(release.act('advance'))).toBe('verdict-rollback');
    release.send(release.act('rollback'));
    expect(release.state.phase).toBe('rolling-back');
  });

  it('also acts on a rollback verdict while paused', () => {
    const release = new TestRelease().confirmAll();
    release
      .send(release.act('pause'))
      .send({ type: 'verdict', actor: engine, verdict: verdictOf('rollback', release.now) });
    expect(release.state.phase).toBe('rolling-back');
  });

  it('ignores a late confirmation of an older generation', () => {
    const release = new TestRelease();
    release.send(release.act('rollback'));
    expect(
      release.refused({
        type: 'target-applied',
        actor: agent,
        targetId: 'eu-west',
        generation: 1,
        seenBasisPoints: 500,
      }),
    ).toBe('stale-generation');
  });

  it('cancels without a trace of exposure before the start, and by way of the baseline after it', () => {
    const pending = new TestRelease(planOf(), createdEvent({ approvalsNeeded: 1 }));
    pending.send(pending.act('cancel'));
    expect(pending.state.outcome).toBe('cancelled');
    expect(pending.effects).toEqual([]);
    const running = new TestRelease();
    running.send(running.act('cancel')).confirmAll();
    expect(running.state.outcome).toBe('cancelled');
  });
});

describe('people', () => {
  const cases = [
    ['a viewer may do nothing', 'advance', person('viewer'), 'not-allowed'],
    ['an operator may not approve', 'approve', person('operator'), 'not-allowed'],
    ['nobody advances before the stage is confirmed', 'advance', person('operator'), 'stage-not-confirmed'],
    ['nobody resumes what is not paused', 'resume', person('operator'), 'not-paused'],
    ['nobody undoes what is not queued', 'undo', person('operator'), 'nothing-to-undo'],
    ['nobody retries what has not failed', 'retry', person('operator'), 'nothing-to-retry'],
    ['no approval where none is asked for', 'approve', person('approver'), 'no-approval-needed'],
  ] as const;
  for (const [name, action, actor, reason] of cases) {
    it(name, () => {
      const release = new TestRelease();
      expect(release.refused(release.act(action, actor))).toBe(reason);
    });
  }

  it('wait for as many approvals as asked for, by different people', () => {
    const release = new TestRelease(planOf(), createdEvent({ approvalsNeeded: 2 }));
    expect(shareOf(release)).toEqual([0]);
    release.send(release.act('approve', person('approver', 'ana')));
    expect(release.refused(release.act('approve', person('approver', 'ana')))).toBe('already-approved');
    release.send(release.act('approve', person('approver', 'ben')));
    expect(shareOf(release)).toEqual([500]);
  });

  it('can take an advance back while the undo window is open, and pausing closes it too', () => {
    const release = new TestRelease(planOf(), createdEvent({ undoSeconds: 10 })).confirmAll();
    release.send(release.act('advance'));
    expect(shareOf(release)).toEqual([500]);
    expect(release.refused({ type: 'undo-window-closed', actor: engine })).toBe('not-due');
    release.send(release.act('undo')).wait(11);
    expect(release.refused({ type: 'undo-window-closed', actor: engine })).toBe('not-due');
    release.send(release.act('advance')).send(release.act('pause')).wait(11);
    expect(release.refused({ type: 'undo-window-closed', actor: engine })).toBe('not-due');
    release
      .send(release.act('resume'))
      .send(release.act('advance'))
      .wait(11)
      .send({ type: 'undo-window-closed', actor: engine });
    expect(shareOf(release)).toEqual([2_500]);
  });

  it('see a queued advance dropped when contact was lost meanwhile', () => {
    const plan = planOf({ rollback: { onAgentLost: 'hold' } });
    const release = new TestRelease(plan, createdEvent({ undoSeconds: 10 })).confirmAll();
    release.send(release.act('advance')).send({ type: 'agent-lost', actor: engine, targetIds: ['eu-west'] });
    release.wait(11).send({ type: 'undo-window-closed', actor: engine });
    expect(shareOf(release)).toEqual([500]);
    expect(release.state.queued).toBeNull();
  });
});

describe('an agent that is lost', () => {
  it('pauses the release by default and blocks every rise until it is back', () => {
    const release = new TestRelease().confirmAll();
    release.send({ type: 'agent-lost', actor: engine, targetIds: ['eu-west'] });
    expect(release.state.phase).toBe('paused');
    release.send(release.act('resume'));
    expect(release.refused(release.act('advance'))).toBe('agent-lost');
    release.send({ type: 'agent-back', actor: engine, targetIds: ['eu-west'] }).send(release.act('advance'));
    expect(shareOf(release)).toEqual([2_500]);
  });

  it('never blocks a rollback', () => {
    const release = new TestRelease().confirmAll();
    release.send({ type: 'agent-lost', actor: engine, targetIds: ['eu-west'] }).send(release.act('rollback'));
    expect(release.state.phase).toBe('rolling-back');
  });
});
