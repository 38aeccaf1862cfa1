import { describe, expect, it } from 'vitest';
import type { ReleaseRow } from '#lib/contract/release.ts';
import { groupsOf, titleOf } from './groups.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const row = (id: string, over: Partial<ReleaseRow>): ReleaseRow => ({
  id,
  service: 'shop',
  serviceName: 'Shop',
  environment: 'prod',
  version: '1.4.0',
  baselineVersion: '1.3.0',
  state: 'running',
  outcome: null,
  headline: '',
  stateVersion: 1,
  startedAt: '2026-11-23T11:00:00Z',
  startedBy: 'Ana',
  reason: null,
  emergency: false,
  finishedAt: null,
  planName: 'shop-canary',
  stageIndex: 0,
  stageCount: 3,
  stageName: 'first',
  share: 5,
  needs: null,
  ...over,
});
const ids = (rows: ReleaseRow[]) => rows.map(({ id }) => id);

describe('the groups of Now', () => {
  it('put what waits for a human apart, the longest wait first', () => {
    const active = [
      row('new', { needs: 'approve 25 %', startedAt: '2026-11-23T11:30:00Z' }),
      row('moving', {}),
      row('old', { needs: 'advance to 25 %', startedAt: '2026-11-23T09:00:00Z' }),
    ];
    const groups = groupsOf(active, [], now);
    expect(ids(groups.waiting)).toEqual(['old', 'new']);
    expect(ids(groups.inFlight)).toEqual(['moving']);
  });

  it('keep what ended for two hours, the latest end first', () => {
    const finished = [
      row('long-ago', { finishedAt: '2026-11-23T09:59:00Z' }),
      row('earlier', { finishedAt: '2026-11-23T10:30:00Z' }),
      row('just', { finishedAt: '2026-11-23T11:59:00Z' }),
    ];
    expect(ids(groupsOf([], finished, now).finished)).toEqual(['just', 'earlier']);
  });

  it('count in the tab title', () => {
    expect(titleOf(2)).toBe('(2) Now · Slipway');
    expect(titleOf(0)).toBe('Now · Slipway');
  });
});
