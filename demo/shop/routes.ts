import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Fate } from './behaviour.ts';
import { shopPage } from './page.ts';
import { findProduct, products } from './products.ts';
import { BadRequest, readJson, userOf } from './request.ts';
import type { ShopSettings } from './service.ts';
import { quantityMax, type Store } from './store.ts';

export type Answer = { code: number; type: 'json' | 'html'; body: string; orderedCents?: number };
export type Visit = { request: IncomingMessage; fate: Fate; settings: ShopSettings; store: Store };
/** `route` is the pattern that metrics are labelled with. */
export type Match = { method: string; route: string; answer(visit: Visit): Promise<Answer> };

/** The traffic route of a request, or undefined for a method or path that the shop does not have. */
export function matchRoute(method: string, path: string): Match | undefined {
  if (method === 'GET' && path.startsWith('/products/')) {
    return {
      method,
      route: '/products/:id',
      answer: (visit) => product(visit, path.slice('/products/'.length)),
    };
  }
  return fixedRoutes.find((match) => match.method === method && match.route === path);
}

const itemSchema = z.strictObject({
  productId: z
    .string()
    .refine((id) => findProduct(id) !== undefined, 'is not a product of this shop, see GET /products'),
  quantity: z.int().min(1).max(quantityMax),
});
const orderSchema = z.strictObject({ items: z.array(itemSchema).min(1).max(50) });

const fixedRoutes: Match[] = [
  { method: 'GET', route: '/', answer: page },
  {
    method: 'GET',
    route: '/products',
    answer: (visit) => catalogue(visit, () => json(200, { items: products })),
  },
  { method: 'POST', route: '/cart', answer: addToCart },
  { method: 'POST', route: '/orders', answer: placeOrder },
];

async function page(visit: Visit): Promise<Answer> {
  const { version, track } = visit.settings;
  return catalogue(visit, () => ({ code: 200, type: 'html', body: shopPage(version, track) }));
}

async function product(visit: Visit, id: string): Promise<Answer> {
  const found = findProduct(id);
  return catalogue(visit, () =>
    found ? json(200, found) : json(404, { error: 'no such product, see GET /products' }),
  );
}

async function addToCart(visit: Visit): Promise<Answer> {
  const user = userOf(visit.request);
  if (user === null)
    throw new BadRequest('user: send an x-user-id header or a uid cookie of 1 to 64 characters');
  const item = await readJson(visit.request, itemSchema);
  return catalogue(visit, () => json(200, { items: visit.store.addToCart(user, item) }));
}

/** An order carries its items, since its user may have been moved here from another version, without the cart. */
async function placeOrder(visit: Visit): Promise<Answer> {
  const { items } = await readJson(visit.request, orderSchema);
  const { fate, settings, store } = visit;
  await waitSeconds(fate.delaySeconds);
  if (fate.fails) {
    await waitSeconds(Math.max(0, settings.profile.paymentSecondsMax - fate.delaySeconds));
    return json(503, { error: 'the payment provider did not answer in time, try again' });
  }
  if (fate.abandons) return json(200, { status: 'abandoned' });
  const order = store.placeOrder(userOf(visit.request), items);
  return { ...json(201, { status: 'confirmed', order }), orderedCents: order.totalCents };
}

/** Everything but payment needs the catalogue's storage, which takes its time and fails now and then. */
async function catalogue(visit: Visit, answer: () => Answer): Promise<Answer> {
  await waitSeconds(visit.fate.delaySeconds);
  if (visit.fate.fails) return json(500, { error: 'the catalogue could not be read' });
  return answer();
}

/** Timers count whole milliseconds and cut off the rest; rounding keeps the mean where the profile says. */
function waitSeconds(seconds: number): Promise<void> {
  return wait(Math.round(seconds * 1000));
}

function json(code: number, value: unknown): Answer {
  return { code, type: 'json', body: JSON.stringify(value) };
}
