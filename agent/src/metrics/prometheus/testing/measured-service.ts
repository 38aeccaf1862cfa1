/** A little HTTP service with counters of a real client library, which can be killed and come back at its address. */
import { createServer, type Server } from 'node:http';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export class MeasuredService {
  #server: Server | null = null;
  #port = 0;
  #registry = new Registry();
  #requests = new Counter({ name: 'unused', help: 'unused', labelNames: ['code', 'route'], registers: [] });
  #orders = new Counter({ name: 'unused', help: 'unused', registers: [] });
  #duration = new Histogram({ name: 'unused', help: 'unused', registers: [] });
  #memory = new Gauge({ name: 'unused', help: 'unused', registers: [] });
  #amount = new Histogram({ name: 'unused', help: 'unused', registers: [] });

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Comes up with all counters at zero; the second time at the same port. */
  async start(): Promise<void> {
    this.#registry = new Registry();
    const registers = [this.#registry];
    const labelNames = ['code', 'route'];
    this.#requests = new Counter({ name: 'http_requests_total', help: 'r', labelNames, registers });
    this.#memory = new Gauge({ name: 'process_resident_memory_bytes', help: 'm', registers });
    new Gauge({ name: 'process_start_time_seconds', help: 's', registers }).set(Date.now() / 1_000);
    this.#amount = new Histogram({ name: 'shop_order_amount', help: 'a', buckets: [20, 80], registers });
    this.#orders = new Counter({ name: 'shop_orders_total', help: 'o', registers });
    new Counter({
      name: 'shop_refunds_total',
      help: 'announced, never counted',
      labelNames: ['why'],
      registers,
    });
    const name = 'http_request_duration_seconds';
    this.#duration = new Histogram({ name, help: 'd', buckets: [0.1, 0.5], registers });
    const server = createServer(async (_, response) => {
      response.end(await this.#registry.metrics());
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address === 'object' && address) this.#port = address.port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  /** Counts one answered request. */
  hit(code: string, seconds = 0.05, route = '/'): void {
    this.#requests.inc({ code, route });
    this.#duration.observe(seconds);
  }

  order(amount = 10): void {
    this.#orders.inc();
    this.#amount.observe(amount);
  }

  uses(bytes: number): void {
    this.#memory.set(bytes);
  }
}
