// What exists besides Yandex's and Google's own: marketplaces, exports of shop systems, tables that people make.
import { describe, expect, it } from 'vitest';
import type { Offer } from './index.ts';
import { bytesOf, cutAt, offersIn, problemsIn, readAll, readBytes, utf16, verdictOf } from './testing.ts';

const euros = (minor: number) => ({ minor, currency: 'EUR' });
const xml = (text: string) => `<?xml version="1.0" encoding="UTF-8"?>\n${text}`;
const item = { id: 1, name: 'Tent', price: 12.5, url: 'https://shop.example/1' };
const tent = { id: '1', name: 'Tent', price: euros(1_250), url: 'https://shop.example/1' };

const feeds: [string, string, string, Partial<Offer>[]][] = [
  [
    'Kaspi, with stores and cities',
    xml(`<kaspi_catalog xmlns="kaspiShopping"><offers>
<offer sku="k1"><model>Tent Nord 2</model><brand>Fjord</brand><availabilities><availability available="no" storeId="PP1"/><availability available="yes" storeId="PP2"/></availabilities><price>12.50</price></offer>
<offer sku="k2"><model>Stove</model><availabilities><availability available="no" storeId="PP1"/></availabilities><cityprices><cityprice cityId="75">9</cityprice><cityprice cityId="76">10</cityprice></cityprices></offer>
</offers></kaspi_catalog>`),
    'kaspi',
    [
      { id: 'k1', name: 'Tent Nord 2', brand: 'Fjord', price: euros(1_250), inStock: true },
      {
        id: 'k2',
        price: euros(900),
        inStock: false,
        locations: [
          { id: '75', price: euros(900), oldPrice: null, stock: null },
          { id: '76', price: euros(1_000), oldPrice: null, stock: null },
        ],
      },
    ],
  ],
  [
    'Prom',
    xml(`<shop><catalog><category id="4">Tents</category><category id="5" parentId="4">Two</category></catalog><items>
<item id="1" available="true" selling_type="r"><name>Tent</name><categoryId>5</categoryId><price>12.50</price><oldprice>15</oldprice><url>https://shop.example/1</url><image>https://shop.example/1.jpg</image><image>https://shop.example/2.jpg</image><param name="Weight" unit="kg">2</param></item>
</items></shop>`),
    'xml',
    [
      {
        ...tent,
        oldPrice: euros(1_500),
        categoryIds: ['5'],
        pictures: ['https://shop.example/1.jpg', 'https://shop.example/2.jpg'],
      },
    ],
  ],
  [
    'Heureka',
    xml(
      `<SHOP><SHOPITEM><ITEM_ID>1</ITEM_ID><PRODUCTNAME>Tent</PRODUCTNAME><URL>https://shop.example/1</URL><IMGURL>https://shop.example/1.jpg</IMGURL><PRICE_VAT>12,50</PRICE_VAT><CATEGORYTEXT>Home | Tents</CATEGORYTEXT><ITEMGROUP_ID>G</ITEMGROUP_ID><PARAM><PARAM_NAME>Colour</PARAM_NAME><VAL>green</VAL></PARAM></SHOPITEM></SHOP>`,
    ),
    'xml',
    [
      {
        ...tent,
        groupId: 'G',
        categoryIds: ['Home > Tents'],
        params: [{ name: 'Colour', value: 'green', unit: null }],
      },
    ],
  ],
  [
    'Skroutz, and products with lists inside',
    xml(
      `<mywebstore><products><product><id>1</id><name>Tent</name><link>https://shop.example/1</link><images><item>https://shop.example/1.jpg</item></images><category>Home &gt; Tents</category><price_with_vat>12.5</price_with_vat></product></products></mywebstore>`,
    ),
    'xml',
    [{ ...tent, pictures: ['https://shop.example/1.jpg'], categoryIds: ['Home > Tents'] }],
  ],
  [
    'Ceneo',
    xml(
      `<offers version="1"><o id="1" url="https://shop.example/1" price="12.5" avail="1"><cat>Tents</cat><name>Tent</name><imgs><main url="https://shop.example/1.jpg"/></imgs></o></offers>`,
    ),
    'xml',
    [{ ...tent, pictures: ['https://shop.example/1.jpg'], categoryIds: ['Tents'] }],
  ],
  [
    'Google’s Atom under prefixes of one’s own',
    xml(
      `<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:goog="http://base.google.com/ns/1.0"><a:entry><goog:id>1</goog:id><a:title>Tent</a:title><a:link href="https://shop.example/1"/><goog:price>12.50 EUR</goog:price><goog:availability>https://schema.org/OutOfStock</goog:availability><goog:item_group_id>G</goog:item_group_id><goog:product_type>Home &gt; Tents</goog:product_type><goog:product_type>Sale</goog:product_type><goog:google_product_category>2271</goog:google_product_category><goog:color>green</goog:color></a:entry></a:feed>`,
    ),
    'google-atom',
    [
      {
        ...tent,
        groupId: 'G',
        inStock: false,
        categoryIds: ['Home > Tents', 'Sale'],
        params: [{ name: 'color', value: 'green', unit: null }],
      },
    ],
  ],
  [
    'RSS 1.0',
    xml(
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:g="http://base.google.com/ns/1.0"><channel/><item rdf:about="https://shop.example/1"><title>Tent</title><link>https://shop.example/1</link><g:id>1</g:id><g:price>12.50 EUR</g:price></item></rdf:RDF>`,
    ),
    'google-rss',
    [tent],
  ],
  [
    'Shopify as it exports now, with metafields',
    `Title,URL handle,Description,Vendor,Type,Published on online store,Status,SKU,Option1 name,Option1 value,Price,Compare-at price,Inventory tracker,Inventory quantity,Continue selling when out of stock,Product image URL,Variant image URL,Color (product.metafields.shopify.color-pattern)
Tent,tent,"<p>Two
rooms</p>",Fjord,Tents,TRUE,Active,T-1,Size,S,12.50,15.00,shopify,0,FALSE,https://shop.example/1.jpg,,green
,tent,,,,,,T-2,,M,13.00,,shopify,0,TRUE,,https://shop.example/2.jpg,
`,
    'shopify-table',
    [
      {
        id: 'T-1',
        groupId: 'tent',
        price: euros(1_250),
        oldPrice: euros(1_500),
        inStock: false,
        url: 'https://shop.example/products/tent',
        params: [
          { name: 'Size', value: 'S', unit: null },
          { name: 'color', value: 'green', unit: null },
        ],
      },
      { id: 'T-2', inStock: true, pictures: ['https://shop.example/2.jpg', 'https://shop.example/1.jpg'] },
    ],
  ],
  ...(
    [
      [
        'Russian',
        'ID,Тип,Артикул,Имя,Опубликован,"Краткое описание","В наличии?",Запасы,"Акционная цена","Базовая цена",Категории,Изображения,Родительский,"Имя атрибута 1","Значение(-я) аттрибута(-ов) 1"',
      ],
      [
        'Spanish',
        'ID,Tipo,SKU,Nombre,Publicado,"Descripción corta",¿Existencias?,Inventario,"Precio rebajado","Precio normal",Categorías,Imágenes,Superior,"Nombre del atributo 1","Valor(es) del atributo 1"',
      ],
      [
        'German',
        'ID,Typ,Artikelnummer,Name,Veröffentlicht,Kurzbeschreibung,Vorrätig?,Bestand,Angebotspreis,"Regulärer Preis",Kategorien,Bilder,"Übergeordnetes Produkt","Attribut 1 Name","Attribut 1 Wert(e)"',
      ],
      [
        'French',
        'ID,Type,UGS,Nom,Publié,"Description courte","En stock ?",Stock,"Tarif promo","Tarif régulier",Catégories,Images,Parent,"Nom de l\'attribut 1","Valeur(s) de l\'attribut 1"',
      ],
    ] as const
  ).map(([language, columns]): [string, string, string, Partial<Offer>[]] => [
    `WooCommerce in ${language}`,
    `${columns}\n7,variable,T,Tent,1,Dry,1,,,,Home > Tents,https://shop.example/1.jpg,,Colour,"green, red"\n8,variation,T-1,Tent,1,,0,0,12.50,15,,,T,Colour,green\n`,
    'woocommerce-table',
    [
      {
        id: '8',
        groupId: '7',
        price: euros(1_250),
        oldPrice: euros(1_500),
        inStock: false,
        categoryIds: ['Home > Tents'],
        description: 'Dry',
        params: [{ name: 'Colour', value: 'green', unit: null }],
      },
    ],
  ]),
  [
    'a table of one’s own, as Excel saves it',
    'sep=;\r\nАртикул;Наименование;Цена;Старая цена;Ссылка;Картинка;Раздел;Наличие\r\n1;Tent;"12,50";15;https://shop.example/1;https://shop.example/1.jpg;Tents;-\r\n',
    'google-table',
    [{ ...tent, oldPrice: euros(1_500), categoryIds: ['Tents'], inStock: false }],
  ],
  [
    'Prom’s table',
    'Код_товара,Название_позиции,Цена,Валюта,Ссылка_изображения,Наличие,Количество,Название_группы,Уникальный_идентификатор,Производитель\nT-1,Tent,12.5,EUR,"https://shop.example/1.jpg, https://shop.example/2.jpg",+,5,Tents,1,Fjord\n',
    'google-table',
    [
      {
        id: '1',
        name: 'Tent',
        price: euros(1_250),
        stock: 5,
        inStock: true,
        brand: 'Fjord',
        pictures: ['https://shop.example/1.jpg', 'https://shop.example/2.jpg'],
      },
    ],
  ],
  ['bars', 'id|title|price|link\n1|Tent|12.50 EUR|https://shop.example/1\n', 'google-table', [tent]],
  ['JSON, deep', JSON.stringify({ shop: { offers: [{ ...item, items: [{ id: 9 }] }] } }), 'json', [tent]],
  ['JSON by ids', JSON.stringify({ products: { a: item, b: { ...item, id: 2 } } }), 'json', [tent, { id: '2' }]],
  ['JSON made of YML', JSON.stringify({ yml_catalog: { shop: { offers: { offer: [item] } } } }), 'json', [tent]],
  [
    'JSON of one item with lists',
    JSON.stringify({ ...item, categories: ['3'], items: [] }),
    'json',
    [{ categoryIds: ['3'] }],
  ],
  [
    'JSON Lines with a byte order mark',
    `\ufeff${JSON.stringify(item)}\n${JSON.stringify({ ...item, id: 2 })}\n`,
    'json-lines',
    [tent, { id: '2' }],
  ],
  [
    'Shopify’s products.json',
    JSON.stringify({
      products: [
        {
          id: 5,
          title: 'Tent',
          handle: 'tent',
          body_html: '<p>Dry</p>',
          product_type: 'Tents',
          variants: [
            { id: 11, option1: 'S', price: '12.50', compare_at_price: '15.00', available: true },
            { id: 12, option1: 'M', price: '13.00', available: false },
          ],
          images: [{ src: 'https://shop.example/1.jpg' }],
          options: [{ name: 'Size' }],
        },
      ],
    }),
    'json',
    [
      {
        id: '11',
        groupId: '5',
        price: euros(1_250),
        oldPrice: euros(1_500),
        url: 'https://shop.example/products/tent',
        description: 'Dry',
        pictures: ['https://shop.example/1.jpg'],
        params: [{ name: 'Size', value: 'S', unit: null }],
      },
      { id: '12', inStock: false },
    ],
  ],
];

