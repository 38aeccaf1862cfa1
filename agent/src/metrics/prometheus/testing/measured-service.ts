/** A little HTTP service with counters of a real client library, which can be killed and come back at its address. */
import { createServer, type Server } from 'node:http';
import { Counter, Histogram, Registry } from 'prom-client';

export class MeasuredService {
  #server: Server | null = null;
  #port = 0;
  #registry = new Registry();
  #requests = new Counter({ name: 'unused', help: 'unused', labelNames: ['code'], registers: [] });
  #orders = new Counter({ name: 'unused', help: 'unused', registers: [] });
  #duration = new Histogram({ name: 'unused', help: 'unused', registers: [] });

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Comes up with all counters at zero; the second time at the same port. */
  async start(): Promise<void> {
    this.#registry = new Registry();
    const registers = [this.#registry];
    this.#requests = new Counter({ name: 'http_requests_total', help: 'r', labelNames: ['code'], registers });
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
  hit(code: string, seconds = 0.05): void {
    this.#requests.inc({ code });
    this.#duration.observe(seconds);
  }

  order(): void {
    this.#orders.inc();
  }
}
