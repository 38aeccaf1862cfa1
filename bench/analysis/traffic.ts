/** Traffic of one canary, second by second: requests, failures, latencies and conversions of both arms. */
import { randomBinomial, randomNormal, randomPoisson } from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { ArmCounts, Interval } from '../../lib/domain/analysis/contract.ts';
import { HISTORY_SECONDS, type Scenario } from './scenarios.ts';

export const EDGES = [10, 25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1_000, 2_500].map(
  (milliseconds) => milliseconds / 1_000,
);
const MEDIAN_SECONDS = 0.08;
const SIGMA = 0.6;
/** The load of both arms together makes the median wander by about a tenth. */
const NOISE_KEPT = 0.98;
const NOISE_STEP = 0.02;
const RETRIES_MEAN = 8;
const RETRY_SECONDS = 4;
const LEAK_PER_SECOND = 0.4;

/** What is true in one second, before chance. */
type Truth = { rate: number; share: number; errors: number; latency: number };
type Arm = 'canary' | 'baseline';

export type Traffic = {
  /** The interval ending `second + 1` seconds after the canary's start; negative seconds are the history before it. */
  next: (second: number) => Interval;
};

/** Endless traffic of a scenario; the same seed gives the same traffic. */
export const trafficOf = (scenario: Scenario, seed: number): Traffic => {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(generator);
  const normal = randomNormal.source(uniform)();
  const poisson = randomPoisson.source(uniform);
  const binomial = randomBinomial.source(uniform);
  const bursts: Record<Arm, number[]> = { canary: [], baseline: [] };
  let noise = 0;

  /** Failures that come with their retries over the next seconds. */
  const burstErrors = (arm: Arm, requests: number, expected: number): number => {
    const waiting = bursts[arm];
    for (let count = poisson(expected / RETRIES_MEAN)(); count > 0; count -= 1) {
      let retries = 1;
      while (uniform() < 1 - 1 / RETRIES_MEAN) retries += 1;
      for (let retry = 0; retry < retries; retry += 1) {
        const later = Math.floor(uniform() * RETRY_SECONDS);
        waiting[later] = (waiting[later] ?? 0) + 1;
      }
    }
    const due = waiting.shift() ?? 0;
    const failed = Math.min(requests, due);
    waiting[0] = (waiting[0] ?? 0) + due - failed;
    return failed;
  };

  const latencies = (requests: number, median: number, tail: number): number[] => {
    const counts = new Array<number>(EDGES.length + 1).fill(0);
    for (let request = 0; request < requests; request += 1) {
      const slow = tail > 0 && uniform() < tail;
      const seconds = slow
        ? 8 * MEDIAN_SECONDS * Math.exp(0.1 * normal())
        : median * Math.exp(SIGMA * normal());
      let bucket = 0;
      while (bucket < EDGES.length && seconds > (EDGES[bucket] ?? 0)) bucket += 1;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    return counts;
  };

  const armOf = (
    arm: Arm,
    requests: number,
    rates: { errors: number; median: number; tail: number; conversions: number },
  ): ArmCounts => ({
    requests,
    errors:
      scenario.shape === 'bursts'
        ? burstErrors(arm, requests, requests * rates.errors)
        : binomial(requests, rates.errors)(),
    latency: latencies(requests, rates.median, rates.tail),
    counts: { conversions: binomial(requests, rates.conversions)() },
  });

  /** Megabytes of the instances of an arm; only the scenario with a leak reports them. */
  const memoryOf = (arm: Arm, second: number): ArmCounts['gauges'] => {
    if (scenario.shape !== 'leak') return undefined;
    const leaked = arm === 'canary' ? LEAK_PER_SECOND * Math.max(0, second) : 0;
    const instances = arm === 'canary' ? ['canary-1'] : ['stable-1', 'stable-2', 'stable-3'];
    const ageSeconds = arm === 'canary' ? second + 1 : 86_400 + second;
    return {
      memory: instances.map((instance) => ({ instance, ageSeconds, value: 500 + leaked + 5 * normal() })),
    };
  };

  const next = (second: number): Interval => {
    noise = NOISE_KEPT * noise + NOISE_STEP * normal();
    const truth = truthAt(scenario, second);
    const harmed = second >= scenario.onsetSeconds;
    const harm = <T>(value: T, none: T): T => (harmed ? value : none);
    const median = MEDIAN_SECONDS * Math.exp(noise) * truth.latency;
    const cold = scenario.shape === 'cold' && second < 90 ? 1 - second / 90 : 0;
    const leak = scenario.shape === 'leak' ? Math.max(0, second) : 0;
    const share = second < 0 ? 0 : truth.share;
    const canaryErrors = Math.min(
      1,
      truth.errors * harm(scenario.errorFactor, 1) * (1 + 5 * cold) * (leak > 1_500 ? 5 : 1) +
        harm(scenario.errorRateAdded, 0),
    );
    const canary = armOf('canary', poisson(truth.rate * share)(), {
      errors: canaryErrors,
      median: median * harm(scenario.latencyFactor, 1) * (1 + 2 * cold) * (1 + (0.6 * leak) / 1_800),
      tail: harm(scenario.tail, 0),
      conversions: scenario.conversionRate * harm(scenario.conversionFactor, 1),
    });
    canary.gauges = memoryOf('canary', second);
    const baseline = armOf('baseline', poisson(truth.rate * (1 - share))(), {
      errors: truth.errors,
      median,
      tail: 0,
      conversions: scenario.conversionRate,
    });
    baseline.gauges = memoryOf('baseline', second);
    const gone = scenario.shape === 'gaps' && second >= 0;
    const silent = gone && second >= 300 && second < 420;
    return {
      target: 'here',
      at: (second + 1) * 1_000,
      seconds: 1,
      canary: second < 0 || silent || (gone && uniform() < 0.15) ? null : canary,
      baseline: gone && uniform() < 0.15 ? null : baseline,
      latencyEdges: EDGES,
    };
  };
  return { next };
};

/** The seconds of baseline traffic before the canary. */
export const historyOf = (traffic: Traffic): Interval[] =>
  Array.from({ length: HISTORY_SECONDS }, (_, index) => traffic.next(index - HISTORY_SECONDS));

const truthAt = ({ shape, requestsPerSecond, share, errorRate }: Scenario, second: number): Truth => {
  const plain: Truth = { rate: requestsPerSecond, share, errors: errorRate, latency: 1 };
  const part = Math.max(0, second) / 1_800;
  switch (shape) {
    case 'incident':
      return second >= 600 && second < 900 ? { ...plain, errors: errorRate * 10, latency: 1.5 } : plain;
    case 'diurnal':
      return { ...plain, rate: 60 + 80 * part, errors: errorRate * 0.5 * 4 ** part };
    case 'stages': {
      const stage = Math.min(3, Math.floor(Math.max(0, second) / 450));
      return {
        ...plain,
        share: [0.01, 0.05, 0.25, 0.5][stage] ?? share,
        errors: (errorRate / 2) * 2 ** stage,
      };
    }
    case 'silent':
      return { ...plain, share: 0 };
    default:
      return plain;
  }
};
