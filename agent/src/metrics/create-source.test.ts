import { describe, expect, it } from 'vitest';
import { createSource, sourceAddresses, sourceFiles } from './create-source.ts';
import type { DeclaredMetric } from './metric-roles.ts';

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
const prometheus = { driver: 'prometheus', url: 'http://127.0.0.1:9090', every: '5s', queries };
const scrape = {
  driver: 'scrape',
  every: '2s',
  endpoints: { canary: ['http://127.0.0.1:1/metrics'], baseline: ['http://127.0.0.1:2/metrics'] },
  metrics: { ...queries, requests: 'http_requests_total' },
};

describe('a metric source', () => {
  it('is made from the documents of the manual, and tells the addresses and files it would open', async () => {
    const source = createSource(prometheus, metrics);
    expect(source.everySeconds).toBe(5);
    await source.close();
    expect(createSource(scrape, metrics).everySeconds).toBe(2);
    expect(sourceAddresses(prometheus)).toEqual(['http://127.0.0.1:9090']);
    expect(sourceAddresses(scrape)).toEqual(['http://127.0.0.1:1/metrics', 'http://127.0.0.1:2/metrics']);
    expect(sourceFiles({ ...prometheus, bearerTokenFile: '/run/token' })).toEqual(['/run/token']);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no driver', {}, 'source.driver: is missing; name one of scrape, prometheus'],
    [
      'a driver that is misspelt',
      { driver: 'prometeus' },
      'source.driver: "prometeus" is not a metric source; did you mean "prometheus"?',
    ],
    [
      'an unknown key',
      { ...prometheus, evry: '5s' },
      'source.evry: is not a known key; did you mean "every"?',
    ],
    [
      'an unknown nested key',
      { ...scrape, endpoints: { ...scrape.endpoints, canry: [] } },
      'source.endpoints.canry: is not a known key; did you mean "canary"?',
    ],
    [
      'a query too many',
      { ...prometheus, queries: { ...queries, order: 'x' } },
      'source.queries.order: is not a metric that the service declares; did you mean "orders"?',
    ],
    [
      'no requests',
      { ...prometheus, queries: { errors: 'x' } },
      'source.queries.requests: is missing; every source needs the counter of all requests',
    ],
    [
      'a declared metric without query',
      { ...prometheus, queries: { requests: 'x' } },
      'source.queries.orders: is missing; the service declares this metric',
    ],
    [
      'rate()',
      { ...prometheus, queries: { ...queries, errors: 'rate(http_errors_total{track="$track"}[1m])' } },
      'source.queries.errors: queries select counters; write http_errors_total{track="$track"} without rate()',
    ],
    [
      'the same series for both tracks',
      { ...prometheus, queries: { ...queries, orders: 'shop_orders_total' } },
      'source.queries.orders: selects the same series for canary and baseline; add track="$track"',
    ],
    [
      'a summary for latency',
      { ...prometheus, queries: { ...queries, latency: 'http_request_duration_seconds{track="$track"}' } },
      'source.queries.latency: latency is a histogram; select its buckets',
    ],
    [
      'a version nobody gave',
      { ...prometheus, queries: { ...queries, orders: 'a{v="$version"}' } },
      'source.queries.orders: $version has no value',
    ],
    ['an interval out of range', { ...prometheus, every: '3h' }, 'source.every: 3h is out of range'],
    [
      'an interval that is none',
      { ...prometheus, every: 'often' },
      'source.every: "often" is not a duration; write 5s, 2m or 1h',
    ],
    [
      'a file address',
      { ...prometheus, url: 'file:///etc/passwd' },
      'source.url: must start with http:// or https://',
    ],
    [
      'a password in the address',
      { ...prometheus, url: 'http://a:b@127.0.0.1' },
      'source.url: must not hold a user or password',
    ],
    ['no address', { ...prometheus, url: undefined }, 'source.url: write an address'],
    [
      'one track only',
      { ...scrape, endpoints: { canary: ['http://127.0.0.1:1/'] } },
      'source.endpoints.baseline: list the addresses',
    ],
    [
      'an address that is none',
      { ...scrape, endpoints: { ...scrape.endpoints, canary: ['here'] } },
      'source.endpoints.canary[0]: is not an address',
    ],
    [
      'an empty list',
      { ...scrape, endpoints: { ...scrape.endpoints, canary: [] } },
      'source.endpoints.canary: list at least one address',
    ],
    [
      'a page of both tracks',
      { ...scrape, endpoints: { canary: ['http://h/a'], baseline: ['http://h/a'] } },
      'source.endpoints.canary[0]: is an endpoint of the baseline too',
    ],
    [
      'a relative token file',
      { ...prometheus, bearerTokenFile: 'token' },
      'source.bearerTokenFile: write an absolute path',
    ],
  ])('is refused with %s, naming field and fix', (_, config, message) => {
    expect(() => createSource(config, metrics)).toThrow(message);
  });

  it('takes one latency histogram, and gauges with or without a query', () => {
    const gauge: DeclaredMetric = { name: 'memory', kind: 'gauge' };
    expect(createSource(prometheus, [...metrics, gauge]).everySeconds).toBe(5);
    const withGauge = { ...prometheus, queries: { ...queries, memory: 'x{track="$track"}' } };
    expect(createSource(withGauge, [...metrics, gauge]).everySeconds).toBe(5);
    const second: DeclaredMetric = { name: 'slowness', kind: 'latency' };
    expect(() => createSource(prometheus, [...metrics, second])).toThrow(
      'source.queries.slowness: a service has one',
    );
  });

  const basket: DeclaredMetric = { name: 'basket', kind: 'mean', bound: 500 };
  const counters = {
    n: 'basket_total{track="$track"}',
    sum: 'basket_sum_total{track="$track"}',
    sumOfSquares: 'basket_squares_total{track="$track"}',
  };

  it('reads a mean from a histogram or from three counters, and tells failures and routes apart', () => {
    for (const query of ['basket_amount_bucket{track="$track"}', counters]) {
      const config = { ...prometheus, queries: { ...queries, basket: query, started: 's{track="$track"}' } };
      const more = { routes: { label: 'route' }, fingerprints: { label: 'code' } };
      expect(createSource({ ...config, ...more }, [...metrics, basket]).everySeconds).toBe(5);
    }
  });

  it.each<[string, Record<string, unknown>, DeclaredMetric, string]>([
    [
      'a sum for a mean',
      { queries: { ...queries, basket: 'basket_amount_sum{track="$track"}' } },
      basket,
      'source.queries.basket: a mean needs more than a sum: select the buckets of a histogram, basket_amount_bucket',
    ],
    [
      'two of three counters',
      { queries: { ...queries, basket: { n: counters.n, sum: counters.sum } } },
      basket,
      'source.queries.basket: name the three counters n, sum and sumOfSquares, or one histogram',
    ],
    [
      'a counter of a mean for both tracks',
      { queries: { ...queries, basket: { ...counters, sum: 'basket_sum_total' } } },
      basket,
      'source.queries.basket.sum: selects the same series for canary and baseline',
    ],
    [
      'three counters of amounts without a bound',
      { queries: { ...queries, basket: counters } },
      { name: 'basket', kind: 'mean' },
      'source.queries.basket: counts capped amounts; give the metric "basket" of the service its bound',
    ],
    [
      'three counters for something else',
      { queries: { ...queries, basket: counters } },
      { name: 'basket', kind: 'count' },
      'source.queries.basket: takes one selector; only a metric of kind mean takes three counters',
    ],
    [
      'a label that is none',
      { queries: { ...queries, basket: counters }, routes: { label: 'a-b' } },
      basket,
      'source.routes.label: is not the name of a label',
    ],
  ])('is refused with %s, naming field and fix', (_, change, metric, message) => {
    expect(() => createSource({ ...prometheus, ...change }, [...metrics, metric])).toThrow(message);
  });

  it('tells no failures apart where none are counted', () => {
    const config = {
      ...prometheus,
      queries: { requests: queries.requests },
      fingerprints: { label: 'code' },
    };
    expect(() => createSource(config, [])).toThrow('source.fingerprints: tells failures apart');
  });

  it('puts the names of the tracks and the versions into the queries it reports', async () => {
    const config = {
      ...scrape,
      trackNames: { canary: 'next', baseline: 'stable' },
      metrics: { ...queries, requests: 'r{t="$track",v="$version"}' },
    };
    const variables = { canary: { version: '2' }, baseline: { version: '1' } };
    const source = createSource(config, metrics, { variables });
    const reading = await source.read(AbortSignal.timeout(5_000));
    expect(reading.queries.requests).toBe('r{t="next",v="2"}\nr{t="stable",v="1"}');
  });
});
