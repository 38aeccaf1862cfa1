import { describe, expect, it } from 'vitest';
import type { AnalysisPolicy, ArmCounts, Interval } from './contract.ts';
import { judge } from './judge.ts';
import { observeInterval } from './observe.ts';
import { startAnalysis } from './start.ts';
import { arm, errorsPolicy, interval, shopMetrics, shopPolicy } from './testing/intervals.ts';

const run = (intervals: Interval[], policy: AnalysisPolicy = errorsPolicy) =>
  intervals.reduce(observeInterval, startAnalysis(policy, shopMetrics, 0));
const seconds = (count: number, make: (second: number) => [ArmCounts | null, ArmCounts | null], from = 0) =>
  Array.from({ length: count }, (_, i) => interval(from + i + 1, ...make(from + i + 1)));

/** One failure in a hundred on both sides, evenly spread. */
const equal = (second: number): [ArmCounts, ArmCounts] => [
  arm(50, second % 2 === 0 ? 1 : 0, [30, 15, 4, 1, 0], 2),
  arm(50, second % 2 === 1 ? 1 : 0, [30, 15, 4, 1, 0], 2),
];
const worse = (second: number): [ArmCounts, ArmCounts] => [arm(50, 2), arm(50, second % 2)];

describe('the verdict', () => {
  it('rolls back a canary that fails four times as often, and says how sure it is', () => {
    const state = run(seconds(120, worse));
    const verdict = judge(state, 120_000);
    expect(verdict).toMatchObject({
      decision: 'rollback',
      holdReason: null,
      forecastSeconds: 0,
      threshold: 100,
    });
    expect(verdict.evidence).toBeGreaterThanOrEqual(100);
    expect(verdict.sentence).toMatch(
      /^Roll back: errors: canary 4\.00 % against 1\.\d+ %, [\d.]+ times \(at least [\d.]+ times\); chance of seeing this if nothing were wrong is at most 1 in \d+; \d+ extra failed requests so far\.$/,
    );
    expect(verdict.metrics[0]?.ratio.low).toBeGreaterThanOrEqual(1);
    expect(verdict.metrics[0]?.badExcess).toBeGreaterThan(10);
  });

  it('advances once "less than twice the baseline" is shown, not before', () => {
    const stream = seconds(300, equal);
    expect(judge(run(stream.slice(0, 20)), 20_000)).toMatchObject({
      decision: 'hold',
      holdReason: 'insufficient-evidence',
    });
    const verdict = judge(run(stream), 300_000);
    expect(verdict.decision).toBe('advance');
    expect(verdict.metrics[0]?.advanceEvidence).toBeGreaterThanOrEqual(20);
    expect(verdict.sentence).toMatch(/^Advance: errors: .*below 2 times the baseline is shown/);
  });

  it('takes the claim back within a minute when a canary that had shown it turns bad', () => {
    const state = run([...seconds(3000, equal), ...seconds(40, (s) => [arm(50, 2), arm(50, s % 2)], 3000)]);
    expect(judge(state, 3_040_000).decision).not.toBe('advance');
  });

  it('needs every metric: healthy errors do not carry a latency that is missing', () => {
    const withoutLatency = seconds(300, equal).map(({ canary, baseline, ...rest }) => ({
      ...rest,
      canary: canary && { ...canary, latency: undefined },
      baseline: baseline && { ...baseline, latency: undefined },
    }));
    const verdict = judge(run(withoutLatency, shopPolicy), 300_000);
    expect(verdict).toMatchObject({ decision: 'hold', forecastSeconds: null });
    expect(verdict.sentence).toContain('latency: cannot tell yet, no recent data from both sides');
    expect(judge(run(seconds(300, equal), shopPolicy), 300_000).decision).toBe('advance');
  });

  it('never advances on a plan of which nothing can be judged, and names what is not', () => {
    const policy = { ...errorsPolicy, metrics: [{ name: 'basket', margin: 0.1, weight: 1 }] };
    const metrics = [{ name: 'basket', kind: 'mean', direction: 'higher-is-better' }] as const;
    const state = seconds(300, equal).reduce(observeInterval, startAnalysis(policy, [...metrics], 0));
    const verdict = judge(state, 300_000);
    expect(verdict.decision).toBe('hold');
    expect(verdict.sentence).toContain('Not judged: basket.');
  });

  it('scales the weights of the metrics that can be judged to one', () => {
    const policy = { ...shopPolicy, metrics: [...shopPolicy.metrics, { name: 'cpu', margin: 0, weight: 1 }] };
    const weights = startAnalysis(policy, shopMetrics, 0).metrics.map(({ weight }) => weight);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });
});

