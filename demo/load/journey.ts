import { products } from '../shop/products.ts';
import type { Random } from '../shop/random.ts';

export type Step = { kind: StepKind; method: 'GET' | 'POST'; path: string; body: string | null };
export type StepKind = 'home' | 'browse' | 'product' | 'cart' | 'order';

/** What visitors of a shop do, as parts of all requests; they add up to one. */
export const mix: ReadonlyArray<readonly [StepKind, number]> = [
  ['home', 0.2],
  ['browse', 0.25],
  ['product', 0.33],
  ['cart', 0.12],
  ['order', 0.1],
];

/** Draws the next request of some visitor. */
export function drawStep(random: Random): Step {
  const kind = drawKind(random);
  switch (kind) {
    case 'home':
      return { kind, method: 'GET', path: '/', body: null };
    case 'browse':
      return { kind, method: 'GET', path: '/products', body: null };
    case 'product':
      return { kind, method: 'GET', path: `/products/${drawItem(random).productId}`, body: null };
    case 'cart':
      return { kind, method: 'POST', path: '/cart', body: JSON.stringify(drawItem(random)) };
    case 'order':
      return { kind, method: 'POST', path: '/orders', body: JSON.stringify({ items: [drawItem(random)] }) };
  }
}

function drawKind(random: Random): StepKind {
  let left = random();
  for (const [kind, part] of mix) {
    left -= part;
    if (left < 0) return kind;
  }
  return 'home';
}

function drawItem(random: Random): { productId: string; quantity: number } {
  const product = products[Math.floor(random() * products.length)];
  return { productId: product?.id ?? '', quantity: 1 + Math.floor(random() * 3) };
}
