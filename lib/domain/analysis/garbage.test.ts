import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArmCounts, Interval, MetricDefinition } from './contract.ts';
import { forecastAt } from './forecast.ts';
import { judge } from './judge.ts';
import { observeInterval } from './observe.ts';
import { startAnalysis } from './start.ts';
import { arm, edges, errorsPolicy, interval, shopMetrics } from './testing/intervals.ts';

const metrics: MetricDefinition[] = [
  ...shopMetrics,
  { name: 'logins', kind: 'count', direction: 'higher-is-better' },
  { name: 'basket', kind: 'mean', direction: 'higher-is-better', bound: 100 },
  { name: 'memory', kind: 'gauge', direction: 'lower-is-better' },
];
const policy = {
  ...errorsPolicy,
  metrics: metrics.map(({ name }) => ({
    name,
    margin: 0.05,
    weight: 1 / metrics.length,
    guard: { max: 50, rate: 0.1 },
  })),
};

const number = fc.oneof(
  fc.double(),
  fc.integer({ min: -5, max: 200 }),
  fc.constantFrom(Number.NaN, Infinity, -1),
);
const name = fc.oneof(fc.constantFrom('a', '__proto__', 'constructor', 'orders', 'logins'), fc.string());
const armOf: fc.Arbitrary<ArmCounts | null> = fc.option(
  fc.record(
    {
      requests: number,
      errors: number,
      latency: fc.array(number, { maxLength: 7 }),
      counts: fc.dictionary(name, number, { maxKeys: 3 }),
      amounts: fc.dictionary(name, fc.record({ n: number, sum: number, sumOfSquares: number }), {
        maxKeys: 2,
      }),
      gauges: fc.record({
        memory: fc.array(fc.record({ instance: name, ageSeconds: fc.option(number), value: number }), {
          maxLength: 4,
        }),
      }),
      routes: fc.dictionary(name, fc.record({ requests: number, errors: number }), { maxKeys: 3 }),
      fingerprints: fc.dictionary(name, number, { maxKeys: 3 }),
      youngestSeconds: fc.option(number),
    },
    { requiredKeys: ['requests', 'errors'] },
  ),
);
const garbage: fc.Arbitrary<Interval> = fc.record(
  {
    target: name,
    at: fc.oneof(number, fc.integer({ min: -100_000, max: 900_000 })),
    seconds: number,
    canary: armOf,
    baseline: armOf,
    latencyEdges: fc.oneof(fc.constant(edges), fc.array(number, { maxLength: 6 })),
    assignedShare: number,
  },
  { requiredKeys: ['target', 'at', 'seconds', 'canary', 'baseline'] },
);

/** Every number anywhere in a value, with its path. */
function numbersIn(value: unknown, path = ''): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, `${path}.${key}`));
}
const feed = (intervals: Interval[]) => intervals.reduce(observeInterval, startAnalysis(policy, metrics, 0));
const healthy = (second: number): Interval =>
  interval(second, arm(50, second % 2), arm(50, (second + 1) % 2), { assignedShare: 0.5 });

