import { describe, expect, it } from 'vitest';
import type { Offer } from './index.ts';
import {
  bytesOf,
  categoriesIn,
  cutAt,
  fixture,
  offersIn,
  problemsIn,
  readAll,
  readBytes,
  verdictOf,
} from './testing.ts';

async function offersOf(name: string): Promise<Offer[]> {
  return offersIn(await readBytes(fixture(`valid/${name}`)));
}

function euros(minor: number) {
  return { minor, currency: 'EUR' };
}

/** A YML of these offers, an offer a line from line 2 on. */
function yml(...offers: string[]): Uint8Array {
  const lines = offers.map((offer, at) => `<offer id="${at + 1}">${offer}</offer>`);
  return bytesOf(`<yml_catalog><shop><offers>\n${lines.join('\n')}\n</offers></shop></yml_catalog>`);
}

const sellable =
  '<name>Tent</name><url>https://shop.example/t</url><price>5</price><picture>https://shop.example/t.png</picture><categoryId>1</categoryId>';

describe('Yandex Market Language', () => {
  it('gives all that an offer says', async () => {
    const [offer] = await offersOf('shop.yml.xml');
    expect(offer).toEqual({
      id: 'simple',
      groupId: 'g',
      name: 'Палатка «Север»',
      url: 'https://shop.example/a?x=1&y=2',
      pictures: ['https://shop.example/a.png', 'https://shop.example/b.png'],
      price: euros(124_050),
      oldPrice: euros(150_000),
      brand: 'Fjord',
      model: null,
      vendorCode: 'F-1',
      barcode: '4006381333931',
      categoryIds: ['2'],
      inStock: true,
      stock: null,
      description: 'Two rooms & a porch.\nDry.',
      params: [
        { name: 'Weight', value: '4.2', unit: 'kg' },
        { name: 'Colour', value: 'green', unit: null },
      ],
      tags: ['family', 'new'],
      country: 'Norway',
      delivery: { delivery: true, pickup: false },
      rating: 4.5,
      isNew: true,
      ignored: false,
      periodic: false,
      seasonality: [6],
      accessoryIds: ['model'],
      locations: [{ id: 'oslo', price: euros(120_000), oldPrice: null, stock: 3 }],
      niche: {},
      collectionIds: [],
      extras: {},
    } satisfies Offer);
  });

  it('gives its categories first, and what it counted last', async () => {
    const read = await readBytes(fixture('valid/shop.yml.xml'));
    expect(read.items.slice(0, 2)).toEqual([
      { kind: 'category', category: { id: '1', name: 'Палатки', parentId: null, url: null } },
      { kind: 'category', category: { id: '2', name: 'Tents & tarps', parentId: '1', url: null } },
    ]);
    expect(verdictOf(read)).toEqual({
      format: 'yml',
      encoding: 'utf-8',
      archive: null,
      found: {
        offers: 5,
        categories: 2,
        collections: 0,
        params: 2,
        pictures: 6,
        unavailable: 1,
        duplicates: 0,
        unknownCategories: 0,
        missingParents: 0,
      },
      taken: { offers: 5, categories: 2, collections: 0, problems: 0 },
    });
  });

  it('knows its other kinds of offer', async () => {
    const [, model, book, record] = await offersOf('shop.yml.xml');
    expect(model).toMatchObject({ name: 'Stove Brenn X 2', model: 'X 2', inStock: false });
    expect(book).toMatchObject({
      name: 'Knots',
      niche: { book: { author: 'A. Writer', year: 2019, isbn: '978-3-16-148410-0' } },
    });
    expect(record).toMatchObject({ name: 'Low Tide', brand: 'The Gulls' });
  });

  it('has its prices in the shop’s currency by its own rates', async () => {
    const [, model] = await offersOf('shop.yml.xml');
    expect(model?.price).toEqual(euros(1_080));
  });

  it('as marketplaces of Ukraine write it: promotional prices, stock, translations, codes', async () => {
    const [one, two] = await offersOf('allo.yml.xml');
    expect(one).toMatchObject({
      name: 'Чемодан',
      price: euros(299_000),
      oldPrice: euros(325_000),
      categoryIds: ['5442'],
      stock: 4,
      inStock: true,
      params: [{ name: 'Size', value: 'L', unit: null }],
    });
    expect(two).toMatchObject({ name: 'Рюкзак', oldPrice: euros(100_000), stock: 0, inStock: false, url: null });
  });

  it('of Hotline has elements for attributes and words for stock', async () => {
    const [glider, kite] = await offersOf('hotline.xml');
    expect(glider).toMatchObject({
      id: 'h-1',
      inStock: true,
      vendorCode: 'AB',
      price: { minor: 1_540_000, currency: 'UAH' },
    });
    expect(kite).toMatchObject({ id: 'h-2', inStock: false, price: { minor: 999, currency: 'USD' } });
  });
});