describe('reasons to hold', () => {
  it('says that no data has arrived', () => {
    expect(judge(run([]), 5000)).toMatchObject({
      decision: 'hold',
      holdReason: 'no-canary-data',
      at: null,
      forecastSeconds: null,
      sentence: 'Hold, cannot tell yet: no data has arrived yet.',
    });
  });

  it.each([
    ['reports nothing', null],
    ['reports no request', arm(0, 0)],
  ])('says that the canary has served nothing when it %s', (_, canary) => {
    const verdict = judge(run(seconds(60, () => [canary, arm(95, 1)])), 60_000);
    expect(verdict).toMatchObject({ decision: 'hold', holdReason: 'no-canary-data', evidence: 1 });
    expect(verdict.sentence).toContain('the canary has not served a single request yet');
  });

  it('says that the baseline has served nothing, however healthy the canary looks', () => {
    const verdict = judge(run(seconds(600, () => [arm(50, 0), arm(0, 0)])), 600_000);
    expect(verdict).toMatchObject({ decision: 'hold', holdReason: 'no-baseline-data' });
  });

  it('stops advancing when the canary falls silent for more than half a minute', () => {
    const state = run([...seconds(300, equal), ...seconds(40, () => [null, arm(50, 0)], 300)]);
    expect(judge(state, 340_000)).toMatchObject({ decision: 'hold', holdReason: 'no-canary-data' });
    expect(judge(state, 330_000).decision).toBe('advance');
  });

  it('stops advancing when the baseline falls silent', () => {
    const state = run([...seconds(300, equal), ...seconds(40, () => [arm(50, 0), null], 300)]);
    expect(judge(state, 340_000)).toMatchObject({ decision: 'hold', holdReason: 'no-baseline-data' });
  });

  it('stops advancing when both fall silent, and says for how long', () => {
    const verdict = judge(run(seconds(300, equal)), 345_000);
    expect(verdict).toMatchObject({ decision: 'hold', holdReason: 'stale-data' });
    expect(verdict.sentence).toBe('Hold, cannot tell yet: eu has been silent for 45 s.');
  });

  it('holds for one silent place even when all others are well', () => {
    const eu = seconds(300, equal);
    const us = eu.slice(0, 200).map((one) => ({ ...one, target: 'us' }));
    const verdict = judge(run([...eu, ...us].sort((a, b) => a.at - b.at)), 300_000);
    expect(verdict).toMatchObject({ decision: 'hold', holdReason: 'stale-data' });
    expect(verdict.sentence).toContain('us has been silent');
  });

  it('keeps a rollback that was reached before the silence', () => {
    expect(judge(run(seconds(120, worse)), 999_000).decision).toBe('rollback');
  });

  it('waits for the warm-up however clear the claim would be', () => {
    const policy = { ...errorsPolicy, warmupSeconds: 400 };
    const verdict = judge(run(seconds(300, equal), policy), 300_000);
    expect(verdict).toMatchObject({ decision: 'hold', holdReason: 'warming-up' });
    expect(verdict.sentence).toContain('warming up for another 2 minutes');
  });
});

describe('the warm-up', () => {
  const policy = { ...errorsPolicy, warmupSeconds: 90 };
  const times =
    (ratio: number) =>
    (second: number): [ArmCounts, ArmCounts] => [arm(50, ratio), arm(50, second % 2)];

  it('forgives a cold canary that fails three times as often', () => {
    expect(judge(run(seconds(90, times(1.5)), policy), 90_000)).toMatchObject({
      decision: 'hold',
      evidence: expect.any(Number),
    });
    expect(judge(run(seconds(90, times(1.5)), policy), 90_000).evidence).toBeLessThan(2);
  });

  it('does not forgive one that fails thirty times as often, and shows the rates it saw', () => {
    const verdict = judge(run(seconds(90, times(15)), policy), 90_000);
    expect(verdict.decision).toBe('rollback');
    expect(verdict.sentence).toMatch(/errors: in the last minutes 30 % against/);
  });
});

