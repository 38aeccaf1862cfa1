import { describe, expect, it } from 'vitest';
import type { ReleaseEventView } from '#lib/contract/release.ts';
import { headAndRest, momentsOf } from './moments.ts';

const event = (sequence: number, type: string): ReleaseEventView => ({
  sequence,
  at: '2026-11-23T06:00:00Z',
  type,
  actor: { kind: 'engine', name: 'engine' },
  text: type,
  data: {},
  hash: '',
  previousHash: '',
});

describe('the timeline', () => {
  const events = [event(1, 'created'), event(2, 'target-applied'), event(3, 'rollback')];

  it('tells the story newest first and leaves out confirmations', () =>
    expect(momentsOf(events, false).map(({ sequence }) => sequence)).toEqual([3, 1]));

  it('shows every recorded event on demand', () =>
    expect(momentsOf(events, true).map(({ sequence }) => sequence)).toEqual([3, 2, 1]));

  it('keeps short texts whole and long ones complete, behind their first sentence', () => {
    expect(headAndRest('Advanced to 25 %')).toEqual({ head: 'Advanced to 25 %', rest: null });
    const why = `Roll back: errors: canary 1.02 % against 0.49 %, ${'and more '.repeat(20)}`;
    expect(headAndRest(`Verdict: roll back. ${why}`)).toEqual({ head: 'Verdict: roll back.', rest: why });
  });
});