describe('a name', () => {
  it.each([
    ['Tent &lt;b&gt; &amp; Co', 'Tent <b> & Co'],
    ['<![CDATA[Rope <8 mm>]]>', 'Rope <8 mm>'],
    ['<![CDATA[<b>New</b>: Tent&nbsp;2<br>red]]>', 'New : Tent 2 red'],
    ['<![CDATA[Tent &amp; Co]]>', 'Tent & Co'],
    ['Tent\n   of  two', 'Tent of two'],
    ['<b>Tent</b> 2', 'Tent 2'],
    ['&lt;script&gt;alert(1)&lt;/script&gt;Tent', 'Tent'],
    ['Tent 🏕️', 'Tent 🏕️'],
  ])('%s is read as %s', async (written, read) => {
    const fields = sellable.replace('<name>Tent</name>', `<name>${written}</name>`);
    expect(offersIn(await readBytes(yml(fields)))[0]?.name).toBe(read);
  });
});

describe('the extensions for kinds of goods', () => {
  it.each([
    [
      '<fashion><gender>f</gender><type>Shoe</type><sizes><size>e38</size><size value="M"/></sizes><color picture="https://a.example/r.png">red</color><feature>adult</feature></fashion>',
      'fashion',
      {
        gender: 'f',
        type: 'shoe',
        sizes: ['e38', 'M'],
        colors: [{ name: 'red', picture: 'https://a.example/r.png' }],
        feature: 'adult',
      },
    ],
    [
      '<child><gender>m</gender><type>toy</type><age><min>0.5</min><max>3</max></age></child>',
      'child',
      { gender: 'm', type: 'toy', ageYears: { min: 0.5, max: 3 } },
    ],
    [
      '<cosmetic><periodic>1</periodic><skin><part>face</part><type>dry</type><type>oily</type><condition>sensitive</condition></skin><nail><type>polish</type><polish_color>red</polish_color></nail><perfume><family>wood</family><aroma>cedar</aroma></perfume></cosmetic>',
      'cosmetic',
      {
        periodic: true,
        skin: { part: ['face'], type: ['dry', 'oily'], condition: ['sensitive'] },
        hair: null,
        nail: { type: 'polish', polishColors: ['red'] },
        perfume: { family: 'wood', aromas: ['cedar'] },
      },
    ],
    [
      '<fmcg><type>food</type><periodic>true</periodic></fmcg>',
      'fmcg',
      { type: 'food', periodic: true, hypoallergenic: false },
    ],
    [
      '<pets><pet_type>cat</pet_type><breed>Manx</breed><pet_size>small</pet_size><pet_age>old</pet_age></pets>',
      'pets',
      { type: 'cat', breed: 'Manx', size: 'small', age: 'old', periodic: false },
    ],
    [
      '<auto><compatibility brand="Saab" model="900"/><compatibility brand="Volvo"/><vds>AB</vds><vds>CD</vds></auto>',
      'auto',
      {
        compatibility: [
          { brand: 'Saab', model: '900' },
          { brand: 'Volvo', model: null },
        ],
        vds: ['AB', 'CD'],
      },
    ],
    [
      '<jewelry><gender>x</gender><jewelry_metal>gold</jewelry_metal><jewelry_gem>ruby</jewelry_gem><ring_sizes><ring_size>17</ring_size></ring_sizes></jewelry>',
      'jewelry',
      { gender: null, metal: 'gold', gem: 'ruby', ringSizes: ['17'], chainSizes: [] },
    ],
    ['<book><author>A</author><year>1904</year></book>', 'book', { author: 'A', year: 1904 }],
    ['<book><author>A</author><year>1204</year></book>', 'book', { year: null }],
    [
      '<adult><gender>m</gender><preferences><preference>a</preference></preferences></adult>',
      'adult',
      { gender: 'm', preferences: ['a'] },
    ],
    [
      '<construction><material>oak</material><use>floor</use><use>wall</use></construction>',
      'construction',
      { material: ['oak'], use: ['floor', 'wall'] },
    ],
    [
      '<cosmetic><skin><part>Hand</part><type>green</type></skin></cosmetic>',
      'cosmetic',
      { skin: { part: ['hand'], type: [], condition: [] } },
    ],
    [
      '<pharmacy><ingredient>X</ingredient><deceases><decease>flu</decease></deceases><periodic>1</periodic></pharmacy>',
      'pharmacy',
      { ingredients: ['X'], diseases: ['flu'], periodic: true },
    ],
    [
      '<realty><action>rent</action><space><min>20</min><final>25</final></space></realty>',
      'realty',
      { action: 'rent', space: { min: 20, max: null, final: 25 } },
    ],
  ])('%s', async (section, name, expected) => {
    const [offer] = offersIn(await readBytes(yml(sellable + section)));
    expect(offer?.niche).toMatchObject({ [name]: expected });
    expect(offer?.periodic).toBe(/<periodic>/.test(section));
  });
});