describe('the forecast', () => {
  it('is shorter the more evidence has come in, and ends at an answer', () => {
    const stream = seconds(300, equal);
    const left = [20, 60, 100].map(
      (n) => judge(run(stream.slice(0, n)), n * 1000).forecastSeconds ?? Number.NaN,
    );
    expect(left[0]).toBeGreaterThan(left[1] ?? Number.NaN);
    expect(left[1]).toBeGreaterThan(left[2] ?? Number.NaN);
    expect(judge(run(stream), 300_000).forecastSeconds).toBe(0);
  });

  it('is null while no request has ever failed: nothing can be learned from that', () => {
    const verdict = judge(run(seconds(60, () => [arm(5, 0), arm(95, 0)])), 60_000);
    expect(verdict.forecastSeconds).toBeNull();
    expect(verdict.sentence).toContain('when cannot be said at this traffic');
  });

  it('counts the warm-up that is left', () => {
    const stream = seconds(20, equal);
    const cold = judge(run(stream, { ...errorsPolicy, warmupSeconds: 200 }), 20_000).forecastSeconds;
    expect(cold === null || cold >= 180).toBe(true);
  });
});

describe('latency and guards', () => {
  const slow = (): [ArmCounts, ArmCounts] => [
    arm(50, 0, [5, 15, 20, 8, 2], 2),
    arm(50, 0, [30, 15, 4, 1, 0], 2),
  ];

  it('rolls back a canary that is twice as slow, with its quantiles', () => {
    const verdict = judge(run(seconds(60, slow), shopPolicy), 60_000);
    expect(verdict.decision).toBe('rollback');
    const latency = verdict.metrics.find(({ name }) => name === 'latency');
    expect(latency).toMatchObject({ decision: 'rollback', kind: 'latency' });
    expect(latency?.canary.value).toBeGreaterThan(latency?.baseline.value ?? Number.NaN);
    expect(latency?.quantiles?.canary.p50).toBeGreaterThan(0.1);
    expect(verdict.sentence).toMatch(/latency: canary p95 \d+ ms against \d+ ms/);
  });

  it('rolls back a canary that loses orders', () => {
    const policy = { ...errorsPolicy, metrics: [{ name: 'orders', margin: 0.01, weight: 1 }] };
    const verdict = judge(
      run(
        seconds(300, () => [arm(50, 0, undefined, 1), arm(50, 0, undefined, 2)]),
        policy,
      ),
      300_000,
    );
    expect(verdict.decision).toBe('rollback');
    expect(verdict.sentence).toMatch(/\d+ fewer orders than expected so far/);
  });

  it('rolls back beyond an absolute guard that the margin would forgive', () => {
    const policy = {
      ...errorsPolicy,
      metrics: [{ name: 'errors', margin: 9, weight: 1, guard: { rate: 0.02 } }],
    };
    const stream = seconds(200, () => [arm(50, 3), arm(50, 0.9)]);
    const verdict = judge(run(stream, policy), 200_000);
    expect(verdict.decision).toBe('rollback');
    expect(verdict.sentence).toContain('the guard rate at most 2.00 % is broken while the baseline keeps it');
  });

  it('blames no canary for a guard that the baseline breaks as well, and does not advance it either', () => {
    const policy = {
      ...errorsPolicy,
      metrics: [{ name: 'errors', margin: 9, weight: 1, guard: { rate: 0.02 } }],
    };
    const verdict = judge(
      run(
        seconds(200, () => [arm(50, 3), arm(50, 3)]),
        policy,
      ),
      200_000,
    );
    expect(verdict.decision).toBe('hold');
    expect(verdict.sentence).toContain('beyond a guard just now (rate at most 2.00 %)');
  });

  it('keeps a p95 guard within the latency metric', () => {
    const policy = {
      ...errorsPolicy,
      metrics: [{ name: 'latency', margin: 4, weight: 1, guard: { p95: 0.2 } }],
    };
    const verdict = judge(run(seconds(120, slow), policy), 120_000);
    expect(verdict.decision).toBe('rollback');
    expect(verdict.sentence).toContain('the guard p95 at most 200 ms is broken');
  });
});
