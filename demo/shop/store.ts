import { findProduct } from './products.ts';

export type Item = { productId: string; quantity: number };
export type Order = { id: string; user: string | null; items: Item[]; totalCents: number };

/** Carts and orders in memory; the oldest go first once a limit is reached. */
export type Store = {
  /** Adds to the cart of a user and returns the cart; the same product adds up, to `quantityMax` at most. */
  addToCart(user: string, item: Item): Item[];
  /** Keeps a confirmed order and empties the cart of its user. */
  placeOrder(user: string | null, items: Item[]): Order;
  size(): { carts: number; orders: number };
};

export const quantityMax = 20;

export function createStore(limits: { cartsMax: number; ordersMax: number }): Store {
  const carts = new Map<string, Map<string, number>>();
  const orders = new Map<string, Order>();
  let placed = 0;
  return {
    addToCart(user, { productId, quantity }) {
      const cart = carts.get(user) ?? new Map<string, number>();
      cart.set(productId, Math.min(quantityMax, (cart.get(productId) ?? 0) + quantity));
      carts.delete(user);
      carts.set(user, cart);
      dropOldest(carts, limits.cartsMax);
      return [...cart].map(([id, count]) => ({ productId: id, quantity: count }));
    },
    placeOrder(user, items) {
      placed += 1;
      const order = { id: `o-${placed}`, user, items, totalCents: totalCents(items) };
      orders.set(order.id, order);
      dropOldest(orders, limits.ordersMax);
      if (user !== null) carts.delete(user);
      return order;
    },
    size: () => ({ carts: carts.size, orders: orders.size }),
  };
}

/** A map iterates in the order of insertion, so its first key is the oldest. */
function dropOldest(map: Map<string, unknown>, sizeMax: number): void {
  if (map.size <= sizeMax) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

function totalCents(items: Item[]): number {
  return items.reduce((sum, item) => sum + item.quantity * (findProduct(item.productId)?.priceCents ?? 0), 0);
}