describe('Google Merchant', () => {
  it('gives promotions that hold, groups, categories and details, whatever the prefix', async () => {
    const [tent, rope] = await offersOf('google.rss.xml');
    expect(tent).toMatchObject({
      id: 't-1',
      name: 'Tent, red',
      groupId: 'tents',
      price: euros(99_900),
      oldPrice: euros(129_900),
      pictures: ['https://shop.example/t.jpg', 'https://shop.example/t2.jpg'],
      vendorCode: 'T1',
      barcode: '4006381333931',
      categoryIds: ['Camping > Tents'],
      params: [{ name: 'Rooms', value: '2', unit: null }],
      inStock: true,
    });
    expect(rope).toMatchObject({ price: euros(1_000), oldPrice: null, inStock: false, categoryIds: ['Camping'] });
  });

  it('makes a tree of the categories that are written out', async () => {
    const read = await readBytes(fixture('valid/google.rss.xml'));
    expect(categoriesIn(read)).toEqual(['Camping', 'Camping > Tents']);
  });

  it('in Atom has links in attributes', async () => {
    expect(await offersOf('google.atom.xml')).toMatchObject([
      {
        id: 't-1',
        name: 'Лодка',
        url: 'https://shop.example/b',
        price: euros(19_990),
        inStock: true,
        description: 'Float',
      },
    ]);
  });

  it.each([
    ['in stock', true],
    ['in_stock', true],
    ['preorder', true],
    ['backorder', true],
    ['out of stock', false],
    ['Out_Of_Stock', false],
    ['discontinued', false],
  ])('that says “%s”: %s', async (word, inStock) => {
    const table = bytesOf(`id,title,link,price,availability\n1,A,https://shop.example/1,5 EUR,${word}\n`);
    expect(offersIn(await readBytes(table))[0]?.inStock).toBe(inStock);
  });
});

