import { describe, expect, it } from 'vitest';
import type { ReleaseEventView } from '#lib/contract/release.ts';
import { momentsOf } from './moments.ts';

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
});
