import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export type ShopTrack = 'canary' | 'baseline';
export type ShopMetrics = {
  /** Counts one answered request and its time. */
  request(labels: { method: string; route: string; code: number }, seconds: number): void;
  /** Counts one completed order and what it was worth. */
  order(totalCents: number): void;
  contentType: string;
  /** The whole exposition in the Prometheus text format. */
  text(): Promise<string>;
};

/** Upper edges in seconds: dense where the shop answers (20 to 150 ms), so that a slower version is seen early. */
export const latencyBucketSeconds = [
  0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.065, 0.085, 0.11, 0.15, 0.25, 0.5, 1, 2.5,
];

/** An order above this counts as this much, so that one of them cannot decide about a version. */
export const basketEurosMax = 500;

/** The routes that count as traffic, with the codes each can answer while it works and while it fails. */
export const trafficRoutes = [
  { method: 'GET', route: '/', codes: [200, 500] },
  { method: 'GET', route: '/products', codes: [200, 500] },
  { method: 'GET', route: '/products/:id', codes: [200, 404, 500] },
  { method: 'POST', route: '/cart', codes: [200, 400, 500] },
  { method: 'POST', route: '/orders', codes: [200, 201, 400, 503] },
] as const;

/** Metrics of one running version. Every process has its own registry. */
export function createMetrics(track: ShopTrack, version: string): ShopMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ job: 'shop', track, version });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  const registers = [registry];
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered',
    labelNames: ['method', 'route', 'code'],
    registers,
  });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to its answer',
    labelNames: ['method', 'route'],
    buckets: latencyBucketSeconds,
    registers,
  });
  const orders = new Counter({ name: 'shop_orders_total', help: 'Orders completed', registers });
  const countBasket = createBasket(registers);
  // A series that appears with its first event loses that event to whoever counts increases: start all at zero.
  for (const { method, route, codes } of trafficRoutes) {
    durations.zero({ method, route });
    for (const code of codes) requests.inc({ method, route, code }, 0);
  }
  return {
    request({ method, route, code }, seconds) {
      requests.inc({ method, route, code });
      durations.observe({ method, route }, seconds);
    },
    order(totalCents) {
      orders.inc();
      countBasket(totalCents / 100);
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

/** A mean cannot be judged by its sum alone: the squares tell how much single orders differ. */
function createBasket(registers: Registry[]): (euros: number) => void {
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const n = counter('shop_basket_total', 'Orders whose worth was added up');
  const sum = counter('shop_basket_euros_total', `Worth of all orders, each at most ${basketEurosMax} euros`);
  const squares = counter('shop_basket_square_euros_total', 'Squares of the same');
  return (euros) => {
    const capped = Math.min(basketEurosMax, euros);
    n.inc();
    sum.inc(capped);
    squares.inc(capped ** 2);
  };
}
