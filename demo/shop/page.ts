import type { ShopTrack } from './metrics.ts';
import { type Product, products } from './products.ts';

/** Canary and baseline look different by shape, word and colour. */
const looks: Record<ShopTrack, { colour: string; mark: string }> = {
  canary: { colour: '#C2410C', mark: '●' },
  baseline: { colour: '#0369A1', mark: '□' },
};

/** The shop's page; it names the version and the track that served it. */
export function shopPage(version: string, track: ShopTrack): string {
  const { colour, mark } = looks[track];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Chandler's shop ${escapeHtml(version)}</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:44rem;padding:0 1rem 2rem}
header{border-top:.5rem solid ${colour};padding-top:1rem}
.track{background:${colour};border-radius:.25rem;color:#fff;padding:.1rem .5rem}
ul{list-style:none;padding:0}li{border-bottom:1px solid #ccc;padding:.5rem 0}
</style></head><body>
<header><h1>Chandler's shop</h1>
<p>Served by version <strong>${escapeHtml(version)}</strong> <span class="track">${mark} ${track}</span></p></header>
<ul>${products.map(productLine).join('')}</ul>
</body></html>
`;
}

function productLine(product: Product): string {
  const price = (product.priceCents / 100).toFixed(2);
  return `<li><a href="/products/${escapeHtml(product.id)}">${escapeHtml(product.name)}</a>, ${price} €<br>${escapeHtml(product.text)}</li>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