describe('a table', () => {
  it('of Shopify gives a variant an offer, with the pictures of all', async () => {
    const [small, medium, ring, draft] = await offersOf('shopify.csv');
    expect(small).toMatchObject({
      id: 'SH-S',
      groupId: 'shirt',
      name: 'Ocean "Blue" Shirt',
      url: 'https://shop.example/products/shirt',
      description: 'Soft,\nand blue',
      price: euros(5_000),
      oldPrice: euros(6_000),
      pictures: [
        'https://shop.example/s.jpg',
        'https://shop.example/s1.jpg',
        'https://shop.example/s2.jpg',
        'https://shop.example/s3.jpg',
      ],
      params: [{ name: 'Size', value: 'S', unit: null }],
      stock: 3,
      barcode: '400',
    });
    expect(medium).toMatchObject({ id: 'SH-M', name: 'Ocean "Blue" Shirt', inStock: false, oldPrice: null });
    expect(ring).toMatchObject({ id: 'ring', price: euros(120_050), params: [], stock: null, inStock: true });
    expect(draft).toMatchObject({ id: 'draft', inStock: false });
  });

  it('of WooCommerce gives variations what their parent says', async () => {
    const [cap, blue, green, old] = await offersOf('woocommerce.csv');
    expect(cap).toMatchObject({
      id: '11',
      price: euros(1_600),
      oldPrice: euros(1_800),
      url: 'https://shop.example/?p=11',
    });
    expect(blue).toMatchObject({
      id: '12',
      groupId: '10',
      inStock: true,
      categoryIds: ['Clothing > Tshirts', 'Sale'],
      description: 'A shirt',
      url: 'https://shop.example/?p=10',
      params: [{ name: 'Color', value: 'Blue', unit: null }],
    });
    expect(green).toMatchObject({ id: '13', groupId: '10', inStock: false });
    expect(old).toMatchObject({ id: '14', inStock: false });
  });

  it('of Facebook and Google has the words of their XML', async () => {
    expect(await offersOf('facebook.csv')).toMatchObject([
      {
        id: 'fb-1',
        price: euros(3_999),
        oldPrice: euros(4_999),
        stock: 7,
        pictures: { length: 3 },
        categoryIds: ['Home > Chairs'],
      },
      { id: 'fb-2', price: euros(124_900), inStock: false },
    ]);
    expect(await offersOf('google.tsv')).toMatchObject([
      { id: 'g-1', name: 'Lamp "L"', price: euros(1_200), pictures: ['https://shop.example/l.jpg'] },
    ]);
  });

  it('may use semicolons, and says where a row is not whole', async () => {
    const read = await readBytes(bytesOf('id;title;link;price\n1;A;https://shop.example/1;5,50\n2;B\n'));
    expect(offersIn(read)).toMatchObject([{ price: euros(550) }, { price: null }]);
    expect(problemsIn(read)).toContainEqual(['ragged-row', 3, 1, null]);
  });
});

describe('JSON', () => {
  it('of the import API gives categories and items', async () => {
    const read = await readBytes(fixture('valid/items.json'));
    expect(categoriesIn(read)).toEqual(['1', '2']);
    expect(offersIn(read)).toMatchObject([
      {
        id: '7',
        name: 'Boot "Nord" [new]',
        price: euros(9_990),
        oldPrice: euros(12_000),
        categoryIds: ['2'],
        params: [{ name: 'Sole', value: 'rubber, felt', unit: null }],
        tags: ['winter'],
        locations: [{ id: 'oslo', price: euros(9_500), stock: 2 }],
        niche: { pets: { type: 'dog', periodic: true } },
        periodic: true,
      },
      { id: '8', price: euros(100_000), inStock: false },
    ]);
  });

  it.each([
    ['a list', '[{"id":1,"name":"A","price":5},{"id":2,"name":"B","price":6}]', 'json'],
    ['objects that follow each other', '{"id":1,"name":"A","price":5}{"id":2,"name":"B","price":6}', 'json'],
    [
      'an envelope',
      '{"shop":{"id":9},"products":[{"id":1,"name":"A","price":5},{"id":2,"name":"B","price":6}]}',
      'json',
    ],
    ['lines', '{"id":1,"name":"A","price":5}\n{"id":2,"name":"B","price":6}', 'json-lines'],
  ])('may be %s', async (_what, text, format) => {
    const read = await readBytes(bytesOf(text));
    expect(offersIn(read).map(({ id, price }) => [id, price?.minor])).toEqual([
      ['1', 500],
      ['2', 600],
    ]);
    expect(verdictOf(read).format).toBe(format);
  });

  it.each(['[', ''])('leaves out an item that is too long, and says where: %s', async (open) => {
    const long = `{"id":1,"name":"${'x'.repeat(2_100_000)}"}`;
    const read = await readBytes(
      bytesOf(`${open}\n${long}${open && ','}\n{"id":2,"name":"B","price":6}\n${open && ']'}`),
      open === '' ? { fileName: 'a.jsonl' } : {},
    );
    expect(problemsIn(read)[0]).toEqual(['large-offer', 2, 1, null]);
    expect(offersIn(read).map(({ id }) => id)).toEqual(['2']);
  });

  it('in lines is read on after a line that is none', async () => {
    const read = await readBytes(fixture('invalid/lines.jsonl'));
    expect(offersIn(read).map(({ id }) => id)).toEqual(['a', 'c']);
    expect(problemsIn(read).filter(([kind]) => kind === 'bad-json')).toEqual([
      ['bad-json', 2, 1, null],
      ['bad-json', 4, 1, null],
    ]);
  });
});

