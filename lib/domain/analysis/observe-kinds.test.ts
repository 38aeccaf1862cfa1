import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnalysisPolicy, ArmCounts, Interval, MetricDefinition } from './contract.ts';
import { judge } from './judge.ts';
import { observeAll, observeInterval, observeOwned } from './observe.ts';
import { startAnalysis } from './start.ts';
import type { AnalysisState } from './state.ts';

const EDGES = [0.05, 0.1, 0.2, 0.4];
const metrics: MetricDefinition[] = [
  { name: 'errors', kind: 'errors', direction: 'lower-is-better' },
  { name: 'latency', kind: 'latency', direction: 'lower-is-better' },
  { name: 'orders', kind: 'rate', direction: 'higher-is-better' },
  { name: 'logins', kind: 'count', direction: 'higher-is-better' },
  { name: 'basket', kind: 'mean', direction: 'higher-is-better', bound: 100 },
  { name: 'memory', kind: 'gauge', direction: 'lower-is-better' },
];
const policy: AnalysisPolicy = {
  alpha: 0.01,
  warmupSeconds: 20,
  everySeconds: 5,
  advance: { ratioMax: 2, rateMax: 0.001, alpha: 0.05 },
  metrics: metrics.map(({ name }) => ({
    name,
    margin: 0.05,
    weight: 1 / metrics.length,
    ...(name === 'memory' ? { guard: { max: 900 } } : {}),
    ...(name === 'latency' ? { guard: { p95: 0.4 } } : {}),
  })),
};

const armOf = (requestsMax: number, instances: string[]): fc.Arbitrary<ArmCounts | null> => {
  const arm = fc.integer({ min: 0, max: requestsMax }).chain((requests) =>
    fc.record(
      {
        requests: fc.constant(requests),
        errors: fc.integer({ min: 0, max: Math.ceil(requests / 8) }),
        latency: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 5, maxLength: 5 }),
        counts: fc.record({ orders: fc.integer({ min: 0, max: requests }), logins: fc.nat(9) }),
        amounts: fc.nat(6).map((n) => ({ basket: { n, sum: n * 30, sumOfSquares: n * 1_000 } })),
        gauges: fc
          .array(fc.integer({ min: 300, max: 700 }), {
            minLength: instances.length,
            maxLength: instances.length,
          })
          .map((values) => ({
            memory: values.map((value, index) => ({
              instance: instances[index] ?? '',
              ageSeconds: 100 + index,
              value,
            })),
          })),
        routes: fc.constant({ '/cart': { requests, errors: 0 } }),
        fingerprints: fc.constantFrom({}, { TimeoutError: 1 }, { '503': 2, '500': 1 }),
        youngestSeconds: fc.constantFrom(null, 5, 500),
      },
      { requiredKeys: ['requests', 'errors'] },
    ),
  );
  return fc.option(arm, { freq: 9 });
};

const streams = fc
  .array(
    fc.record({
      canary: armOf(20, ['c1', 'c2', 'c3']),
      baseline: armOf(80, ['b1', 'b2', 'b3', 'b4']),
      target: fc.constantFrom('eu', 'us'),
      gap: fc.constantFrom(1, 1, 1, 5, 40),
      assignedShare: fc.constantFrom(undefined, 0.2, 0.2, 0.5),
    }),
    { maxLength: 80, size: 'max' },
  )
  .map((parts) => {
    let second = -15;
    return parts.map(({ gap, assignedShare, ...part }): Interval => {
      second += gap;
      return {
        ...part,
        at: second * 1_000,
        seconds: 1,
        latencyEdges: EDGES,
        ...(assignedShare === undefined ? {} : { assignedShare }),
      };
    });
  });

const begin = () => startAnalysis(policy, metrics, 0);
const stored = (state: AnalysisState): AnalysisState => JSON.parse(JSON.stringify(state));

describe('observing every kind of metric together', () => {
  it('gives the same answer however the stream is split, stored and read back', () => {
    fc.assert(
      fc.property(streams, fc.nat(), (stream, cut) => {
        const at = stream.length === 0 ? 0 : cut % stream.length;
        const now = stream.at(-1)?.at ?? 0;
        const one = observeAll(begin(), stream);
        const two = observeAll(stored(observeAll(begin(), stream.slice(0, at))), stream.slice(at));
        const each = stream.reduce((state, interval) => stored(observeInterval(state, interval)), begin());
        const text = JSON.stringify(one);
        expect(JSON.stringify(two)).toBe(text);
        expect(JSON.stringify(each)).toBe(text);
        expect(judge(two, now)).toEqual(judge(one, now));
      }),
      { numRuns: 40 },
    );
  });

  it('leaves the given state and the intervals untouched, save where the caller gave the state away', () => {
    fc.assert(
      fc.property(streams, (stream) => {
        const before = observeAll(begin(), stream.slice(0, 30));
        const text = JSON.stringify([before, stream]);
        const after = observeAll(before, stream.slice(30));
        expect(JSON.stringify([before, stream])).toBe(text);
        expect(observeOwned(before, stream.slice(30))).toBe(before);
        expect(JSON.stringify(before)).toBe(JSON.stringify(after));
      }),
      { numRuns: 25 },
    );
  });
});
