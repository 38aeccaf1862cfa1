import { describe, expect, test } from 'vitest';
import { answerFor, commit, deployment, h, incident } from './testing.ts';

const totalOf = (...args: Parameters<typeof answerFor>) => answerFor(...args).total;

describe('R1: what counts', () => {
  test('only finished production deployments that are no drills', () => {
    const deployments = [
      deployment('a', 1),
      deployment('staging', 2, { tier: 'staging' }),
      deployment('drill', 3, { drill: true }),
      deployment('running', 4, { finishedAt: null, status: 'in_progress' }),
    ];
    expect(totalOf({ deployments })).toMatchObject({ deployments: 1, change_failure: { changes: 1 } });
  });
});

describe('R2: one release, several targets', () => {
  const eu = deployment('eu', 1, { groupId: 'g', maxExposure: 30 });
  const us = deployment('us', 2, { groupId: 'g', maxExposure: 80 });

  test('regions of one group are one deployment from the first start to the last finish', () => {
    const { total, kinds, lead_time_samples } = answerFor({
      deployments: [
        deployment('zero', 0, { commitSha: 'a' }),
        { ...us, commitSha: 'b' },
        { ...eu, commitSha: 'b' },
      ],
      commits: [commit('a', [], -2), commit('b', ['a'], -1)],
    });
    expect(total.deployments).toBe(2);
    expect(kinds).toEqual({ zero: 'change', g: 'change' });
    expect(lead_time_samples).toEqual({ 'b@web': 3.1 * 3600 });
  });

  test('one bad region makes it bad, one running region keeps it out, canceled beside success is canceled', () => {
    const failing = totalOf({ deployments: [eu, { ...us, status: 'failed' }] });
    expect(failing).toMatchObject({
      deployments: 0,
      change_failure: { changes: 1, failed: 1, contained: 1 },
    });
    const running = totalOf({ deployments: [eu, { ...us, finishedAt: null }] });
    expect(running).toMatchObject({ deployments: 0, change_failure: { changes: 0 } });
    const canceled = totalOf({ deployments: [eu, { ...us, status: 'canceled' }] });
    expect(canceled).toMatchObject({ deployments: 0, change_failure: { changes: 0 } });
  });

  test('a group that two services share is one deployment of each, and staging rows of it are none', () => {
    const deployments = [eu, us, { ...us, id: 'api', service: 'api' }, { ...us, id: 's', tier: 'staging' }];
    const { kinds, incident_links } = answerFor({
      deployments,
      incidents: [incident('i', 5, { causedBy: ['g'] }), incident('j', 5, { causedBy: ['us'] })],
    });
    expect(Object.keys(kinds).sort()).toEqual(['g@api', 'g@web']);
    expect(incident_links).toEqual({ i: ['g@api', 'g@web'], j: ['g@web'] });
  });
});

describe('R3: kinds', () => {
  const versions = (...shas: string[]) =>
    shas.map((commitSha, index) => deployment(`d${index + 1}`, index, { commitSha }));

  test('going back to an earlier commit takes back the first change after it', () => {
    const { kinds, failed_changes, total } = answerFor({ deployments: versions('1', '2', '3', '1') });
    expect(kinds).toMatchObject({ d3: 'change', d4: 'rollback' });
    expect(failed_changes).toEqual({ d2: ['rolled_back'] });
    expect(total).toMatchObject({
      deployments: 4,
      deployments_excl_rollbacks: 3,
      change_failure: { changes: 3 },
    });
  });

  test('the same commit again is a redeploy, a change', () => {
    const { kinds, failed_changes } = answerFor({ deployments: versions('1', '1') });
    expect([kinds, failed_changes]).toEqual([{ d1: 'change', d2: 'change' }, {}]);
  });

  test('a second rollback takes back the change after the first one', () => {
    const { failed_changes } = answerFor({ deployments: versions('1', '2', '1', '3', '1') });
    expect(failed_changes).toEqual({ d2: ['rolled_back'], d4: ['rolled_back'] });
  });

  test('what never succeeded is nowhere to go back to', () => {
    const deployments = versions('1', '2', '1');
    const failed = deployments.map((row) => (row.id === 'd2' ? { ...row, status: 'failed' as const } : row));
    expect(answerFor({ deployments: failed }).kinds).toMatchObject({ d3: 'change' });
  });

  test('another service has commits of its own, and a written kind stands', () => {
    const [one, two, three] = versions('1', '2', '1');
    if (!one || !two || !three) throw new Error('three rows');
    const other = answerFor({ deployments: [{ ...one, service: 'api' }, two, three] });
    expect(other.kinds).toMatchObject({ d3: 'change' });
    const written = answerFor({ deployments: [one, two, { ...three, kind: 'hotfix' }] });
    expect(written.kinds).toMatchObject({ d3: 'hotfix' });
  });

  test('a rollback that names a target of a group takes the whole group back', () => {
    const deployments = [
      deployment('eu', 1, { groupId: 'g' }),
      deployment('us', 1, { groupId: 'g' }),
      deployment('back', 3, { kind: 'rollback', rollbackOf: 'us' }),
    ];
    expect(answerFor({ deployments }).failed_changes).toEqual({ g: ['rolled_back'] });
  });
});

describe('R4: deployment frequency', () => {
  test('days are those of the time zone, and none is zero', () => {
    const deployments = [deployment('a', 23), deployment('b', 25), deployment('c', 26, { kind: 'hotfix' })];
    expect(totalOf({ deployments })).toMatchObject({
      deployments: 3,
      deploy_days: 2,
      days: 14,
      per_day: 0.214286,
    });
    expect(totalOf({ deployments }, { timezone: 'Europe/Berlin' })).toMatchObject({ deploy_days: 1 });
    expect(totalOf({})).toMatchObject({ deployments: 0, deploy_days: 0, per_day: 0 });
  });
});

