import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GaugeReading } from './contract.ts';
import { checkReadings, findGauge, type GaugeEvidence, gaugeHarm, newGauge, observeGauge } from './gauge.ts';
import { secondsUntil, theilSen } from './leak.ts';
import { rankEvidence } from './rank-evidence.ts';
import { randomFrom } from './testing/random.ts';
import { spanAt } from './testing/span.ts';

const definition = { name: 'memory', kind: 'gauge', direction: 'lower-is-better' } as const;
const start = (guard?: Record<string, number>) =>
  newGauge({ name: 'memory', margin: 0.2, weight: 1, guard }, definition);

type World = { canaries: number; baselines: number; leak: number; baselineAge?: number; limit?: number };

/** Memory of 500 with slow swings of every host of its own; a leak adds so much a minute to every canary instance. */
function* simulate(seed: number, seconds: number, world: World): Generator<GaugeEvidence> {
  const random = randomFrom(seed);
  const swing = Array.from({ length: 40 }, () => 0);
  const offset = swing.map(() => 30 * random());
  const read = (name: string, host: number, age: number, extra: number): GaugeReading => {
    swing[host] = 0.98 * (swing[host] ?? 0) + 6 * (random() - 0.5);
    return { instance: name, ageSeconds: age, value: 500 + (offset[host] ?? 0) + (swing[host] ?? 0) + extra };
  };
  let evidence = start(world.limit === undefined ? undefined : { max: world.limit });
  for (let second = 5; second <= seconds; second += 5) {
    const canary = Array.from({ length: world.canaries }, (_, k) =>
      read(`c${k}`, k, second, (world.leak * second) / 60),
    );
    const age = second + (world.baselineAge ?? 0);
    const baseline = Array.from({ length: world.baselines }, (_, k) => read(`b${k}`, 20 + k, age, 0));
    const span = spanAt(second, { seconds: 5, since: (second - 5) * 1000 });
    evidence = observeGauge(evidence, span, canary, baseline);
    yield evidence;
  }
}
const last = (steps: Iterable<GaugeEvidence>) => [...steps].at(-1) ?? start();
const most = (steps: Iterable<GaugeEvidence>) => Math.max(...[...steps].map(gaugeHarm));

describe('gauges', () => {
  it('hardly ever accuse a canary on hosts that swing and differ like the others', () => {
    let accused = 0;
    for (let seed = 1; seed <= 60; seed += 1)
      if (most(simulate(seed * 7, 1500, { canaries: 3, baselines: 6, leak: 0 })) >= 100) accused += 1;
    expect(accused).toBeLessThanOrEqual(2);
  });

  it('find a leak on four instances against eight of the same age within minutes', () => {
    expect(most(simulate(3, 300, { canaries: 4, baselines: 8, leak: 40 }))).toBeGreaterThan(50);
    expect(most(simulate(3, 420, { canaries: 4, baselines: 8, leak: 40 }))).toBeGreaterThan(100);
  });

  it('never roll back for one canary instance, however it grows, but see the leak and when it ends', () => {
    const evidence = last(simulate(5, 300, { canaries: 1, baselines: 1, leak: 20, limit: 1200 }));
    expect(gaugeHarm(evidence)).toBeLessThanOrEqual(1);
    const { leak } = findGauge(evidence);
    expect(leak?.perMinute).toBeGreaterThan(10);
    expect(leak?.reachesSeconds).toBeGreaterThan(1200);
    expect(leak?.reachesSeconds).toBeLessThan(3000);
  });

  it('never roll back against instances of another age: a young cache fills', () => {
    const world = { canaries: 4, baselines: 8, leak: 40, baselineAge: 90_000 };
    const evidence = last(simulate(5, 900, world));
    expect(gaugeHarm(evidence)).toBeLessThanOrEqual(1);
    expect(findGauge(evidence)).toMatchObject({ sameAge: false, leak: { instance: expect.any(String) } });
  });

  it('roll back beyond the hard limit, but not for a spike and not when the baseline is beyond it as well', () => {
    const feed = (canary: (second: number) => number, baseline: number) => {
      let evidence = start({ max: 90 });
      for (let second = 1; second <= 60; second += 1)
        evidence = observeGauge(
          evidence,
          spanAt(second),
          [{ instance: 'c', ageSeconds: second, value: canary(second) }],
          [{ instance: 'b', ageSeconds: 999, value: baseline }],
        );
      return gaugeHarm(evidence);
    };
    expect(feed(() => 95, 60)).toBeGreaterThan(1e6);
    expect(feed((second) => (second % 20 === 0 ? 95 : 60), 60)).toBeLessThanOrEqual(1);
    expect(feed(() => 95, 95)).toBeLessThanOrEqual(1);
  });

  it('start anew when an instance restarts under its name', () => {
    const told = (age: number, value: number) => [{ instance: 'a', ageSeconds: age, value }];
    let evidence = start();
    for (let second = 1; second <= 200; second += 1)
      evidence = observeGauge(evidence, spanAt(second), told(second % 100, second), told(second, 1));
    expect(findGauge(evidence).minutes).toBeLessThanOrEqual(1);
  });

  it('know readings that cannot be', () => {
    expect(checkReadings([{ instance: 'a', ageSeconds: null, value: 1 }])).toBeNull();
    expect(checkReadings([{ instance: 'a', ageSeconds: null, value: Number.NaN }])).toContain('of a is NaN');
    expect(checkReadings([{ instance: 'a', ageSeconds: -1, value: 1 }])).toContain('age of -1');
  });
});

describe('ranks of instances', () => {
  it('have a mean of exactly one over all ways to choose the canary', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 8 }), (values) => {
        let sum = 0;
        let ways = 0;
        for (let i = 0; i < values.length; i += 1)
          for (let j = i + 1; j < values.length; j += 1) {
            sum += rankEvidence(
              values.filter((_, k) => k === i || k === j),
              values.filter((_, k) => k !== i && k !== j),
            );
            ways += 1;
          }
        expect(sum / ways).toBeCloseTo(1, 9);
      }),
    );
  });

  it('rise when a canary instance rises', () => {
    expect(rankEvidence([7, 8, 9], [1, 2, 3, 4, 5, 6])).toBeGreaterThan(
      rankEvidence([1, 8, 9], [7, 2, 3, 4, 5, 6]),
    );
  });
});

describe('a slope by the median of pairs', () => {
  it('is not moved by one spike', () => {
    const means = [1, 2, 3, 400, 5, 6].map((mean, index) => ({ index, mean }));
    expect(theilSen(means)?.slope).toBeCloseTo(1, 1);
  });

  it('is projected to a limit', () => {
    expect(secondsUntil(100, 69, 1)).toBe(31 * 60);
    expect(secondsUntil(100, 120, 1)).toBe(0);
    expect(secondsUntil(100, 69, 0)).toBeNull();
  });
});
