/** From counts to what a comparison chart draws: one point a step, clusters added up, ratios taken last. */
import type { SamplesView } from '#lib/contract/release.ts';
import { quantileBand, rateBand } from '#lib/domain/analysis/bands.ts';
import { quantile } from '#lib/domain/analysis/histogram.ts';

/**
 * `n` requests stand behind `value`; `bad` where the value is a part of them. `beyond`: at least `value`, the last bucket
 * is open. `band` is where the true value lies, 95 % sure at every look at this window; its `high` is null beyond the
 * last bucket.
 */
export type Arm = {
  n: number;
  bad: number | null;
  value: number | null;
  beyond: boolean;
  band: { low: number; high: number | null } | null;
};
export type ChartPoint = { at: number; canary: Arm | null; baseline: Arm | null };

type SamplePoint = SamplesView['series'][number]['points'][number];
type Track = SamplesView['series'][number]['track'];
type Counts = Omit<SamplePoint, 'at'>;

/** Each point looks back this far, so that a small canary's line is readable; the chart says so. */
export const WINDOW_SECONDS = 30;
const BAND_ALPHA = 0.05;

/** Failed requests as a part of all. */
export const errorRate = (samples: SamplesView): ChartPoint[] =>
  pointsOf(samples, ({ requests, errors }) => arm(requests, errors));

/** A business event as a part of all requests. */
export const eventRate = (samples: SamplesView, name: string): ChartPoint[] =>
  pointsOf(samples, ({ requests, counts }) => arm(requests, counts[name] ?? 0));

/** The `q` quantile of latency in seconds, from bucket counts. */
export const latencyQuantile = (samples: SamplesView, q: number): ChartPoint[] =>
  pointsOf(samples, ({ requests, latency }) => {
    const found = quantile(latency, samples.edges, q);
    return {
      n: requests,
      bad: null,
      value: found?.value ?? null,
      beyond: found?.beyond ?? false,
      band: quantileBand(latency, samples.edges, q, BAND_ALPHA),
    };
  });

const arm = (n: number, bad: number): Arm => ({
  n,
  bad,
  value: n > 0 ? bad / n : null,
  beyond: false,
  band: n > 0 && bad <= n ? rateBand({ n, bad }, BAND_ALPHA) : null,
});

const pointsOf = (samples: SamplesView, measure: (counts: Counts) => Arm): ChartPoint[] => {
  const canary = addClusters(samples, 'canary');
  const baseline = addClusters(samples, 'baseline');
  const times = [...new Set([...canary.keys(), ...baseline.keys()])].sort((a, b) => a - b);
  const span = Math.max(WINDOW_SECONDS, samples.step) * 1_000;
  return times.map((at, index) => {
    const look = (track: Map<number, Counts>): Arm | null => {
      const within = [];
      for (let i = index; i >= 0 && (times[i] ?? 0) > at - span; i -= 1) {
        const counts = track.get(times[i] ?? 0);
        if (counts) within.push(counts);
      }
      return within.length > 0 ? measure(within.reduce(add)) : null;
    };
    return { at, canary: look(canary), baseline: look(baseline) };
  });
};

const addClusters = (samples: SamplesView, track: Track): Map<number, Counts> => {
  const sums = new Map<number, Counts>();
  for (const series of samples.series) {
    if (series.track !== track) continue;
    for (const { at, ...counts } of series.points) {
      const time = Date.parse(at);
      const sum = sums.get(time);
      sums.set(time, sum ? add(sum, counts) : counts);
    }
  }
  return sums;
};

const add = (a: Counts, b: Counts): Counts => ({
  requests: a.requests + b.requests,
  errors: a.errors + b.errors,
  latency: Array.from(
    { length: Math.max(a.latency.length, b.latency.length) },
    (_, k) => (a.latency[k] ?? 0) + (b.latency[k] ?? 0),
  ),
  counts: Object.fromEntries(
    [...new Set([...Object.keys(a.counts), ...Object.keys(b.counts)])].map((name) => [
      name,
      (a.counts[name] ?? 0) + (b.counts[name] ?? 0),
    ]),
  ),
});
