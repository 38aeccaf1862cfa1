import { describe, expect, it } from 'vitest';
import { createStore, quantityMax } from './store.ts';

const knife = { productId: 'knife', quantity: 2 };

describe('store', () => {
  it('never holds more carts and orders than its limits', () => {
    const store = createStore({ cartsMax: 3, ordersMax: 2 });
    for (let index = 0; index < 50; index += 1) {
      store.addToCart(`cart-${index}`, knife);
      store.placeOrder(`buyer-${index}`, [knife]);
    }
    expect(store.size()).toEqual({ carts: 3, orders: 2 });
  });

  it('drops the cart that was unused for longest', () => {
    const store = createStore({ cartsMax: 2, ordersMax: 1 });
    for (const user of ['a', 'b', 'a', 'c']) store.addToCart(user, knife);
    expect(store.addToCart('a', knife)).toEqual([{ productId: 'knife', quantity: 6 }]);
    expect(store.addToCart('b', knife)).toEqual([knife]);
  });

  it('adds up the same product to the greatest quantity at most', () => {
    const store = createStore({ cartsMax: 1, ordersMax: 1 });
    for (let index = 0; index < 20; index += 1) store.addToCart('a', knife);
    expect(store.addToCart('a', knife)).toEqual([{ productId: 'knife', quantity: quantityMax }]);
  });

  it('prices an order and empties the cart of its user', () => {
    const store = createStore({ cartsMax: 1, ordersMax: 1 });
    store.addToCart('a', knife);
    expect(store.placeOrder('a', [knife])).toMatchObject({ user: 'a', totalCents: 6600 });
    expect(store.size().carts).toBe(0);
  });
});