describe('a feed of another make', () => {
  it.each(feeds)('%s', async (_make, text, format, offers) => {
    const read = await readBytes(bytesOf(text));
    expect(offersIn(read)).toMatchObject(offers);
    expect(offersIn(read)).toHaveLength(offers.length);
    expect(verdictOf(read).format).toBe(format);
  });

  it.each(feeds)('is the same, cut anywhere: %s', async (_make, text) => {
    const bytes = bytesOf(text);
    const whole = await readBytes(bytes);
    for (let at = 1; at < bytes.byteLength; at += 5) expect(await readAll(cutAt(bytes, [at]))).toEqual(whole);
  });

  it('may be a table in UTF-16, as Excel calls Unicode', async () => {
    const table = '\ufeffid\ttitle\tprice\tlink\n1\tПалатка\t12,50\thttps://shop.example/1\n';
    const read = await readBytes(utf16(table, 'le'));
    expect(offersIn(read)).toMatchObject([{ ...tent, name: 'Палатка' }]);
  });

  it.each([
    ['<urlset><url><loc>https://shop.example/</loc></url></urlset>', 'a sitemap'],
    ['<Error><Code>AccessDenied</Code></Error>', 'the storage answers with an error'],
    ['<КоммерческаяИнформация ВерсияСхемы="2.04"/>', 'CommerceML'],
    ['<listings><listing/></listings>', 'vehicles'],
    ['<soap:Envelope xmlns:soap="x"><soap:Body/></soap:Envelope>', 'SOAP'],
    ['<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel/></rss>', 'WordPress'],
  ])('is refused for what it is: %s', async (text, says) => {
    const { refused } = await readBytes(bytesOf(text));
    expect(refused?.problem).toMatchObject({ kind: 'not-a-feed', message: expect.stringContaining(says) });
  });
});

