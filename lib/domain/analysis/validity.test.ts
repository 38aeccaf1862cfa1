import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { defaultAnalysisPolicy } from './default-policy.ts';
import { judge } from './judge.ts';
import { observeInterval } from './observe.ts';
import { startAnalysis } from './start.ts';
import { edges, interval, shopMetrics } from './testing/intervals.ts';

/** What a simulated canary is like against a baseline of 95 requests a second with 1 % failures. */
type World = { errors?: number; slower?: number; orders?: number; shared?: (second: number) => number };

const policy = {
  ...defaultAnalysisPolicy,
  warmupSeconds: 0,
  metrics: [...defaultAnalysisPolicy.metrics, { name: 'orders', margin: 0.01, weight: 0.15 }],
};

/** Simulates `seconds` of traffic and says in which second the canary was rolled back, null = never. */
function rollbackSecond(
  seed: number,
  seconds: number,
  world: World,
): { at: number | null; advanced: boolean } {
  const generator = xoroshiro128plus(seed);
  const random = () => uniformFloat64(generator);
  const { errors = 1, slower = 1, orders = 1, shared = () => 1 } = world;
  const arm = (n: number, rate: number, stretch: number, conversion: number) => {
    const latency = [0, 0, 0, 0, 0];
    let failed = 0;
    let ordered = 0;
    for (let i = 0; i < n; i += 1) {
      if (random() < rate) failed += 1;
      if (random() < conversion) ordered += 1;
      const took = -0.08 * stretch * Math.log(1 - random());
      const k = edges.findIndex((edge) => took <= edge);
      const bucket = k < 0 ? edges.length : k;
      latency[bucket] = (latency[bucket] ?? 0) + 1;
    }
    return { requests: n, errors: failed, latency, counts: { orders: ordered } };
  };
  let state = startAnalysis(policy, shopMetrics, 0);
  let advanced = false;
  for (let second = 1; second <= seconds; second += 1) {
    const rate = 0.01 * shared(second);
    const canaryN = Math.floor(random() * 11);
    const canary = arm(canaryN, rate * errors, slower, 0.05 * orders);
    state = observeInterval(state, interval(second, canary, arm(95, rate, 1, 0.05)));
    if (state.crossedAt !== null) return { at: state.crossedAt / 1000, advanced };
    advanced ||= second % 20 === 0 && judge(state, second * 1000).decision === 'advance';
  }
  return { at: null, advanced };
}

function share(runs: number, seconds: number, world: World): { rolledBack: number; advanced: number } {
  let rolledBack = 0;
  let advanced = 0;
  for (let seed = 1; seed <= runs; seed += 1) {
    const outcome = rollbackSecond(seed * 7919, seconds, world);
    if (outcome.at !== null) rolledBack += 1;
    if (outcome.advanced) advanced += 1;
  }
  return { rolledBack: rolledBack / runs, advanced: advanced / runs };
}

/** With alpha 0.01 and 60 canaries, three false rollbacks or more have a chance of 2 %; the seeds are fixed. */
describe('simulated canaries, looked at every second', () => {
  it('rolls back hardly any healthy canary, and advances most of them', () => {
    const { rolledBack, advanced } = share(60, 400, {});
    expect(rolledBack).toBeLessThanOrEqual(2 / 60);
    expect(advanced).toBeGreaterThan(0.5);
  });

  it('blames no canary for an incident that both sides share', () => {
    const shared = (second: number) => (second > 60 && second < 120 ? 15 : 1);
    expect(share(40, 200, { shared }).rolledBack).toBeLessThanOrEqual(1 / 40);
  });

  it('forgives what lies within the margins: 5 % more errors, 3 % slower', () => {
    expect(share(40, 200, { errors: 1.05, slower: 1.03 }).rolledBack).toBeLessThanOrEqual(1 / 40);
  });

  it('finds five times the errors, twice the latency, and a canary that takes no orders', () => {
    for (const world of [{ errors: 5 }, { slower: 2 }, { orders: 0 }]) {
      expect(share(10, 300, world).rolledBack).toBe(1);
    }
  });

  it('finds an outage of the canary within seconds', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      expect(rollbackSecond(seed, 60, { errors: 100 }).at).toBeLessThanOrEqual(30);
    }
  });
});
