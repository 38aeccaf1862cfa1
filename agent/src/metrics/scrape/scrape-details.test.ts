import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSource } from '../create-source.ts';
import type { DeclaredMetric } from '../metric-roles.ts';
import type { SourceReading } from '../source.ts';

const START = 1_700_000_000_000;
const metrics: DeclaredMetric[] = [
  { name: 'errors', kind: 'errors' },
  { name: 'memory', kind: 'gauge' },
  { name: 'basket', kind: 'mean', bound: 100 },
];
const counters = {
  n: 'shop_basket_total',
  sum: 'shop_basket_capped_total',
  sumOfSquares: 'shop_basket_squares_total',
};
const queries = {
  requests: 'http_requests_total',
  errors: 'http_requests_total{code=~"5.."}',
  memory: 'process_resident_memory_bytes',
  basket: 'shop_basket_amount_bucket',
  started: 'process_start_time_seconds',
};

/** An instance of a service with a real client library, whose process can begin anew. */
const instance = async (startedAt = START - 600_000) => {
  const registry = new Registry();
  const registers = [registry];
  const labelNames = ['code', 'route'];
  const requests = new Counter({ name: 'http_requests_total', help: 'r', labelNames, registers });
  const memory = new Gauge({ name: 'process_resident_memory_bytes', help: 'm', registers });
  const started = new Gauge({ name: 'process_start_time_seconds', help: 's', registers });
  const buckets = [20, 80, 200];
  const amount = new Histogram({ name: 'shop_basket_amount', help: 'b', buckets, registers });
  const [n, sum, squares] = Object.values(counters).map(
    (name) => new Counter({ name, help: 'b', registers }),
  );
  started.set(startedAt / 1_000);
  const server = createServer(async (_, response) => void response.end(await registry.metrics()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    memory,
    hit: (route: string, code = '200', times = 1) => requests.inc({ route, code }, times),
    order: (value: number) => {
      amount.observe(value);
      n?.inc();
      sum?.inc(Math.min(100, value));
      squares?.inc(Math.min(100, value) ** 2);
    },
    restart: (at: number) => {
      registry.resetMetrics();
      started.set(at / 1_000);
    },
  };
};
type Instance = Awaited<ReturnType<typeof instance>>;

const sourceOf = (canary: Instance[], baseline: Instance[], change: Record<string, unknown> = {}) => {
  let now = START;
  const config = {
    driver: 'scrape',
    every: '5s',
    endpoints: { canary: canary.map(({ url }) => url), baseline: baseline.map(({ url }) => url) },
    metrics: queries,
    routes: { label: 'route' },
    fingerprints: { label: 'code' },
    ...change,
  };
  const source = createSource(config, metrics, { clock: () => now });
  return async (): Promise<SourceReading> => {
    now += 5_000;
    return source.read(AbortSignal.timeout(10_000));
  };
};

describe('beside its counts a scraped page tells', () => {
  it('the requests and failures of every route, and the failures by what they look like', async () => {
    const [canary, baseline] = [await instance(), await instance()];
    const read = sourceOf([canary], [baseline]);
    await read();
    canary.hit('/cart', '200', 5);
    canary.hit('/cart', '503', 2);
    canary.hit('/pay', '500');
    baseline.hit('/cart', '200', 9);
    const { tracks, problem } = await read();
    expect(problem).toBeNull();
    expect(tracks.canary).toMatchObject({ requests: 8, errors: 3 });
    expect(tracks.canary?.details).toMatchObject({
      routes: { '/cart': { requests: 7, errors: 2 }, '/pay': { requests: 1, errors: 1 } },
      fingerprints: { 500: 1, 503: 2 },
    });
    expect(tracks.baseline?.details).toMatchObject({
      routes: { '/cart': { requests: 9, errors: 0 } },
      fingerprints: {},
    });
  });

  it('no more than twenty routes, the heaviest by name and the same on both tracks', async () => {
    const [canary, baseline] = [await instance(), await instance()];
    const read = sourceOf([canary], [baseline]);
    await read();
    for (let index = 0; index < 40; index += 1) canary.hit(`/${index}`, '200', 100 + index);
    for (let index = 20; index < 60; index += 1) baseline.hit(`/${index}`, '200', 1);
    const { tracks } = await read();
    const [canaryRoutes, baselineRoutes] = [tracks.canary, tracks.baseline].map(
      (one) => one?.details?.routes ?? {},
    );
    expect(Object.keys(canaryRoutes ?? {}).toSorted()).toEqual(Object.keys(baselineRoutes ?? {}).toSorted());
    expect(Object.keys(canaryRoutes ?? {})).toHaveLength(20);
    expect(canaryRoutes?.other?.requests).toBe(
      Array.from({ length: 21 }, (_, index) => 100 + index).reduce((a, b) => a + b),
    );
    expect(baselineRoutes?.other?.requests).toBe(21);
  });

  it('no routes, and says so, where the failures do not carry the label', async () => {
    const [canary, baseline] = [await instance(), await instance()];
    const plain = new Registry();
    const failures = new Counter({ name: 'failures_total', help: 'f', registers: [plain] });
    const server = createServer(async (_, response) => {
      const page = await (await fetch(canary.url)).text();
      response.end(page + (await plain.metrics()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
    const read = sourceOf([{ ...canary, url }], [{ ...baseline, url: `${url}?baseline` }], {
      metrics: { ...queries, errors: 'failures_total' },
    });
    await read();
    canary.hit('/cart', '200', 5);
    failures.inc(2);
    const { tracks, problem } = await read();
    expect(tracks.canary).toMatchObject({ requests: 5, errors: 2, details: { fingerprints: { other: 2 } } });
    expect(tracks.canary?.details).not.toHaveProperty('routes');
    expect(problem).toContain('must both carry the label route (source.routes)');
  });

  it('what each instance shows on a gauge, and how old it is', async () => {
    const [canary, old, young] = [await instance(), await instance(), await instance(START - 30_000)];
    const read = sourceOf([canary], [old, young]);
    await read();
    old.memory.set(1.5e9);
    young.memory.set(-2.25);
    const { tracks } = await read();
    expect(tracks.baseline?.details?.gauges?.memory?.toSorted((a, b) => a.value - b.value)).toEqual([
      { instance: young.url, ageSeconds: 40, value: -2.25 },
      { instance: old.url, ageSeconds: 610, value: 1.5e9 },
    ]);
    expect(tracks.baseline?.details?.youngestSeconds).toBe(40);
    expect(tracks.canary?.details?.youngestSeconds).toBe(610);
  });

  it('a mean as sums of amounts, from a histogram by its buckets and from three counters exactly', async () => {
    const [canary, baseline] = [await instance(), await instance()];
    const reads = [
      sourceOf([canary], [baseline]),
      sourceOf([canary], [baseline], { metrics: { ...queries, basket: counters } }),
    ];
    for (const read of reads) await read();
    for (const value of [12.5, 150, 9_000]) canary.order(value);
    const [buckets, exact] = await Promise.all(reads.map((read) => read()));
    // The middle of 0..20, and twice the bound: the middle of 80..200 and the last edge lie above it.
    expect(buckets?.tracks.canary?.details?.amounts).toEqual({
      basket: { n: 3, sum: 10 + 100 + 100, sumOfSquares: 100 + 10_000 + 10_000 },
    });
    expect(exact?.tracks.canary?.details?.amounts).toEqual({
      basket: { n: 3, sum: 212.5, sumOfSquares: 12.5 ** 2 + 20_000 },
    });
    expect(exact?.tracks.baseline?.details?.amounts).toEqual({ basket: { n: 0, sum: 0, sumOfSquares: 0 } });
  });

  it('that a process began anew, so that all its series count from zero, also those that have passed the old', async () => {
    const [canary, baseline] = [await instance(), await instance()];
    const reads = [
      sourceOf([canary], [baseline]),
      sourceOf([canary], [baseline], { metrics: { ...queries, basket: counters } }),
    ];
    canary.hit('/cart', '200', 100);
    canary.hit('/cart', '500', 1);
    canary.order(50);
    for (const read of reads) await read();
    canary.restart(START + 7_000);
    canary.hit('/cart', '200', 20);
    canary.hit('/cart', '500', 4);
    canary.order(60);
    canary.order(60);
    for (const { tracks } of await Promise.all(reads.map((read) => read()))) {
      expect(tracks.canary).toMatchObject({ requests: 24, errors: 4 });
      expect(tracks.canary?.details?.amounts?.basket?.n).toBe(2);
      expect(tracks.canary?.details?.youngestSeconds).toBe(3);
    }
  });

  it('its counts all the same when a gauge, an age or an amount cannot be read, and what is wrong', async () => {
    const [canary, baseline] = [await instance(), await instance()];
    const read = sourceOf([canary], [baseline], {
      metrics: {
        ...queries,
        memory: 'http_requests_total',
        started: 'process_started_seconds',
        basket: 'shop_basket_amounts_bucket',
      },
    });
    canary.hit('/cart', '200');
    canary.hit('/cart', '404');
    await read();
    canary.hit('/cart');
    const { tracks, problem } = await read();
    expect(tracks.canary).toMatchObject({ requests: 1, errors: 0 });
    expect(tracks.canary?.details).toMatchObject({
      amounts: {},
      gauges: { memory: [] },
      youngestSeconds: null,
    });
    expect(problem).toContain('canary: shows several series of http_requests_total; add a label');
    expect(problem).toContain('shows no metric process_started_seconds (source.metrics.started)');
    expect(problem).toContain('shows no metric shop_basket_amounts_bucket (source.metrics.basket)');
  });

  it('nothing when it is asked for nothing', async () => {
    const [canary, baseline] = [await instance(), await instance()];
    let now = START;
    const { requests, errors } = queries;
    const endpoints = { canary: [canary.url], baseline: [baseline.url] };
    const source = createSource(
      { driver: 'scrape', endpoints, metrics: { requests, errors } },
      [{ name: 'errors', kind: 'errors' }],
      { clock: () => now },
    );
    await source.read(AbortSignal.timeout(5_000));
    now += 5_000;
    const { tracks } = await source.read(AbortSignal.timeout(5_000));
    expect(tracks.canary).toEqual({ requests: 0, errors: 0, latency: [], counts: {} });
  });
});
