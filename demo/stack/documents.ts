/** What the demo tells Slipway about its shop, as an operator would write it. */
import { basketEurosMax } from '../shop/metrics.ts';
import { shopVersions } from '../shop/versions.ts';
import type { ClusterState } from './state.ts';

export const SERVICE = 'shop';
export const ENVIRONMENT = 'production';
export const PLAN = 'shop-canary';
export const BASELINE_VERSION = '1.3.0';
export const BAD_VERSION = '1.5.0-bad';

export const environmentDocument = { name: 'Production', tier: 'production', rank: 30, undoSeconds: 0 };

export const serviceDocument = {
  name: 'Shop',
  owners: ['team-shop'],
  tier: '1',
  metrics: [
    { name: 'errors', kind: 'errors' },
    { name: 'latency', kind: 'latency', unit: 'seconds' },
    { name: 'orders', kind: 'rate', direction: 'higher-is-better' },
    { name: 'basket', kind: 'mean', direction: 'higher-is-better', unit: 'euros', bound: basketEurosMax },
    { name: 'memory', kind: 'gauge', direction: 'lower-is-better', unit: 'bytes' },
  ],
};

/** Short bake times, so that a visitor sees every stage within minutes; a real plan takes longer. */
export const planDocument = {
  apiVersion: 'slipway/v1',
  kind: 'Plan',
  metadata: { name: PLAN, service: SERVICE },
  spec: {
    strategy: 'canary',
    stages: [
      { name: 'first', share: 10, bake: { min: '60s', max: '30m' }, gate: 'evidence' },
      { name: 'quarter', share: 25, bake: { min: '60s', max: '30m' }, gate: 'evidence' },
      { name: 'half', share: 50, bake: { min: '2m', max: '60m' }, gate: 'manual' },
      { name: 'all', share: 100, watch: '2m' },
    ],
    analysis: {
      alpha: 0.01,
      warmup: '20s',
      every: '2s',
      advance: { rateMax: '2%' },
      metrics: [
        { name: 'errors', margin: '10%', weight: 0.5 },
        { name: 'latency', margin: '5%', weight: 0.35 },
        { name: 'orders', margin: '1%', weight: 0.15 },
      ],
    },
    rollback: { automatic: true, onAgentLost: 'pause' },
    whenContactIsLost: { after: '2m', then: 'hold' },
  },
};

export const versionDocuments = shopVersions.map(({ version, digest }) => ({ version, body: { digest } }));

/** `socket` is HAProxy's; null when the embedded router stands in for it. */
export const targetDocument = (cluster: ClusterState, socket: string | null): Record<string, unknown> => {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return {
    router: socket
      ? {
          driver: 'haproxy',
          socket: `unix:${socket}`,
          backend: 'shop',
          baseline: ['stable'],
          canary: ['canary'],
        }
      : {
          driver: 'embedded',
          listen: `127.0.0.1:${cluster.routerPort}`,
          baseline: [at(cluster.stablePort)],
          canary: [at(cluster.canaryPort)],
          sticky: { cookie: 'uid' },
        },
    source: {
      driver: 'scrape',
      every: '2s',
      endpoints: {
        canary: [`${at(cluster.canaryPort)}/metrics`],
        baseline: [`${at(cluster.stablePort)}/metrics`],
      },
      metrics: {
        requests: 'http_requests_total',
        errors: 'http_requests_total{code=~"5.."}',
        latency: 'http_request_duration_seconds_bucket',
        orders: 'shop_orders_total',
        basket: {
          n: 'shop_basket_total',
          sum: 'shop_basket_euros_total',
          sumOfSquares: 'shop_basket_square_euros_total',
        },
        memory: 'process_resident_memory_bytes',
        started: 'process_start_time_seconds',
      },
      routes: { label: 'route' },
      fingerprints: { label: 'code' },
    },
    workload: { driver: 'shell', unit: SERVICE },
  };
};
