import { describe, expect, it } from 'vitest';
import { metricSign, stateSign, verdictSign } from './signs.ts';

const metric = (decision: 'advance' | 'hold' | 'rollback', n: number) => ({
  name: 'errors',
  kind: 'errors' as const,
  decision,
  canary: { n, bad: 0, value: 0 },
  baseline: { n, bad: 0, value: 0 },
  ratio: { estimate: null, low: null, high: null },
  evidence: 0,
  threshold: 100,
  advanceEvidence: 0,
  advanceThreshold: 20,
  badExcess: 0,
  sentence: '',
  query: null,
});

describe('signs', () => {
  it.each(['no-canary-data', 'no-baseline-data', 'stale-data', 'bad-data'])(
    'never show %s as a pass or a plain hold',
    (holdReason) => expect(verdictSign({ decision: 'hold', holdReason }).word).toBe('cannot tell yet'),
  );

  it('say "cannot tell yet" before the first verdict and for a metric that counted nothing', () => {
    expect(verdictSign(null).word).toBe('cannot tell yet');
    expect(metricSign(metric('advance', 0)).word).toBe('cannot tell yet');
    expect(metricSign(metric('advance', 10)).word).toBe('may advance');
  });

  it('let the outcome speak once a release is over', () => {
    expect(stateSign({ state: 'finished', outcome: 'rolled-back' }).word).toBe('rolled back');
    expect(stateSign({ state: 'paused', outcome: null }).word).toBe('paused');
  });
});