describe('a promotion', () => {
  const sold = (dates: string) =>
    xml(
      `<rss><channel><item><g:id>1</g:id><title>Tent</title><g:price>15 EUR</g:price><g:sale_price>12.50 EUR</g:sale_price><g:sale_price_effective_date>${dates}</g:sale_price_effective_date></item></channel></rss>`,
    );

  // Read on 24 November 2026 at noon.
  it.each([
    ['2026-11-01/2026-11-24', 1_250, false],
    ['2026-11-24T13:00+0200/2026-12-01T00:00+0200', 1_250, false],
    ['2026-11-25/2026-12-01', 1_500, false],
    ['2026-11-01/2026-11-23', 1_500, true],
    ['/2026-11-30', 1_250, false],
    ['whenever', 1_250, false],
  ])('of %s', async (dates, minor, isOver) => {
    const read = await readBytes(bytesOf(sold(dates)));
    expect(offersIn(read)[0]?.price).toEqual(euros(minor));
    expect(problemsIn(read).some(([kind]) => kind === 'past-sale')).toBe(isOver);
  });
});

describe('Yandex’s and PersonaClick’s own', () => {
  const offer =
    '<name>Tent</name><url>https://shop.example/1</url><price>5</price><picture>https://shop.example/1.png</picture>';
  const shop = (inner: string) => bytesOf(`<yml_catalog><shop>${inner}</shop></yml_catalog>`);

  it('collections are told, and which offers lie in them', async () => {
    const read = await readBytes(
      shop(
        `<collections><collection id="c1" url="https://shop.example/c1">Summer</collection><collection id="c2"><url>https://shop.example/c2</url><name>Winter</name></collection><collection id="c1">Again</collection><collection id="c3"/></collections><offers><offer id="1">${offer}<collectionId>c2</collectionId><collectionId>c1</collectionId></offer></offers>`,
      ),
    );
    expect(read.items.filter(({ kind }) => kind === 'collection')).toEqual([
      { kind: 'collection', collection: { id: 'c1', name: 'Summer', url: 'https://shop.example/c1' } },
      { kind: 'collection', collection: { id: 'c2', name: 'Winter', url: 'https://shop.example/c2' } },
    ]);
    expect(offersIn(read)[0]?.collectionIds).toEqual(['c2', 'c1']);
    expect(verdictOf(read)).toMatchObject({ found: { collections: 4 }, taken: { collections: 2 } });
    expect(problemsIn(read).filter(([kind]) => kind === 'bad-collection')).toHaveLength(2);
  });

  it('categories that make no tree are told, and told what is wrong with them', async () => {
    const categories = [
      ['1', '1'],
      ['2', '3'],
      ['3', '2'],
      ['4', '9'],
      ['5', ''],
    ].map(([id, parent]) => `<category id="${id}" parentId="${parent}">C${id}</category>`);
    const deep = Array.from({ length: 102 }, (_, n) => `<category id="d${n}" parentId="d${n - 1}">D</category>`);
    const read = await readBytes(
      shop(`<categories>\n${[...categories, ...deep].join('\n')}</categories><offer id="1">${offer}</offer>`),
    );
    const kinds = ['self-parent', 'category-loop', 'orphan-category', 'deep-category'];
    expect(problemsIn(read).filter(([kind]) => kinds.includes(kind))).toEqual([
      ['orphan-category', 5, 1, null],
      ['self-parent', 2, 1, null],
      ['category-loop', 3, 1, null],
      ['deep-category', 107, 1, null],
    ]);
    expect(verdictOf(read).found.missingParents).toBe(2);
  });

  it('terms, margins, what is left and prices by place are kept', async () => {
    const [one] = offersIn(
      await readBytes(
        shop(
          `<offers><offer id="1" leftovers="few">${offer}<vendor picture="https://shop.example/v.png">Fjord</vendor><price_margin>20</price_margin><discount_percent>15%</discount_percent><promocode>NORD</promocode><price_with_promocode>4.5</price_with_promocode><gift>1</gift><installment>false</installment><merchant>North</merchant><merchant>South</merchant><deeplink_ios>app://1</deeplink_ios><date>2026-11-01</date><vat>VAT_20</vat><locations><location id="oslo" weight="70"><price>6</price><oldprice>7</oldprice><stock_quantity>2</stock_quantity></location></locations></offer></offers>`,
        ),
      ),
    );
    expect(one?.extras).toEqual({
      leftovers: 'few',
      priceMargin: 20,
      discountPercent: 15,
      promocode: 'NORD',
      priceWithPromocode: euros(450),
      merchants: ['North', 'South'],
      terms: { gift: true, installment: false },
      brandPicture: 'https://shop.example/v.png',
      deeplinks: { ios: 'app://1' },
      publishedAt: Date.parse('2026-11-01'),
      vat: 'VAT_20',
    });
    expect(one?.locations).toEqual([{ id: 'oslo', price: euros(600), oldPrice: euros(700), stock: 2, weight: 70 }]);
  });
});
