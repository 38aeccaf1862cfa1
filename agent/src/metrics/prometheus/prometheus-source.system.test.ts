import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SampleDetails } from '../../sample-details.ts';
import { createSource } from '../create-source.ts';
import type { DeclaredMetric } from '../metric-roles.ts';
import type { MetricSource, SourceReading, TrackCounts } from '../source.ts';
import { QueryApi } from './query-api.ts';
import { MeasuredService } from './testing/measured-service.ts';
import { type PrometheusProcess, startPrometheus } from './testing/start-prometheus.ts';

const canary = new MeasuredService();
const baseline = new MeasuredService();
let prometheus: PrometheusProcess;

beforeAll(async () => {
  await Promise.all([canary.start(), baseline.start()]);
  for (const service of [canary, baseline]) {
    service.hit('200');
    service.hit('500');
  }
  prometheus = await startPrometheus([
    { address: canary.address, labels: { track: 'canary' } },
    { address: baseline.address, labels: { track: 'baseline' } },
  ]);
});
afterAll(async () => {
  await prometheus?.stop();
  await Promise.all([canary.stop(), baseline.stop()]);
});

const metrics: DeclaredMetric[] = [
  { name: 'errors', kind: 'errors' },
  { name: 'latency', kind: 'latency' },
  { name: 'orders', kind: 'rate' },
];
const queries = {
  requests: 'http_requests_total{job="shop",track="$track"}',
  errors: 'http_requests_total{job="shop",track="$track",code=~"5.."}',
  latency: 'http_request_duration_seconds_bucket{job="shop",track="$track"}',
  orders: 'shop_orders_total{job="shop",track="$track"}',
};
const sourceOf = (more: Record<string, unknown> = {}): MetricSource =>
  createSource({ driver: 'prometheus', url: prometheus.url, every: '5s', queries, ...more }, metrics);

const read = (source: MetricSource) => source.read(AbortSignal.timeout(10_000));

