import { describe, expect, it } from 'vitest';
import type { AnalysisPolicy, ArmCounts, Interval, MetricDefinition } from './contract.ts';
import { forecastAt } from './forecast.ts';
import { judge } from './judge.ts';
import { observeInterval } from './observe.ts';
import { startAnalysis } from './start.ts';
import { arm, errorsPolicy, interval, shopMetrics } from './testing/intervals.ts';

type Rest = Partial<Interval>;
type Make = (second: number) => [ArmCounts | null, ArmCounts | null, Rest?];
const feed = (policy: AnalysisPolicy, metrics: MetricDefinition[], seconds: number, make: Make) => {
  let state = startAnalysis(policy, metrics, 0);
  for (let second = 1; second <= seconds; second += 1)
    state = observeInterval(state, interval(second, ...make(second)));
  return { state, verdict: judge(state, seconds * 1000) };
};
const only = (name: string, rest = {}): AnalysisPolicy => ({
  ...errorsPolicy,
  metrics: [{ name, margin: 0.01, weight: 1, ...rest }],
});
const counts = (orders: number): ArmCounts => ({ requests: 50, errors: 0, counts: { orders } });
const even = { assignedShare: 0.5 };

describe('counts', () => {
  const orders: MetricDefinition[] = [{ name: 'orders', kind: 'count', direction: 'higher-is-better' }];

  it('roll back a canary that loses half of its orders, a minute at full traffic told', () => {
    const { verdict } = feed(only('orders'), orders, 300, (s) => [counts(1), counts(1 + (s % 2)), even]);
    expect(verdict.decision).toBe('rollback');
    expect(verdict.sentence).toMatch(/canary 120 against \d+ a minute at full traffic/);
    expect(verdict.sentence).toMatch(/\d+ fewer orders than expected so far/);
  });

  it('let a canary pass that earns its share, and hold one below the plan’s minimum', () => {
    const equal: Make = () => [counts(2), counts(2), even];
    expect(feed(only('orders'), orders, 300, equal).verdict.decision).toBe('advance');
    const { verdict } = feed(only('orders', { guard: { min: 500 } }), orders, 300, equal);
    expect(verdict.decision).toBe('hold');
    expect(verdict.sentence).toContain('beyond a guard just now (at least 500 a minute)');
    expect(verdict.metrics[0]?.guards).toEqual([expect.objectContaining({ key: 'min', state: 'beyond' })]);
  });

  it('cannot be told without the assigned share', () => {
    const { verdict } = feed(only('orders'), orders, 300, () => [counts(2), counts(2)]);
    expect(verdict).toMatchObject({ decision: 'hold', holdReason: 'insufficient-evidence' });
  });
});

describe('means', () => {
  const basket: MetricDefinition[] = [
    { name: 'basket', kind: 'mean', direction: 'higher-is-better', bound: 100, unit: 'EUR' },
  ];
  const amounts = (each: number): ArmCounts => ({
    requests: 50,
    errors: 0,
    amounts: { basket: { n: 3, sum: 3 * each, sumOfSquares: 3 * each * each } },
  });

  it('roll back smaller baskets with an interval of the ratio, and let equal ones pass', () => {
    const worse = feed(only('basket'), basket, 300, (s) => [amounts(30 + (s % 9)), amounts(45 + (s % 7))]);
    expect(worse.verdict.decision).toBe('rollback');
    expect(worse.verdict.metrics[0]?.ratio.high).toBeLessThan(1);
    expect(worse.verdict.sentence).toMatch(/canary [\d.]+ EUR against [\d.]+ EUR/);
    const equal = feed(only('basket'), basket, 300, (s) => [amounts(45 + (s % 9)), amounts(45 + (s % 7))]);
    expect(equal.verdict.decision).toBe('advance');
  });

  it('refuse amounts beyond their bound', () => {
    const { verdict } = feed(only('basket'), basket, 20, () => [amounts(500), amounts(40)]);
    expect(verdict.holdReason).toBe('bad-data');
    expect(verdict.sentence).toContain('canary.amounts.basket has a sum of 1500');
  });
});

