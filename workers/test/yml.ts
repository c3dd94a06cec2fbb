// Feeds as shops write them.

export interface YmlOffer {
  id: string;
  name?: string;
  price?: string;
  picture?: string | null;
  available?: boolean;
}

const head =
  '<?xml version="1.0" encoding="UTF-8"?>\n<yml_catalog date="2026-11-01T06:00:00+01:00">\n<shop><name>Fjell</name>';

/** A feed of offers; the first offer stands in line 5, each in one line. */
export function ymlOf(offers: readonly YmlOffer[]): string {
  const lines = offers.map(
    ({ id, name = `Product ${id}`, price = '19.9', picture = pictureOf(id), available = true }) => {
      const shown = picture === null ? '' : `<picture>${picture}</picture>`;
      return `<offer id="${id}" available="${available}"><url>https://shop.example/p/${id}</url><price>${price}</price><currencyId>EUR</currencyId><categoryId>c1</categoryId>${shown}<name>${name}</name></offer>`;
    },
  );
  return `${head}\n<categories><category id="c1">Tents</category></categories><offers>\n${lines.join('\n')}\n</offers></shop></yml_catalog>\n`;
}

export function pictureOf(id: string): string {
  return `https://shop.example/pictures/${id}.png`;
}

/** `count` offers, `p0` and on. */
export function someOffers(count: number): YmlOffer[] {
  return Array.from({ length: count }, (_, n) => ({ id: `p${n}` }));
}