/** Reads until `enough` holds and gives back all readings. The pause is only politeness, nothing is measured by it. */
const readUntil = async (source: MetricSource, enough: (all: SourceReading[]) => boolean) => {
  const all: SourceReading[] = [];
  while (!enough(all)) {
    all.push(await read(source));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return all;
};

/** Reads until the source has a reference of both tracks, so that what happens next is counted. */
const settled = async (source: MetricSource) => {
  const both = (all: SourceReading[]) => Object.keys(all.at(-1)?.tracks ?? {}).length === 2;
  await readUntil(source, both);
  return source;
};

const sumOf = (all: SourceReading[], track: 'canary' | 'baseline', field: (counts: TrackCounts) => number) =>
  all.reduce((sum, { tracks }) => sum + (tracks[track] ? field(tracks[track]) : 0), 0);

const requestsOf = (all: SourceReading[], track: 'canary' | 'baseline') =>
  sumOf(all, track, (counts) => counts.requests);

describe('the Prometheus source', () => {
  it('counts exactly what each track did, with its errors, latencies and orders', async () => {
    const source = await settled(sourceOf());
    for (let i = 0; i < 40; i++) canary.hit(i < 7 ? '503' : '200', i < 5 ? 0.3 : 0.05);
    for (let i = 0; i < 25; i++) baseline.hit('200', 3);
    canary.order();
    const all = await readUntil(
      source,
      (some) => requestsOf(some, 'canary') >= 40 && requestsOf(some, 'baseline') >= 25,
    );
    expect(requestsOf(all, 'canary')).toBe(40);
    expect(requestsOf(all, 'baseline')).toBe(25);
    expect(sumOf(all, 'canary', (counts) => counts.errors)).toBe(7);
    expect(sumOf(all, 'baseline', (counts) => counts.errors)).toBe(0);
    expect(sumOf(all, 'canary', (counts) => counts.counts.orders ?? 0)).toBe(1);
    expect(all.at(-1)?.edges).toEqual([0.1, 0.5]);
    for (const [bucket, count] of [35, 5, 0].entries())
      expect(sumOf(all, 'canary', (counts) => counts.latency[bucket] ?? 0)).toBe(count);
    expect(sumOf(all, 'baseline', (counts) => counts.latency[2] ?? 0)).toBe(25);
    expect(all.every(({ problem }) => problem === null)).toBe(true);
  });

  it('tells routes, failures, amounts, gauges and ages apart, all from one snapshot', async () => {
    const more: DeclaredMetric[] = [
      { name: 'memory', kind: 'gauge' },
      { name: 'basket', kind: 'mean', bound: 100 },
    ];
    const config = {
      driver: 'prometheus',
      url: prometheus.url,
      every: '5s',
      queries: {
        ...queries,
        memory: 'process_resident_memory_bytes{track="$track"}',
        basket: 'shop_order_amount_bucket{track="$track"}',
        started: 'process_start_time_seconds{track="$track"}',
      },
      routes: { label: 'route' },
      fingerprints: { label: 'code' },
    };
    const source = await settled(createSource(config, [...metrics, ...more]));
    canary.uses(123_456);
    for (let i = 0; i < 6; i++) canary.hit('200', 0.05, '/cart');
    for (let i = 0; i < 4; i++) canary.hit('503', 0.05, '/pay');
    canary.order(10);
    canary.order(500);
    const all = await readUntil(source, (some) => requestsOf(some, 'canary') >= 10);
    const sum = (of: (details: SampleDetails) => number | undefined) =>
      sumOf(all, 'canary', ({ details }) => (details && of(details)) ?? 0);
    expect(sum(({ routes }) => routes?.['/cart']?.requests)).toBe(6);
    expect(sum(({ routes }) => routes?.['/pay']?.errors)).toBe(4);
    expect(sum(({ fingerprints }) => fingerprints?.['503'])).toBe(4);
    // The middle of 0..20 and the last edge, which is below the bound.
    expect(sum(({ amounts }) => amounts?.basket?.sum)).toBe(10 + 80);
    expect(sum(({ amounts }) => amounts?.basket?.sumOfSquares)).toBe(100 + 6_400);
    const last = all.at(-1)?.tracks.canary?.details;
    expect(last?.gauges?.memory).toEqual([
      { instance: `shop ${canary.address}`, ageSeconds: last?.youngestSeconds, value: 123_456 },
    ]);
    expect(last?.youngestSeconds).toBeGreaterThan(0);
    expect(all.every(({ problem }) => problem === null)).toBe(true);
  });

  it('says since when it has counted, which is before its span by up to a scrape', async () => {
    const source = await settled(sourceOf());
    const reading = await read(source);
    const began = reading.at - reading.seconds * 1_000;
    expect(reading.countedFrom).toBeLessThanOrEqual(began);
    expect(reading.countedFrom).toBeGreaterThan(began - 10_000);
  });

  it('counts on without a gauge that is not there, and says so', async () => {
    const gauge = 'process_open_fds{track="$track"}';
    const config = { driver: 'prometheus', url: prometheus.url, queries: { ...queries, memory: gauge } };
    const source = await settled(createSource(config, [...metrics, { name: 'memory', kind: 'gauge' }]));
    const reading = await read(source);
    expect(reading.tracks.canary?.details).toEqual({ gauges: { memory: [] } });
    expect(reading.problem).toContain('knows no metric process_open_fds (source.queries.memory)');
  });

  it('is silent while a track is down and counts on from zero after its restart', async () => {
    const source = await settled(sourceOf({ every: '20s' }));
    await canary.stop();
    const down = await readUntil(source, (all) => all.at(-1)?.tracks.canary === undefined && all.length > 0);
    expect(down.at(-1)?.problem).toContain('canary: no series of requests; is it running and scraped?');
    expect(down.at(-1)?.tracks.baseline).toBeDefined();
    await canary.start();
    for (let i = 0; i < 11; i++) canary.hit('200');
    const all = await readUntil(source, (some) => requestsOf(some, 'canary') >= 11);
    expect(requestsOf(all, 'canary')).toBe(11);
    expect(sumOf(all, 'canary', (counts) => counts.latency[0] ?? 0)).toBe(11);
  });

  it('counts a healthy track as zero errors only while its series carry the label of the query', async () => {
    const healthy = await settled(
      sourceOf({ queries: { ...queries, errors: 'http_requests_total{track="$track",code="599"}' } }),
    );
    expect((await read(healthy)).tracks.canary?.errors).toBe(0);
    const wrong = sourceOf({
      queries: { ...queries, errors: 'http_requests_total{track="$track",status=~"5.."}' },
    });
    await read(wrong);
    const reading = await read(wrong);
    expect(reading.tracks).toEqual({});
    expect(reading.problem).toContain(
      'no series of http_requests_total has the label status (source.queries.errors)',
    );
  });

  it('counts a metric that is announced and has no series yet as zero', async () => {
    const source = sourceOf({ queries: { ...queries, orders: 'shop_refunds_total{track="$track"}' } });
    await read(source);
    expect(await read(source)).toMatchObject({
      problem: null,
      tracks: { canary: { counts: { orders: 0 } } },
    });
  });

  it('names a metric that Prometheus does not know', async () => {
    const source = sourceOf({ queries: { ...queries, orders: 'shop_order_total{track="$track"}' } });
    await read(source);
    const reading = await read(source);
    expect(reading.tracks).toEqual({});
    expect(reading.problem).toContain(
      'canary: Prometheus knows no metric shop_order_total (source.queries.orders)',
    );
  });

  it('says that nothing listens at its address, and goes on when something does', async () => {
    const source = sourceOf({ url: 'http://127.0.0.1:9' });
    const reading = await read(source);
    expect(reading.tracks).toEqual({});
    expect(reading.problem).toMatch(/^Prometheus at http:\/\/127\.0\.0\.1:9 /);
    expect(await source.check(AbortSignal.timeout(10_000))).toMatch(/^source\.url: Prometheus at /);
    expect(await sourceOf().check(AbortSignal.timeout(10_000))).toBeNull();
  });

  it('says that something else than Prometheus listens at its address', async () => {
    const source = sourceOf({ url: `http://${baseline.address}` });
    expect((await read(source)).problem).toContain(
      'gave an answer that is not of its query API; check source.url',
    );
  });

  it('passes on why Prometheus refuses a query', async () => {
    const api = new QueryApi({ url: `${prometheus.url}/`, bearerTokenFile: undefined });
    const answer = api.instant('rate(http_requests_total)', Date.now(), AbortSignal.timeout(10_000));
    await expect(answer).rejects.toThrow(
      /^Prometheus at http:.* refused the query: .*expected type range vector/,
    );
  });

  it('sends the bearer token of a file, and never a file that holds something else', async () => {
    const seen: (string | undefined)[] = [];
    const gate = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401).end();
    });
    await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`;
    const signal = AbortSignal.timeout(10_000);
    const check = (bearerTokenFile: string) => sourceOf({ url, bearerTokenFile }).check(signal);
    expect(await check('/etc/hostname')).toContain('answered with status 401; check source.bearerTokenFile');
    expect(await check('/etc/passwd')).toContain('is not one line of text');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(/^Bearer \S+$/);
    await new Promise<void>((resolve) => gate.close(() => resolve()));
  });
});
