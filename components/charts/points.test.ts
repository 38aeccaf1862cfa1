import { describe, expect, it } from 'vitest';
import type { SamplesView } from '#lib/contract/release.ts';
import { errorRate, eventRate, latencyQuantile } from './points.ts';

const start = Date.parse('2026-11-23T06:00:00Z');
const point = (second: number, requests: number, errors: number, latency: number[] = [], orders = 0) => ({
  at: new Date(start + second * 1_000).toISOString(),
  requests,
  errors,
  latency,
  counts: { orders },
});
const samples = (series: SamplesView['series']): SamplesView => ({
  step: 5,
  from: new Date(start).toISOString(),
  to: new Date(start + 60_000).toISOString(),
  edges: [0.1, 1, 2.5],
  series,
});

describe('points of a chart', () => {
  it('add the counts of clusters before they take a ratio, so a busy cluster weighs more', () => {
    const [first] = errorRate(
      samples([
        { cluster: 'eu', track: 'canary', points: [point(5, 900, 0)] },
        { cluster: 'us', track: 'canary', points: [point(5, 100, 50)] },
      ]),
    );
    expect(first?.canary).toMatchObject({ n: 1_000, bad: 50, value: 0.05, beyond: false });
    expect(first?.canary?.band?.low).toBeLessThan(0.05);
    expect(first?.canary?.band?.high).toBeGreaterThan(0.05);
    expect(first?.baseline).toBeNull();
  });

  it('look back thirty seconds and no further', () => {
    const points = [5, 10, 15, 20, 25, 30, 35].map((second) => point(second, 10, second === 5 ? 6 : 0));
    const drawn = errorRate(samples([{ cluster: 'eu', track: 'baseline', points }]));
    expect(drawn[5]?.baseline).toMatchObject({ n: 60, bad: 6 });
    expect(drawn[6]?.baseline).toMatchObject({ n: 60, bad: 0 });
  });

  it('show nothing, not zero, where a track reported nothing or had no requests', () => {
    const drawn = errorRate(
      samples([
        { cluster: 'eu', track: 'baseline', points: [point(5, 10, 0), point(50, 10, 0)] },
        { cluster: 'eu', track: 'canary', points: [point(5, 0, 0)] },
      ]),
    );
    expect(drawn[0]?.canary?.value).toBeNull();
    expect(drawn[1]?.canary).toBeNull();
  });

  it('take quantiles from the summed buckets, and say when one lies beyond the last', () => {
    const drawn = latencyQuantile(
      samples([
        { cluster: 'eu', track: 'canary', points: [point(5, 100, 0, [50, 50, 0, 0])] },
        { cluster: 'eu', track: 'baseline', points: [point(5, 100, 0, [0, 0, 50, 50])] },
      ]),
      0.95,
    );
    expect(drawn[0]?.canary?.value).toBeCloseTo(0.91, 5);
    expect(drawn[0]?.baseline).toMatchObject({ value: 2.5, beyond: true });
  });

  it('count business events by their name', () => {
    const drawn = eventRate(
      samples([{ cluster: 'eu', track: 'canary', points: [point(5, 100, 0, [], 4)] }]),
      'orders',
    );
    expect(drawn[0]?.canary?.value).toBe(0.04);
  });
});
