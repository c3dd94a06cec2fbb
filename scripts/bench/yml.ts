// A feed as a Russian shop writes it, in pieces as a network delivers it.

const pieceBytes = 65_536;

/** `date`: what makes a file another one though nothing in it is another. `dearer`: the last offer costs more. */
export function* feedPieces(
  offers: number,
  date = '2026-11-01 10:00',
  prices: 'as ever' | 'dearer' = 'as ever',
): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = head(date);
  for (let n = 0; n < offers; n += 1) {
    text += offer(n, prices === 'dearer' && n === offers - 1 ? 1_000 : 100);
    if (text.length < pieceBytes / 1.5) continue;
    yield encoder.encode(text);
    text = '';
  }
  yield encoder.encode(`${text}</offers></shop></yml_catalog>\n`);
}

function head(date: string): string {
  const categories = Array.from({ length: 200 }, (_, n) => `<category id="${n}">Раздел ${n}</category>`).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE yml_catalog SYSTEM "shops.dtd">\n<yml_catalog date="${date}"><shop><name>Фьорд</name>
<currencies><currency id="RUB" rate="1"/></currencies><categories>${categories}</categories>\n<offers>\n`;
}

function offer(n: number, least: number): string {
  const pictures = [1, 2, 3]
    .map((at) => `  <picture>https://cdn.shop.example/images/${n}-${at}.jpg</picture>\n`)
    .join('');
  return `<offer id="sku-${n}" available="${n % 9 > 0}" group_id="g${n >> 2}">
  <url>https://shop.example/catalog/item-${n}?utm_source=feed&amp;utm_medium=xml</url>
  <price>${least + (n % 5_000)}.${(n % 90) + 10}</price>
  <oldprice>${9_000 + (n % 100)}</oldprice>
  <currencyId>RUB</currencyId>
  <categoryId>${n % 200}</categoryId>
${pictures}  <name>Палатка туристическая «Фьорд ${n}» четырёхместная &amp; лёгкая</name>
  <vendor>Fjord</vendor>
  <vendorCode>F-${n}</vendorCode>
  <description>Просторная палатка для семейных походов с двумя входами, тамбуром и вентиляцией; стойки из алюминия, швы проклеены, дно не промокает даже в долгий дождь. Модель ${n}.</description>
  <param name="Цвет">Зелёный</param>
  <param name="Вес" unit="кг">${(n % 9) + 1}.5</param>
  <param name="Размер">XL</param>
  <delivery>true</delivery>
</offer>
`;
}