describe('gauges', () => {
  const memory: MetricDefinition[] = [
    { name: 'memory', kind: 'gauge', direction: 'lower-is-better', unit: 'bytes' },
  ];
  const MEBIBYTE = 1024 * 1024;
  const reading = (instance: string, mebibytes: number): ArmCounts => ({
    requests: 50,
    errors: 0,
    gauges: { memory: [{ instance, ageSeconds: null, value: mebibytes * MEBIBYTE }] },
  });
  const policy = only('memory', { margin: 0.5, guard: { max: 1024 * MEBIBYTE } });

  it('hold for a leak of one instance, and say when it reaches the limit', () => {
    const { verdict } = feed(policy, memory, 300, (s) => [reading('c', 300 + s / 5), reading('b', 300)]);
    expect(verdict.decision).toBe('hold');
    expect(verdict.sentence).toMatch(/eu\/c grows by 12 MiB a minute, .* reaches the limit in \d+ minutes/);
  });

  it('roll back beyond the hard limit without speaking of chance', () => {
    const { verdict } = feed(policy, memory, 60, () => [reading('c', 1100), reading('b', 300)]);
    expect(verdict.decision).toBe('rollback');
    expect(verdict.sentence).toContain('at most 1 GiB is broken');
    expect(verdict.sentence).not.toContain('chance');
  });

  it('let a level that stays pass after some minutes', () => {
    const { verdict } = feed(policy, memory, 300, (s) => [reading('c', 300 + (s % 3)), reading('b', 301)]);
    expect(verdict.decision).toBe('advance');
  });
});

describe('the share of the requests', () => {
  it('blocks a canary that gets twice its share, and asks why', () => {
    const { verdict } = feed(errorsPolicy, shopMetrics, 400, (s) => [
      arm(20, s % 5 === 0 ? 1 : 0),
      arm(80, s % 5 === 1 ? 4 : 0),
      { assignedShare: 0.1 },
    ]);
    expect(verdict).toMatchObject({ decision: 'hold', holdReason: 'sample-ratio' });
    expect(verdict.sentence).toContain('the canary got 20 % of the requests of the last minutes, 10 % were');
    expect(verdict.sentence).toContain('retries or a crash loop?');
  });
});

describe('routes and kinds of failures', () => {
  it('name the route that carries the failures and the error that the baseline never showed', () => {
    const told = (bad: number, requests: number): ArmCounts => ({
      ...arm(requests, bad),
      routes: { 'GET /cart': { requests: 5, errors: bad }, 'GET /': { requests: requests - 5, errors: 0 } },
      fingerprints: bad > 0 ? { TimeoutError: bad } : {},
    });
    const { verdict } = feed(errorsPolicy, shopMetrics, 30, (s) => [
      told(s % 3 === 0 ? 1 : 0, 20),
      told(0, 80),
    ]);
    expect(verdict.decision).toBe('rollback');
    const [errors] = verdict.metrics;
    expect(errors?.parts?.map(({ sentence }) => sentence)).toContainEqual(
      expect.stringMatching(/^error TimeoutError never seen in the baseline: \d+ times$/),
    );
    expect(errors).toMatchObject({ method: expect.any(String), evidenceMax: expect.any(Number) });
  });
});

describe('the warm-up by age', () => {
  const policy = { ...errorsPolicy, warmupSeconds: 90 };
  const aged = (second: number, age: number): [ArmCounts, ArmCounts] => [
    { ...arm(50, second % 2 === 0 ? 1 : 0), youngestSeconds: age },
    arm(50, second % 2),
  ];

  it('is over at once for instances that are old enough', () => {
    expect(feed(policy, shopMetrics, 60, (s) => aged(s, 1000 + s)).verdict.holdReason).not.toBe('warming-up');
  });

  it('begins again with a new instance, but does not forgive a crash loop for ever', () => {
    expect(feed(policy, shopMetrics, 300, (s) => aged(s, s % 280)).verdict.holdReason).toBe('warming-up');
    const crashing: Make = (s) => [{ ...arm(50, 4), youngestSeconds: s % 30 }, arm(50, s % 2)];
    expect(feed(policy, shopMetrics, 600, crashing).verdict.decision).toBe('rollback');
  });
});

describe('the forecast at another share', () => {
  it('is sooner with more traffic, and part of the sentence', () => {
    const { state, verdict } = feed(errorsPolicy, shopMetrics, 100, (s) => [
      arm(5, s % 40 === 0 ? 1 : 0),
      arm(95, s % 2),
    ]);
    const [at5, at25] = [forecastAt(state, 0.05), forecastAt(state, 0.25)];
    expect(at25).toBeLessThan(at5 ?? 0);
    expect(verdict.sentence).toMatch(/more at this traffic, or .* at 25 % traffic/);
    expect(forecastAt(state, 0)).toBeNull();
    expect(forecastAt(state, 7)).toBeNull();
  });
});
