// The store's feed in YML. Like a real one it is not perfect: two offers at its end cannot be sold as they stand.
import { categories, products } from './catalogue.ts';

/** `origin` as `http://127.0.0.1:8788`. */
export function feedOf(origin: string): string {
  const offers = products.map((product) => {
    const old = product.oldPrice === null ? '' : `<oldprice>${product.oldPrice / 100}</oldprice>`;
    return `      <offer id="${product.id}" available="${product.inStock}">
        <url>${origin}/p/${product.id}</url>
        <price>${product.price / 100}</price>${old}<currencyId>EUR</currencyId>
        <categoryId>${product.category}</categoryId>
        <picture>${origin}/pictures/${product.id}.png</picture>
        <name>${escaped(product.name)}</name><vendor>${escaped(product.brand)}</vendor>
        <description>${escaped(product.words)}</description>
      </offer>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<yml_catalog date="2026-11-01T06:00:00+01:00">
  <shop>
    <name>Fjell &amp; Fern</name><company>Fjell &amp; Fern</company><url>${origin}</url>
    <currencies><currency id="EUR" rate="1"/></currencies>
    <categories>
${categories.map((category) => `      <category id="${category.id}">${escaped(category.name)}</category>`).join('\n')}
    </categories>
    <offers>
${offers.join('\n')}
      <offer id="809" available="true">
        <url>${origin}/p/809</url><price>on request</price><currencyId>EUR</currencyId>
        <categoryId>boots</categoryId><name>Custom Boot</name><vendor>Karst</vendor>
      </offer>
      <offer id="810" available="true">
        <url>${origin}/p/810</url><price>12</price><currencyId>EUR</currencyId>
        <categoryId>gifts</categoryId><name>Gift card</name><vendor>Fjell &amp; Fern</vendor>
      </offer>
    </offers>
  </shop>
</yml_catalog>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
