import { describe, expect, test } from 'vitest';
import { commitWhy, type DeploymentRow, leadSeconds, recoverySeconds, whyOf } from './rows.ts';

const row: DeploymentRow = {
  id: 'd-1',
  service: 'web',
  environment: 'prod',
  version: '1.0',
  commitSha: null,
  kind: 'change',
  status: 'success',
  startedAt: '2026-03-02T10:00:00Z',
  finishedAt: '2026-03-02T10:10:00Z',
  maxExposure: 100,
  rollbackOf: null,
  unplanned: false,
  isChange: true,
  failedBecause: [],
  incidents: [],
  recovery: null,
};

describe('a row', () => {
  test.each([
    ['frequency', {}, 'counted'],
    ['frequency', { kind: 'rollback' }, 'counted, a rollback'],
    ['frequency', { status: 'in_progress' }, 'not counted: in progress'],
    ['failures', {}, 'a change'],
    ['failures', { kind: 'rollback', isChange: false }, 'no change: a rollback'],
    ['failures', { status: 'failed', maxExposure: 0, isChange: false }, 'no change: it reached nobody'],
    [
      'failures',
      { failedBecause: ['aborted', 'incident'], maxExposure: 5 },
      'failed: aborted, an incident is linked to it; contained at 5 %',
    ],
    ['recovery', {}, 'not counted: it did not fail'],
    [
      'recovery',
      { recovery: { start: '2026-03-02T10:00:00Z', end: null } },
      'counted as open, not in the median',
    ],
    ['rework', { kind: 'hotfix', unplanned: true }, 'rework: a hotfix'],
    ['rework', { status: 'aborted' }, 'not counted: aborted'],
  ] as const)('says for %s of %o why it counts or not', (metric, change, why) => {
    expect(whyOf(metric, { ...row, ...change })).toBe(why);
  });

  test('knows how long it took, and that it still takes', () => {
    const recovery = { start: '2026-03-02T10:00:00Z', end: '2026-03-02T10:30:00Z' };
    expect(recoverySeconds({ ...row, recovery })).toBe(1_800);
    expect(recoverySeconds({ ...row, recovery: { ...recovery, end: null } })).toBeNull();
    const commit = { sha: 'a', service: 'web', authoredAt: '2026-03-01T10:00:00Z', deploymentId: null };
    expect(leadSeconds({ ...commit, deliveredAt: null })).toBeNull();
    expect(commitWhy({ ...commit, deliveredAt: null })).toBe('waits for its deployment');
    expect(commitWhy({ ...commit, deliveredAt: '2026-03-01T12:00:00Z' })).toBe('took 2 h');
    expect(commitWhy({ ...commit, deliveredAt: '2026-02-28T12:00:00Z' })).toMatch(/left out/);
  });
});
