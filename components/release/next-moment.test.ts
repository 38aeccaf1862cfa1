import { describe, expect, it } from 'vitest';
import type { ReleaseStageView } from '#lib/contract/release.ts';
import { nextMoment } from './next-moment.ts';

const stage = (over: Partial<ReleaseStageView>): ReleaseStageView => ({
  index: 0,
  name: 'first',
  share: 5,
  gate: 'evidence',
  wave: null,
  checks: [],
  pointOfNoReturn: false,
  bakeSecondsMin: 60,
  bakeSecondsMax: 1_800,
  watchSeconds: 0,
  status: 'current',
  startedAt: '2026-11-23T06:00:00Z',
  confirmedAt: '2026-11-23T06:00:00Z',
  endedAt: null,
  ...over,
});
const release = (nextAt: string | null, over: Partial<ReleaseStageView> = {}) => ({
  nextAt,
  queued: null,
  state: 'running' as const,
  stages: [stage(over)],
});

describe('the next moment', () => {
  it('is the end of the shortest bake, after which evidence may decide', () =>
    expect(nextMoment(release('2026-11-23T06:01:00Z'))).toBe('May advance'));

  it('is the end of the longest bake, after which a person is asked', () =>
    expect(nextMoment(release('2026-11-23T06:30:00Z'))).toBe('Asks a person'));

  it('is the end of the watch at full traffic', () =>
    expect(nextMoment(release('2026-11-23T06:10:00Z', { share: 100 }))).toBe('Released'));

  it('is not mentioned where a person is waited for anyway', () =>
    expect(nextMoment(release('2026-11-23T06:30:00Z', { gate: 'manual' }))).toBeNull());

  it('is nothing when only people or evidence can move the release', () =>
    expect(nextMoment(release(null))).toBeNull());
});
