import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArmCounts, Interval } from './contract.ts';
import { dispersionFactor } from './dispersion.ts';
import { judge } from './judge.ts';
import { observeInterval } from './observe.ts';
import { startAnalysis } from './start.ts';
import type { AnalysisState } from './state.ts';
import { arm, errorsPolicy, interval, shopMetrics, shopPolicy } from './testing/intervals.ts';

const begin = () => startAnalysis(shopPolicy, shopMetrics, 0);
const healthy = (second: number): Interval =>
  interval(second, arm(5, 0, [2, 2, 1, 0, 0], 1), arm(95, 1, [40, 35, 15, 4, 1], 3));

const factorOf = (state: AnalysisState) => {
  const evidence = state.metrics[0]?.evidence;
  return evidence?.type === 'proportion' ? dispersionFactor(evidence.dispersion, []) : 0;
};

const armOf = (requestsMax: number): fc.Arbitrary<ArmCounts | null> => {
  const counts = fc.integer({ min: 0, max: requestsMax }).chain((requests) =>
    fc.record({
      requests: fc.constant(requests),
      errors: fc.integer({ min: 0, max: requests }),
      latency: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 5, maxLength: 5 }),
      counts: fc.record({ orders: fc.integer({ min: 0, max: requests }) }),
    }),
  );
  return fc.option(counts, { freq: 8 });
};

const streams = fc
  .array(
    fc.record({
      canary: armOf(12),
      baseline: armOf(60),
      target: fc.constantFrom('eu', 'us'),
      gap: fc.constantFrom(1, 1, 1, 5, 40),
    }),
    {
      maxLength: 60,
      size: 'max',
    },
  )
  .map((parts) => {
    let second = -5;
    return parts.map(({ canary, baseline, target, gap }) => {
      second += gap;
      return interval(second, canary, baseline, { target });
    });
  });

describe('observing intervals', () => {
  it('gives the same answer when it is written down and read back after any interval', () => {
    fc.assert(
      fc.property(streams, fc.nat(), (stream, cut) => {
        const at = stream.length === 0 ? 0 : cut % stream.length;
        const whole = stream.reduce(observeInterval, begin());
        const first = stream.slice(0, at).reduce(observeInterval, begin());
        const read: AnalysisState = JSON.parse(JSON.stringify(first));
        const resumed = stream.slice(at).reduce(observeInterval, read);
        const now = stream.at(-1)?.at ?? 0;
        expect(JSON.stringify(resumed)).toBe(JSON.stringify(whole));
        expect(judge(resumed, now)).toEqual(judge(whole, now));
      }),
      { numRuns: 60 },
    );
  });

  it('leaves the state it was given untouched', () => {
    const before = [1, 2, 3].map(healthy).reduce(observeInterval, begin());
    const text = JSON.stringify(before);
    observeInterval(before, interval(4, arm(5, 5, [0, 0, 0, 0, 5], 0), arm(95, 0, [40, 35, 15, 4, 1], 3)));
    expect(JSON.stringify(before)).toBe(text);
  });

  it('keeps a state of the same size however long a release runs', () => {
    let state = begin();
    for (let second = 1; second <= 60; second += 1) state = observeInterval(state, healthy(second));
    const early = JSON.stringify(state, (_, value) => (typeof value === 'number' ? 0 : value)).length;
    for (let second = 61; second <= 2000; second += 1) state = observeInterval(state, healthy(second));
    expect(JSON.stringify(state, (_, value) => (typeof value === 'number' ? 0 : value)).length).toBe(early);
  });

  it('is final once the threshold is reached: later good news changes nothing', () => {
    let state = begin();
    for (let second = 1; second <= 20; second += 1) {
      state = observeInterval(state, interval(second, arm(20, 10), arm(95, 1)));
    }
    expect(state.crossedAt).not.toBeNull();
    const after = observeInterval(state, healthy(21));
    expect(after).toBe(state);
    expect(judge(after, 21_000).decision).toBe('rollback');
  });

  it('learns the baseline from history before the canary, and compares none of it', () => {
    let state = begin();
    for (let second = -60; second <= 0; second += 1) {
      state = observeInterval(state, interval(second, arm(50, 50), arm(95, second % 20 === 0 ? 9 : 0)));
    }
    expect(judge(state, 0)).toMatchObject({ decision: 'hold', holdReason: 'no-canary-data', evidence: 1 });
    expect(factorOf(state)).toBeGreaterThan(1);
    expect(JSON.stringify(state)).toContain('"canaryAt":null');
  });

  it('never compares one place with another', () => {
    const state = [
      interval(1, arm(50, 50), null, { target: 'eu' }),
      interval(1, null, arm(950, 0), { target: 'us' }),
    ].reduce(observeInterval, startAnalysis(errorsPolicy, shopMetrics, 0));
    expect(judge(state, 1000).evidence).toBeCloseTo(1, 9);
  });

  it('goes on when the latency buckets of a version change', () => {
    let state = begin();
    for (let second = 1; second <= 30; second += 1) state = observeInterval(state, healthy(second));
    const changed = interval(31, arm(5, 0, [3, 2, 0], 1), arm(95, 1, [80, 10, 5], 3), {
      latencyEdges: [0.1, 1],
    });
    state = observeInterval(state, changed);
    expect(state.refused.count).toBe(0);
    expect(judge(state, 31_000).metrics[1]?.canary.n).toBe(155);
  });
});

