/** Prometheus metrics of the server. Every name starts with `slipway_` and carries its unit last. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export const registry = new Registry();
collectDefaultMetrics({ register: registry });

export const requestsTotal = new Counter({
  name: 'slipway_api_requests_total',
  help: 'Answered API requests',
  labelNames: ['method', 'path', 'status'],
  registers: [registry],
});

export const socketRefusalsTotal = new Counter({
  name: 'slipway_socket_refusals_total',
  help: 'Socket messages that were refused',
  labelNames: ['socket', 'message', 'reason'],
  registers: [registry],
});

export const unhandledTotal = new Counter({
  name: 'slipway_unhandled_rejections_total',
  help: 'Promises that failed and that nobody waited for',
  registers: [registry],
});

export const samplesTotal = new Counter({
  name: 'slipway_samples_total',
  help: 'Sample rows stored',
  registers: [registry],
});

export const agentsConnected = new Gauge({
  name: 'slipway_agents_connected',
  help: 'Agents connected to this process',
  registers: [registry],
});

export const looksSeconds = new Histogram({
  name: 'slipway_engine_look_seconds',
  help: 'Time the engine takes for one look at one release',
  buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  registers: [registry],
});

export const webhooksTotal = new Counter({
  name: 'slipway_webhooks_total',
  help: 'Messages of incident sources, by what became of them',
  labelNames: ['source', 'outcome'],
  registers: [registry],
});