describe('garbage', () => {
  it('never throws, keeps every number finite, and never advances', () => {
    fc.assert(
      fc.property(fc.array(garbage, { maxLength: 30 }), (intervals) => {
        const state = feed(intervals);
        const now = Math.max(0, ...intervals.map(({ at }) => (Number.isFinite(at) ? at : 0)));
        const verdict = judge(state, now);
        expect(verdict.decision).not.toBe('advance');
        expect(verdict.sentence).not.toMatch(/NaN %|undefined|Infinity %/);
        expect(numbersIn(verdict).filter(([, value]) => !Number.isFinite(value))).toEqual([]);
        const kept = { ...state, refused: null };
        expect(numbersIn(kept).filter(([, value]) => !Number.isFinite(value))).toEqual([]);
        expect(() => forecastAt(state, 0.25)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('in between changes no evidence: only the refusal is kept', () => {
    fc.assert(
      fc.property(garbage, (bad) => {
        const state = feed(Array.from({ length: 20 }, (_, i) => healthy(i + 1)));
        const after = observeInterval(state, bad);
        if (after.refused.count === 0) return;
        expect({ ...after, refused: state.refused }).toEqual(state);
        expect(judge(after, 20_000).decision).not.toBe('advance');
      }),
      { numRuns: 200 },
    );
  });
});

const errorsOnly = (intervals: Interval[], now: number) =>
  judge(intervals.reduce(observeInterval, startAnalysis(errorsPolicy, shopMetrics, 0)), now);
const series = (seconds: number, make: (second: number) => Interval) =>
  Array.from({ length: seconds }, (_, i) => make(i + 1));

describe('each kind of bad input has its own answer', () => {
  it.each<[string, Interval, string]>([
    [
      'errors above requests',
      interval(21, arm(5, 9), arm(5, 0)),
      'canary.errors is 9, more than the 5 requests',
    ],
    ['a negative count', interval(21, arm(5, 0), arm(-1, 0)), 'baseline.requests is -1, must be 0 or more'],
    ['a count that is no number', interval(21, arm(Number.NaN, 0), arm(5, 0)), 'canary.requests is NaN'],
    [
      'the same interval twice',
      interval(20, arm(5, 0), arm(5, 0)),
      'reported the interval ending at 20000 twice',
    ],
    [
      'a clock that went back',
      interval(12, arm(5, 0), arm(5, 0)),
      'ending at 12000 after one ending at 20000',
    ],
    [
      'a share of 120 %',
      interval(21, arm(5, 0), arm(5, 0), { assignedShare: 1.2 }),
      'assignedShare is 1.2, must be',
    ],
    [
      'a route with more failures than requests',
      interval(21, { ...arm(5, 1), routes: { '/': { requests: 1, errors: 2 } } }, arm(5, 0)),
      'canary.routes["/"].errors is 2, more than the 1 requests',
    ],
    [
      'a gauge that is no number',
      interval(
        21,
        { ...arm(5, 0), gauges: { memory: [{ instance: 'a', ageSeconds: 1, value: Number.NaN }] } },
        arm(5, 0),
      ),
      'canary.gauges.memory of a is NaN',
    ],
  ])('%s is refused, by its field', (_, bad, text) => {
    const verdict = errorsOnly([...series(20, healthy), bad], 20_500);
    expect(verdict).toMatchObject({ decision: 'hold', holdReason: 'bad-data' });
    expect(verdict.sentence).toContain(text);
  });

  it('a clock far ahead is named and never makes silence look fresh', () => {
    const verdict = errorsOnly([...series(300, healthy), healthy(4000)], 301_000);
    expect(verdict).toMatchObject({ decision: 'hold', holdReason: 'bad-data' });
    expect(verdict.sentence).toContain('ahead of the clock here: set its clock');
  });

  it('failures of every request on both sides are no reason to roll back and none to advance', () => {
    const verdict = errorsOnly(
      series(300, (second) => interval(second, arm(2, 2), arm(50, 50))),
      300_000,
    );
    expect(verdict.decision).toBe('hold');
    expect(verdict.sentence).toContain('more than half of the requests fail just now');
  });

  it('buckets that change in mid-release start the comparison of latencies anew, without an answer from the mix', () => {
    const latencies = (second: number): Interval => {
      const layout = second <= 100 ? edges : [0.1, 1];
      const row = second <= 100 ? [10, 20, 10, 5, 5] : [20, 25, 5];
      return interval(second, arm(50, 0, row), arm(50, 0, row), { latencyEdges: layout });
    };
    const only = { ...errorsPolicy, metrics: [{ name: 'latency', margin: 0.05, weight: 1 }] };
    const state = series(200, latencies).reduce(observeInterval, startAnalysis(only, shopMetrics, 0));
    expect(judge(state, 200_000)).toMatchObject({ decision: expect.not.stringMatching('rollback') });
    expect(judge(state, 200_000).metrics[0]?.evidence).toBeLessThan(2);
  });
});