describe('impossible intervals', () => {
  const good = arm(95, 1, [40, 35, 15, 4, 1], 3);
  const cases: [string, Interval, RegExp][] = [
    [
      'more errors than requests',
      interval(2, arm(5, 6), good),
      /canary\.errors is 6, more than the 5 requests/,
    ],
    ['negative requests', interval(2, good, arm(-1, 0)), /baseline\.requests is -1/],
    ['requests that are no number', interval(2, arm(Number.NaN, 0), good), /canary\.requests is NaN/],
    ['infinite errors', interval(2, arm(5, Number.POSITIVE_INFINITY), good), /canary\.errors is Infinity/],
    ['negative latency counts', interval(2, arm(5, 0, [1, -1, 0, 0, 0]), good), /canary\.latency\[1\] is -1/],
    ['a missing bucket', interval(2, arm(5, 0, [1, 1]), good), /canary\.latency has 2 buckets, must have 5/],
    ['latency without edges', interval(2, good, good, { latencyEdges: undefined }), /without latencyEdges/],
    [
      'edges that do not rise',
      interval(2, good, good, { latencyEdges: [0.1, 0.1, 0.2, 0.4] }),
      /must be positive and rise/,
    ],
    ['more orders than requests', interval(2, arm(5, 0, undefined, 6), good), /canary\.counts\.orders is 6/],
    [
      'a negative business count',
      interval(2, { ...good, counts: { other: -2 } }, good),
      /counts\.other is -2/,
    ],
    ['the same interval twice', interval(1, good, good), /twice/],
    ['an interval from the past', interval(0.5, good, good), /after one ending at 1000/],
    ['no length', interval(2, good, good, { seconds: 0 }), /seconds is 0/],
    ['no time', interval(2, good, good, { at: Number.NaN }), /at is NaN/],
  ];

  it.each(cases)(
    'with %s change no evidence, are counted and explained, and never pass',
    (_, bad, problem) => {
      const before = observeInterval(begin(), healthy(1));
      const after = observeInterval(before, bad);
      expect(after.metrics).toEqual(before.metrics);
      expect(after.refused).toMatchObject({ count: 1, problem: expect.stringMatching(problem) });
      const verdict = judge(after, 2000);
      expect(verdict).toMatchObject({ decision: 'hold', holdReason: 'bad-data' });
      expect(verdict.sentence).toMatch(/cannot tell yet: 1 interval was refused as impossible/);
    },
  );

  it('are forgiven once good data has come in for half a minute', () => {
    let state = observeInterval(begin(), interval(1, arm(5, 6), good));
    for (let second = 2; second <= 40; second += 1) state = observeInterval(state, healthy(second));
    expect(judge(state, 40_000).holdReason).toBe('insufficient-evidence');
  });
});