describe('what is malformed', () => {
  it('is read as far as it can be, and told by line, column and offer', async () => {
    const read = await readBytes(fixture('invalid/malformed.yml.xml'));
    expect(offersIn(read).map(({ id, name }) => [id, name])).toEqual([
      ['amp', 'Salt & pepper © &nope;'],
      ['cdata', 'Rope'],
      ['tags', 'Bag'],
      ['open', 'Open'],
      ['script', 'Hat'],
    ]);
    expect(problemsIn(read)).toEqual(
      expect.arrayContaining([
        ['junk-before', 1, 1, null],
        ['stray-ampersand', 5, 32, null],
        ['bad-category', 5, 46, null],
        ['stray-ampersand', 7, 28, 'amp'],
        ['html-entity', 7, 37, 'amp'],
        ['unknown-entity', 7, 44, 'amp'],
        ['control-character', 7, 51, 'amp'],
        ['nested-cdata', 8, 167, 'cdata'],
        ['bad-picture', 8, 1, 'cdata'],
        ['unknown-category', 8, 1, 'cdata'],
        ['bad-nesting', 9, 168, 'tags'],
        ['bad-price', 9, 1, 'tags'],
        ['bad-url', 9, 1, 'tags'],
        ['picture-format', 9, 1, 'tags'],
        ['unclosed-offer', 10, 1, 'open'],
        ['wrong-case', 10, 68, null],
        ['same-id', 11, 1, 'amp'],
        ['no-id', 12, 1, null],
        ['no-name', 13, 1, 'nameless'],
        ['repeated-field', 14, 1, 'script'],
        ['active-markup', 14, 1, 'script'],
        ['zero-price', 14, 1, 'script'],
        ['bad-old-price', 14, 1, 'script'],
        ['junk-after', 16, 23, null],
        ['orphan-category', 5, 1, null],
      ]),
    );
  });

  it('never brings in what the file defines itself', async () => {
    const read = await readBytes(fixture('invalid/entities.yml.xml'));
    expect(offersIn(read).map(({ name }) => name)).toEqual(['&x; &b;']);
    expect(problemsIn(read).slice(0, 2)).toEqual([
      ['doctype-entity', 1, 22, null],
      ['unknown-entity', 2, 48, '1'],
    ]);
  });

  it('swallows offers no further than its CDATA section', async () => {
    const read = await readBytes(
      yml(
        `${sellable}<description><![CDATA[open</description>`,
        sellable,
        `${sellable}<description><![CDATA[closed]]></description>`,
        sellable,
      ),
    );
    expect(problemsIn(read)).toContainEqual(['unclosed-cdata', 2, expect.any(Number), '1']);
    expect(offersIn(read).map(({ id }) => id)).toEqual(['1', '4']);
  });

  it.each([
    ['page.html', 'web-page', 1],
    ['contacts.csv', 'not-a-feed', 1],
    ['news.rss.xml', 'not-a-feed', 0],
    ['wrong-case.yml.xml', 'no-offers', 0],
    ['truncated.yml.xml', 'truncated', 5],
    ['truncated.json', 'truncated', 2],
    ['quote.csv', 'truncated', 2],
  ])('%s is refused as %s', async (name, kind, line) => {
    const { refused, items } = await readBytes(fixture(`invalid/${name}`));
    expect(refused?.problem).toMatchObject({ kind, line });
    expect(items.some((item) => item.kind === 'verdict')).toBe(false);
  });

  it.each([
    ['', 'empty'],
    [' \n\t', 'empty'],
    ['hello', 'not-a-feed'],
    ['<urlset><url/></urlset>', 'not-a-feed'],
    ['<listings><listing><price>5</price></listing></listings>', 'not-a-feed'],
    ['<yml_catalog/>', 'no-offers'],
    ['{"a": 1}', 'no-offers'],
    ['[]', 'no-offers'],
  ])('“%s” is refused as %s', async (text, kind) => {
    expect((await readBytes(bytesOf(text))).refused?.problem.kind).toBe(kind);
  });
});

