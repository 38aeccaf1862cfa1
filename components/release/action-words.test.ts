import { describe, expect, it } from 'vitest';
import type { ReleaseView } from '#lib/contract/release.ts';
import { actionLabel, actionsInSight, suggestedAction } from './action-words.ts';
import { releaseFixture } from './testing.ts';

const allow = { allowed: true as const, effect: 'x', undoableSeconds: 0 };
const refuse = { allowed: false as const, reason: 'not-allowed', text: 'x' };
const release = (over: Partial<ReleaseView>): ReleaseView => releaseFixture({ state: 'running', ...over });
const verdict = (decision: 'advance' | 'hold' | 'rollback') => ({
  decision,
  holdReason: null,
  sentence: '',
  at: null,
  evidence: 0,
  threshold: 100,
  metrics: [],
  forecastSeconds: null,
});

describe('the action bar', () => {
  it('suggests what the verdict says, and never what is refused', () => {
    const actions = { ...release({}).actions, advance: allow, rollback: allow };
    expect(suggestedAction(release({ actions, verdict: verdict('advance') }))).toBe('advance');
    expect(suggestedAction(release({ actions, verdict: verdict('rollback') }))).toBe('rollback');
    expect(suggestedAction(release({ actions, verdict: verdict('hold') }))).toBeNull();
    const refused = { ...actions, advance: refuse };
    expect(suggestedAction(release({ actions: refused, verdict: verdict('advance') }))).toBeNull();
  });

  it('keeps the way on, the way to stop and the way back in sight, allowed or not', () => {
    expect(actionsInSight(release({}))).toEqual(['advance', 'pause', 'rollback']);
    expect(actionsInSight(release({ state: 'paused' }))).toEqual(['advance', 'resume', 'rollback']);
  });

  it('names actions by verb and object', () => {
    expect(actionLabel('advance', release({}))).toBe('Advance to 25 %');
    expect(actionLabel('pause', release({}))).toBe('Pause at 5 %');
  });
});
