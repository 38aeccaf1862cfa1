import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLoad } from '../load/generator.ts';
import { type SpawnedShop, spawnShop } from './spawn-shop.ts';

const quiet = { second: () => {}, saturated: () => {} };

/** Sum of the samples of a metric whose labels hold all of `labels`. */
async function metric(shop: SpawnedShop, name: string, ...labels: string[]): Promise<number> {
  const text = await (await fetch(`${shop.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
  const chosen = lines.filter((line) => labels.every((label) => line.includes(label)));
  return chosen.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** Resolves when nobody listens at the address any more. */
async function untilRefused(url: string): Promise<void> {
  for (;;) {
    const answered = await fetch(`${url}/healthz`).then(
      () => true,
      () => false,
    );
    if (!answered) return;
  }
}

function post(shop: SpawnedShop, path: string, body: string, headers: Record<string, string> = {}) {
  return fetch(`${shop.url}${path}`, { method: 'POST', body, headers });
}

describe('the shop as a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shop-'));
  const pidFile = join(folder, 'shop.pid');
  let shop: SpawnedShop;

  beforeAll(async () => {
    const options = ['--version', '1.5.0-bad', '--track', 'canary', '--seed', '4', '--pid-file', pidFile];
    shop = await spawnShop(options);
  }, 30_000);

  afterAll(async () => {
    await shop.stop('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('counts exactly the requests that were sent, by code, with their times and orders', async () => {
    const load = {
      urls: [new URL(shop.url)],
      perSecond: 250,
      users: 50,
      secondsMax: 3,
      concurrencyMax: 200,
      seed: 8,
    };
    const summary = await runLoad(load, new AbortController().signal, quiet);
    expect(summary.answered).toBe(summary.sent);
    expect(summary.tracks).toEqual({ canary: summary.sent });
    expect(await metric(shop, 'http_requests_total')).toBe(summary.sent);
    for (const [code, count] of Object.entries(summary.codes)) {
      expect(await metric(shop, 'http_requests_total', `code="${code}"`)).toBe(count);
    }
    expect(await metric(shop, 'http_request_duration_seconds_count')).toBe(summary.sent);
    expect(await metric(shop, 'http_request_duration_seconds_bucket', 'le="+Inf"')).toBe(summary.sent);
    expect(await metric(shop, 'shop_orders_total')).toBe(summary.codes['201']);
    expect(await metric(shop, 'shop_basket_total')).toBe(summary.codes['201']);
    const [n, sum, squares] = await Promise.all(
      ['shop_basket_total', 'shop_basket_euros_total', 'shop_basket_square_euros_total'].map((name) =>
        metric(shop, name),
      ),
    );
    expect(sum).toBeGreaterThan(12.9 * (n ?? 0));
    expect(sum).toBeLessThanOrEqual(500 * (n ?? 0));
    expect(squares).toBeGreaterThan((sum ?? 0) ** 2 / (n ?? 1));
    expect(summary.codes).toMatchObject({ 500: expect.any(Number) });
  });

  it('labels every traffic series with job, track and version, and shows every route from the start', async () => {
    const labels = ['job="shop"', 'track="canary"', 'version="1.5.0-bad"'];
    const all = await metric(shop, 'http_requests_total');
    expect(await metric(shop, 'http_requests_total', ...labels)).toBe(all);
    const text = await (await fetch(`${shop.url}/metrics`)).text();
    expect(text).toMatch(/http_requests_total\{method="POST",route="\/orders",code="503"/);
    for (const name of ['process_resident_memory_bytes', 'process_start_time_seconds'])
      expect(await metric(shop, name, ...labels)).toBeGreaterThan(1e6);
  });

  it('names its version and track on the page and in its health', async () => {
    let page = '';
    // A page fails now and then by design; twenty failures in a row do not happen.
    for (let tries = 0; tries < 20 && !page.includes('<html'); tries += 1)
      page = await (await fetch(shop.url)).text();
    expect(page).toMatch(/1\.5\.0-bad<\/strong>.*canary/);
    const health = await (await fetch(`${shop.url}/healthz`)).json();
    expect(health).toEqual({ status: 'ok', version: '1.5.0-bad', digest: shop.digest, track: 'canary' });
  });

  it.each([
    ['an empty order', '/orders', '{"items":[]}', 400, 'items'],
    [
      'an order of nothing known',
      '/orders',
      '{"items":[{"productId":"x","quantity":1}]}',
      400,
      'items.0.productId',
    ],
    [
      'an unknown field',
      '/orders',
      '{"items":[{"productId":"knife","quantity":1}],"coupon":1}',
      400,
      'coupon',
    ],
    ['text that is not JSON', '/orders', '{', 400, 'send JSON'],
    ['a cart without a user', '/cart', '{"productId":"knife","quantity":1}', 400, 'x-user-id'],
    ['a body without end', '/orders', 'a'.repeat(100_000), 413, 'at most'],
    ['a page that is not there', '/nothing', '{}', 404, 'no such page'],
  ])('%s is refused with the fix', async (_name, path, body, code, message) => {
    const response = await post(shop, path, body);
    expect(response.status).toBe(code);
    expect(await response.text()).toContain(message);
  });

  it('knows a user by header or by cookie, and sets no cookie itself', async () => {
    const item = '{"productId":"knife","quantity":1}';
    for (const headers of [{ 'x-user-id': 'ada' }, { cookie: 'theme=dark; uid=ada' }]) {
      const response = await post(shop, '/cart', item, headers);
      expect(response.status).not.toBe(400);
      expect(response.headers.get('set-cookie')).toBeNull();
    }
  });

  it('answers what is under way when it is told to stop, then exits with 0 and removes its pid file', async () => {
    expect(readFileSync(pidFile, 'utf8').trim()).toBe(String(shop.pid));
    const body = '{"items":[{"productId":"knife","quantity":1}]}';
    const headers = { expect: '100-continue', 'content-length': body.length };
    const order = request(`${shop.url}/orders`, { method: 'POST', headers });
    order.flushHeaders();
    await once(order, 'continue');
    const exit = shop.stop();
    await untilRefused(shop.url);
    order.end(body);
    const [response] = await once(order, 'response');
    expect([200, 201, 503]).toContain(response.statusCode);
    expect(response.headers.connection).toBe('close');
    response.resume();
    expect(await exit).toBe(0);
    expect(existsSync(pidFile)).toBe(false);
  });
});

describe('a shop that cannot start', () => {
  it('says so by its exit', async () => {
    await expect(spawnShop(['--version', '1.4.0', '--track', 'canary', '--port', 'x'])).rejects.toThrow(
      'exited with 2',
    );
  });
});
