export type Product = { id: string; name: string; priceCents: number; text: string };

/** What the shop sells. Prices in euro cents. */
export const products: readonly Product[] = [
  { id: 'rope-12', name: 'Mooring rope, 12 mm', priceCents: 2490, text: 'Ten metres, spliced eye.' },
  { id: 'fender-m', name: 'Fender, medium', priceCents: 3150, text: 'Keeps the hull off the quay.' },
  { id: 'lamp-brass', name: 'Brass lamp', priceCents: 5900, text: 'Burns for thirty hours.' },
  { id: 'chart-north', name: 'Chart, North Sea', priceCents: 2800, text: 'Printed on waterproof paper.' },
  { id: 'compass', name: 'Hand compass', priceCents: 7450, text: 'Damped, readable at night.' },
  { id: 'vest-150', name: 'Life vest, 150 N', priceCents: 9900, text: 'Inflates by itself.' },
  { id: 'boots-42', name: 'Deck boots', priceCents: 6400, text: 'Non-marking sole.' },
  { id: 'flag-set', name: 'Signal flags', priceCents: 4990, text: 'All forty, in a roll.' },
  { id: 'knife', name: 'Rigging knife', priceCents: 3300, text: 'With a marlinspike.' },
  { id: 'bucket', name: 'Rubber bucket', priceCents: 1290, text: 'Floats when dropped.' },
  { id: 'horn', name: 'Fog horn', priceCents: 2150, text: 'Heard two miles away.' },
  { id: 'paint-red', name: 'Hull paint, red', priceCents: 8800, text: 'Two coats last a season.' },
];

const productsById = new Map(products.map((product) => [product.id, product]));

export function findProduct(id: string): Product | undefined {
  return productsById.get(id);
}