describe('beyond all measure', () => {
  it.each([
    [
      'many-params',
      `${sellable}${'<param name="a">b</param>'.repeat(300)}`,
      (offer: Offer) => offer.params.length === 200,
    ],
    [
      'many-pictures',
      sellable + Array.from({ length: 50 }, (_, n) => `<picture>https://shop.example/${n}.png</picture>`).join(''),
      (offer: Offer) => offer.pictures.length === 30,
    ],
    ['long-name', `<name>${'é'.repeat(700)}</name>`, (offer: Offer) => offer.name.length === 500],
    [
      'long-text',
      `${sellable}<description>${'<b>x</b>'.repeat(60_000)}</description>`,
      (offer: Offer) => (offer.description ?? '').length === 2_000,
    ],
    ['large-offer', `${sellable}${'<x/>'.repeat(6_000)}`, (offer: Offer) => offer.name === 'Tent'],
  ])('an offer is cut, and says so: %s', async (kind, fields, isRight) => {
    const read = await readBytes(yml(fields, sellable));
    expect(problemsIn(read).map(([one]) => one)).toContain(kind);
    expect(offersIn(read).map(isRight)[0]).toBe(true);
    expect(offersIn(read)).toHaveLength(2);
  });

  it.each([
    ['price', 'x'.repeat(90_000)],
    ['price', `1${' '.repeat(90_000)}x`],
    ['description', `<![CDATA[${'<script '.repeat(12_000)}]]>`],
    ['description', `<![CDATA[${'<!-- '.repeat(12_000)}${' on'.repeat(9_000)}]]>`],
    ['name', `<![CDATA[a${' '.repeat(90_000)}<b ${'<b '.repeat(9_000)}]]>`],
    ['g:product_type', `a${' '.repeat(90_000)}b`],
    ['g:image_link', `https://a.example/a${' '.repeat(90_000)}b`],
    ['g:sale_price_effective_date', '2026-'.repeat(18_000)],
  ])('a text that would keep a pattern busy does not: %s', async (field, text) => {
    const item = `<item><g:id>1</g:id><g:title>Tent</g:title><g:price>5</g:price><${field}>${text}</${field}></item>`;
    const startedAt = performance.now();
    const rss = await readBytes(bytesOf(`<rss><channel>${item.repeat(5)}</channel></rss>`));
    const plain = await readBytes(yml(...Array.from({ length: 5 }, () => `<${field}>${text}</${field}>${sellable}`)));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect([offersIn(rss).length, offersIn(plain).length]).toEqual([1, 5]);
  });

  it('categories are left out, and it says so once', async () => {
    const many = Array.from({ length: 100_010 }, (_, n) => `<category id="${n}">c</category>`).join('');
    const read = await readBytes(
      bytesOf(`<yml_catalog><categories>${many}</categories><offer id="1">${sellable}</offer></yml_catalog>`),
    );
    expect(categoriesIn(read)).toHaveLength(100_000);
    expect(problemsIn(read).filter(([kind]) => kind === 'many-categories')).toHaveLength(1);
  });

  it('odd characters are told a thousand times, and read for ever', async () => {
    const read = await readBytes(yml(...Array.from({ length: 1_200 }, () => sellable.replace('Tent', 'A & B'))));
    expect(problemsIn(read).filter(([kind]) => kind === 'stray-ampersand')).toHaveLength(1_000);
    expect(offersIn(read)).toHaveLength(1_200);
  });

  it.each([
    ['too-deep', `<yml_catalog>${'<a>'.repeat(400)}`],
    ['endless-token', `<yml_catalog><!-- ${'x'.repeat(9_000_000)}`],
    ['endless-token', `<yml_catalog a="${'x'.repeat(9_000_000)}`],
    ['endless-token', `id,title,price\n1,"${'x'.repeat(1_100_000)}`],
  ])('it is refused as %s', async (kind, text) => {
    const bytes = bytesOf(text);
    const cuts = Array.from({ length: Math.floor(bytes.byteLength / 65_536) }, (_, at) => (at + 1) * 65_536);
    expect((await readAll(cutAt(bytes, cuts))).refused?.problem.kind).toBe(kind);
  });
});
