import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Histogram, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { createSource } from '../create-source.ts';
import type { DeclaredMetric } from '../metric-roles.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
};

/** A real service instance: its counters live in a real client library. */
const instance = async (labelName = 'code') => {
  const registry = new Registry();
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'r',
    labelNames: [labelName],
    registers: [registry],
  });
  const orders = new Counter({ name: 'shop_orders_total', help: 'o', registers: [registry] });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'd',
    buckets: [0.1, 0.5],
    registers: [registry],
  });
  const url = await serve(async (_, response) => {
    response.end(await registry.metrics());
  });
  return {
    url,
    hit: (code: string, seconds = 0.05) => {
      requests.inc({ [labelName]: code });
      duration.observe(seconds);
    },
    order: () => orders.inc(),
    restart: () => registry.resetMetrics(),
  };
};

const metrics: DeclaredMetric[] = [
  { name: 'errors', kind: 'errors' },
  { name: 'latency', kind: 'latency' },
  { name: 'orders', kind: 'rate' },
];
const selectors = {
  requests: 'http_requests_total{job="shop"}',
  errors: 'http_requests_total{job="shop",code=~"5.."}',
  latency: 'http_request_duration_seconds_bucket',
  orders: 'shop_orders_total',
};

const sourceOf = (canary: string[], baseline: string[], more: Record<string, unknown> = {}) => {
  let now = 1_700_000_000_000;
  const config = {
    driver: 'scrape',
    every: '5s',
    endpoints: { canary, baseline },
    metrics: selectors,
    ...more,
  };
  const source = createSource(config, metrics, { clock: () => now });
  return {
    source,
    read: (seconds = 5) => {
      now += seconds * 1000;
      return source.read(AbortSignal.timeout(10_000));
    },
  };
};

describe('the scrape source', () => {
  it('reports what happened on each track since the last reading, over a restart too', async () => {
    const [canary, baseline] = [await instance(), await instance()];
    for (let i = 0; i < 9; i++) canary.hit('200');
    baseline.hit('200');
    const { read } = sourceOf([canary.url], [baseline.url]);
    expect(await read()).toMatchObject({ tracks: {}, problem: null });
    canary.hit('500', 0.3);
    canary.hit('200', 2);
    canary.order();
    expect(await read()).toMatchObject({
      seconds: 5,
      edges: [0.1, 0.5],
      problem: null,
      tracks: {
        canary: { requests: 2, errors: 1, latency: [0, 1, 1], counts: { orders: 1 } },
        baseline: { requests: 0, errors: 0, latency: [0, 0, 0], counts: { orders: 0 } },
      },
    });
    canary.restart();
    canary.hit('503');
    expect((await read()).tracks.canary).toEqual({
      requests: 1,
      errors: 1,
      latency: [1, 0, 0],
      counts: { orders: 0 },
    });
  });

  it('says which part could not be read, and keeps a track silent when nothing of it could', async () => {
    const [one, baseline] = [await instance(), await instance()];
    const dead = 'http://127.0.0.1:9/metrics';
    one.hit('200');
    baseline.hit('200');
    const partial = sourceOf([one.url, dead], [baseline.url]);
    await partial.read();
    one.hit('200');
    const reading = await partial.read();
    expect(reading.tracks.canary?.requests).toBe(1);
    expect(reading.problem).toMatch(/^canary: 1 of 2 instances cannot be read: .*:9\/metrics /);
    const silent = sourceOf([dead], [baseline.url]);
    await silent.read();
    expect(Object.keys((await silent.read()).tracks)).toEqual(['baseline']);
  });

  it('takes a renamed label for unreadable, never for a version without errors', async () => {
    const [canary, baseline] = [await instance('status'), await instance()];
    canary.hit('500');
    baseline.hit('500');
    const { read } = sourceOf([canary.url], [baseline.url]);
    await read();
    const reading = await read();
    expect(Object.keys(reading.tracks)).toEqual(['baseline']);
    expect(reading.problem).toContain(
      'shows http_requests_total without the label code (source.metrics.errors)',
    );
  });

  it('names a metric that no page shows', async () => {
    const [canary, baseline] = [await instance(), await instance()];
    const { read } = sourceOf([canary.url], [baseline.url], {
      metrics: { ...selectors, orders: 'shop_order_total' },
    });
    expect((await read()).problem).toContain('shows no metric shop_order_total (source.metrics.orders)');
  });

  it.each<[string, RequestListener, string]>([
    [
      'a redirect',
      (_, r) => r.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'redirects are not followed',
    ],
    ['an error page', (_, r) => r.writeHead(503).end('secret'), 'answered with status 503'],
    ['HTML', (_, r) => r.end('<html>secret</html>\n'), 'line 1 is not in the Prometheus text format'],
    [
      'a page without end',
      (_, r) => {
        const more = () => r.write(`# ${'x'.repeat(65_000)}\n`, more);
        more();
      },
      'sent more than 4 MB',
    ],
    [
      'a broken connection',
      (_, r) => {
        r.writeHead(200, { 'content-length': 100 });
        r.write('a 1\n', () => r.destroy());
      },
      'before its answer was complete',
    ],
    ['a counter below zero', (_, r) => r.end('http_requests_total -1\n'), 'impossible total -1'],
    ['a counter that is not a number', (_, r) => r.end('http_requests_total NaN\n'), 'impossible total NaN'],
    ['half an event', (_, r) => r.end('http_requests_total 1.5\n'), 'impossible total 1.5'],
    ['a series twice', (_, r) => r.end('http_requests_total 1\nhttp_requests_total 1\n'), 'twice'],
    [
      'a histogram without end',
      (_, r) =>
        r.end(
          'http_requests_total{code="500"} 1\nhttp_request_duration_seconds_bucket{le="1"} 1\nshop_orders_total 1\n',
        ),
      'no +Inf bucket',
    ],
    [
      'an edge that is no number',
      (_, r) => r.end('http_requests_total{code="500"} 1\nhttp_request_duration_seconds_bucket{le="x"} 1\n'),
      'without a numeric le label',
    ],
  ])('refuses %s in plain words, and repeats nothing of what was sent', async (_, listener, words) => {
    const [canary, baseline] = [await serve(listener), await instance()];
    baseline.hit('200');
    const { read } = sourceOf([canary], [baseline.url]);
    await read();
    const reading = await read();
    expect(reading.problem).toContain(words);
    expect(reading.problem).not.toContain('secret');
    expect(Object.keys(reading.tracks)).toEqual(['baseline']);
  });

  it('checks the baseline, and lets the canary be down between releases', async () => {
    const baseline = await instance();
    const dead = 'http://127.0.0.1:9/metrics';
    const signal = AbortSignal.timeout(10_000);
    expect(await sourceOf([dead], [baseline.url]).source.check(signal)).toBeNull();
    expect(await sourceOf([baseline.url], [dead]).source.check(signal)).toContain(
      `source.endpoints.baseline: ${dead} `,
    );
  });

  it('stops when it is told to', async () => {
    const hanging = await serve(() => undefined);
    const { source } = sourceOf([hanging], [`${hanging}2`]);
    const controller = new AbortController();
    const reading = source.read(controller.signal);
    controller.abort(new Error('stopping'));
    await expect(reading).rejects.toThrow('stopping');
  });
});
