import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import type { AnalysisPolicy, Interval } from './contract.ts';
import { defaultAnalysisPolicy } from './default-policy.ts';
import { judge } from './judge.ts';
import { observeInterval } from './observe.ts';
import { startAnalysis } from './start.ts';
import type { AnalysisState } from './state.ts';
import { arm, errorsPolicy, interval, shopMetrics } from './testing/intervals.ts';

const policy: AnalysisPolicy = { ...errorsPolicy, advance: defaultAnalysisPolicy.advance };
const begin = (given: AnalysisPolicy = policy) => startAnalysis(given, shopMetrics, 0);
const perfect = (second: number): Interval => interval(second, arm(50, 0), arm(950, 0));

/** Feeds one interval a second, `from` excluded and `to` included. */
function feed(state: AnalysisState, from: number, to: number, make: (second: number) => Interval) {
  let next = state;
  for (let second = from + 1; second <= to; second += 1) next = observeInterval(next, make(second));
  return next;
}

describe('a service that never fails', () => {
  it('advances after some 5,850 canary requests, and says what was shown', () => {
    const early = judge(feed(begin(), 0, 100, perfect), 100_000);
    expect(early).toMatchObject({ decision: 'hold', holdReason: 'insufficient-evidence' });
    expect(early.forecastSeconds).toBeGreaterThan(0);
    expect(early.forecastSeconds).toBeLessThanOrEqual(60);
    const verdict = judge(feed(begin(), 0, 118, perfect), 118_000);
    expect(verdict.decision).toBe('advance');
    expect(verdict.sentence).toBe(
      'Advance: errors: canary 0 % against 0 %; no failure in 5,900 requests: surely below 0.10 %, with a chance of at most 1 in 20 to be wrong.',
    );
  });

  it('never advances when the plan has switched the claim off', () => {
    const off = { ...policy, advance: { ...policy.advance, rateMax: 0 } };
    const verdict = judge(feed(begin(off), 0, 1000, perfect), 1_000_000);
    expect(verdict).toMatchObject({ decision: 'hold', forecastSeconds: null });
  });

  it('counts no request of the warm-up', () => {
    const state = feed(begin({ ...policy, warmupSeconds: 100 }), 0, 200, perfect);
    expect(judge(state, 200_000)).toMatchObject({
      decision: 'hold',
      holdReason: 'insufficient-evidence',
    });
    expect(judge(feed(state, 200, 220, perfect), 220_000).decision).toBe('advance');
  });

  it('does not advance while a baseline that is silent hides what the canary should be compared with', () => {
    const state = feed(begin(), 0, 300, (second) => interval(second, arm(50, 0), null));
    expect(judge(state, 300_000)).toMatchObject({ decision: 'hold', holdReason: 'no-baseline-data' });
  });

  it('loses the claim within seconds when failures start, however long it had been shown', () => {
    const shown = feed(begin(), 0, 2000, perfect);
    expect(judge(shown, 2_000_000).decision).toBe('advance');
    const failing = feed(shown, 2000, 2004, (second) => interval(second, arm(50, 1), arm(950, 19)));
    expect(judge(failing, 2_004_000).decision).toBe('hold');
  });

  it('does not lose it by a single failure in a hundred thousand requests', () => {
    const shown = feed(begin(), 0, 2000, perfect);
    const state = feed(shown, 2000, 2001, (second) => interval(second, arm(50, 1), arm(950, 1)));
    expect(judge(state, 2_001_000)).toMatchObject({ decision: 'advance' });
    expect(judge(state, 2_001_000).sentence).toContain('1 failure in 100,050 requests: surely below 0.10 %');
  });

  it('still needs no sign of harm: failures of the canary alone block what its own rate would allow', () => {
    const lax = { ...policy, advance: { ...policy.advance, rateMax: 0.1 } };
    const state = feed(begin(lax), 0, 60, (second) =>
      interval(second, arm(50, second % 20 === 0 ? 1 : 0), arm(950, 0)),
    );
    const verdict = judge(state, 60_000);
    expect(verdict.metrics[0]?.advanceEvidence).toBeGreaterThan(20);
    expect(verdict.decision).not.toBe('advance');
  });
});

describe('a canary that fails in 0.3 % of its requests beside a baseline without a failure', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('never advances and is rolled back in the end (world %i)', (seed) => {
    const generator = xoroshiro128plus(seed * 7919);
    let state = begin();
    for (let second = 1; second <= 600 && state.crossedAt === null; second += 1) {
      let failed = 0;
      for (let i = 0; i < 20; i += 1) if (uniformFloat64(generator) < 0.003) failed += 1;
      state = observeInterval(state, interval(second, arm(20, failed), arm(980, 0)));
      expect(judge(state, second * 1000).decision).not.toBe('advance');
    }
    expect(judge(state, 600_000).decision).toBe('rollback');
  });
});

describe('what is said when neither claim is shown alone', () => {
  it('names both, and no more', () => {
    const state = feed(begin(), 0, 119, perfect);
    const [metric] = state.metrics;
    if (metric?.evidence.type !== 'proportion' || metric.evidence.rateClaim === null)
      throw new Error('no claim');
    const { evidence } = metric;
    const { rateClaim } = metric.evidence;
    const scaled = (mixture: typeof evidence.claim, factor: number) => ({
      ...mixture,
      plain: mixture.plain.map((value) => value * factor),
      tempered: mixture.tempered.map((value) => value * factor),
    });
    const mixed = {
      ...evidence,
      claim: scaled(evidence.claim, 20),
      rateClaim: { ...rateClaim, mixture: scaled(rateClaim.mixture, 0.8) },
    };
    const verdict = judge({ ...state, metrics: [{ ...metric, evidence: mixed }] }, 119_000);
    expect(verdict.decision).toBe('advance');
    expect(verdict.sentence).toContain('below 2 times the baseline or below 0.10 % is shown');
  });
});