describe('R5: change lead time', () => {
  const commits = [
    commit('base', [], -50),
    commit('a', ['base'], -4),
    commit('b', ['base'], -3),
    commit('merge', ['a', 'b'], -2),
    commit('c', ['merge'], -1),
  ];
  const first = deployment('d0', 0, { commitSha: 'base' });

  test('each commit counts once, with the first deployment that contains it; merges and the baseline do not', () => {
    const deployments = [
      first,
      deployment('aborted', 1, { commitSha: 'c', status: 'aborted', maxExposure: 10 }),
      deployment('d1', 2, { commitSha: 'merge' }),
      deployment('d2', 3, { commitSha: 'base' }),
      deployment('d3', 4, { commitSha: 'c' }),
    ];
    const { lead_time_samples, total } = answerFor({ deployments, commits });
    expect(lead_time_samples).toEqual({ 'a@web': 6.1 * 3600, 'b@web': 5.1 * 3600, 'c@web': 5.1 * 3600 });
    expect(total.lead_time).toMatchObject({ n: 3, median_s: 5.1 * 3600, p90_s: 5.9 * 3600, skewed: 0 });
  });

  test('without a baseline the first deployment delivers all that led to it', () => {
    const history = { deployments: [deployment('d', 0, { commitSha: 'merge' })], commits };
    expect(answerFor(history).lead_time_samples).toEqual({});
    const { lead_time_samples } = answerFor(history, { firstDeploymentIsBaseline: false });
    expect(Object.keys(lead_time_samples).sort()).toEqual(['a@web', 'b@web', 'base@web']);
  });

  test('an unknown commit delivers nothing and is no baseline', () => {
    const deployments = [
      deployment('x', -5, { commitSha: 'nobody' }),
      first,
      deployment('d', 2, { commitSha: 'a' }),
    ];
    expect(answerFor({ deployments, commits }).lead_time_samples).toEqual({ 'a@web': 6.1 * 3600 });
  });

  test('commits of other services carry no sample, though history runs through them', () => {
    const history = [
      commit('1', [], -9),
      commit('2', ['1'], -8, ['api']),
      commit('3', ['2'], -7, ['web', 'api']),
    ];
    const deployments = [
      deployment('w0', 0, { commitSha: '1' }),
      deployment('w1', 1, { commitSha: '3' }),
      deployment('a0', 0, { commitSha: '1', service: 'api' }),
      deployment('a1', 2, { commitSha: '3', service: 'api' }),
    ];
    const { lead_time_samples } = answerFor({ deployments, commits: history });
    expect(Object.keys(lead_time_samples).sort()).toEqual(['2@api', '3@api', '3@web']);
  });

  test('a commit written after it was deployed is skewed, not fast', () => {
    const skewed = [commit('base', [], -50), commit('a', ['base'], 9)];
    const deployments = [first, deployment('d', 1, { commitSha: 'a' })];
    const { total, lead_time_samples } = answerFor({ deployments, commits: skewed });
    expect(total.lead_time).toMatchObject({ n: 0, median_s: null, skewed: 1 });
    expect(lead_time_samples).toEqual({});
  });

  test('what is merged and not shipped ages', () => {
    const { undeployed } = answerFor({ deployments: [first], commits });
    expect(undeployed).toEqual({
      web: { n: 3, oldest_sha: 'a', oldest_authored_at: new Date(h(-4)).toISOString(), age_s: 404 * 3600 },
    });
  });
});

describe('R6 and R7: changes that failed', () => {
  test('canceled, unseen failures and rollbacks are no changes', () => {
    const deployments = [
      deployment('good', 1),
      deployment('canceled', 2, { status: 'canceled', maxExposure: 50 }),
      deployment('unseen', 3, { status: 'failed' }),
      deployment('rollback', 4, { kind: 'rollback' }),
      deployment('canary', 5, { status: 'aborted', maxExposure: 5 }),
    ];
    expect(totalOf({ deployments }).change_failure).toEqual({
      changes: 2,
      failed: 1,
      rate: 0.5,
      contained: 1,
      rate_uncontained: 0,
    });
  });

  test('a change fails once, whatever speaks against it, with every reason in order', () => {
    const deployments = [
      deployment('bad', 1, { status: 'aborted', maxExposure: 100 }),
      deployment('fix', 3, { kind: 'hotfix', remediates: 'bad' }),
      deployment('back', 4, { kind: 'rollback', rollbackOf: 'bad' }),
    ];
    const { failed_changes, total } = answerFor({ deployments, incidents: [incident('i', 2)] });
    expect(failed_changes).toEqual({ bad: ['aborted', 'incident', 'rolled_back', 'remediated'] });
    expect(total.change_failure).toMatchObject({ changes: 2, failed: 1, contained: 0 });
  });

  test('a rollback or hotfix that failed itself proves nothing', () => {
    const deployments = [
      deployment('a', 1),
      deployment('fix', 3, { kind: 'hotfix', remediates: 'a', status: 'failed' }),
      deployment('back', 4, { kind: 'rollback', rollbackOf: 'a', status: 'aborted' }),
    ];
    expect(answerFor({ deployments }).failed_changes).toEqual({});
  });
});

describe('R10: rework', () => {
  test('a flag wins over the kind', () => {
    const deployments = [
      deployment('a', 1, { unplanned: true }),
      deployment('b', 2, { kind: 'hotfix', unplanned: false }),
      deployment('c', 3, { kind: 'hotfix' }),
      deployment('d', 4),
    ];
    expect(totalOf({ deployments }).rework).toEqual({ rework: 2, rate: 0.5 });
    expect(totalOf({}).rework).toEqual({ rework: 0, rate: null });
  });
});
