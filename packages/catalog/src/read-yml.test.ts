import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeedItem } from './index.ts';
import { FeedRefused, readYml } from './index.ts';

const feed = `<?xml version="1.0" encoding="UTF-8"?>
<yml_catalog date="2026-11-01 10:00">
<shop>
  <categories><category id="1">Палатки</category><category id="2" parentId="1">Tents &amp; tarps</category></categories>
  <offers>
    <offer id="a" available="true"><url>https://shop.example/a?x=1&amp;y=2</url><price>1 240,50</price><oldprice>1500</oldprice>
      <currencyId>EUR</currencyId><categoryId>2</categoryId><picture>https://shop.example/a.png</picture><name>Tent</name><vendor>Fjord</vendor></offer>
    <offer id="b" available="false"><url>https://shop.example/b</url><price>10</price><categoryId>9</categoryId><name><![CDATA[Rope <8 mm>]]></name></offer>
    <offer id="c"><url>https://shop.example/c</url><price>-5</price><name>Bad</name></offer>
    <offer id="a"><url>https://shop.example/a2</url><price>7</price><name>Again</name></offer>
    <offer><url>https://shop.example/d</url><price>7</price><name>Nameless id</name></offer>
  </offers>
</shop>
</yml_catalog>
`;

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

async function itemsOf(
  text: string | Uint8Array,
  size = 65_536,
  contentType: string | null = null,
): Promise<FeedItem[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const items: FeedItem[] = [];
  for await (const item of readYml(cut(bytes, size), { currency: 'EUR', contentType })) items.push(item);
  return items;
}

async function refusalOf(text: string): Promise<FeedRefused> {
  const error: unknown = await itemsOf(text).catch((thrown: unknown) => thrown);
  if (error instanceof FeedRefused) return error;
  throw new Error('the feed was not refused');
}

describe('a YML feed', () => {
  it('gives its categories, its offers and what is wrong with the others, each with its line', async () => {
    const items = await itemsOf(feed);
    const offers = items.flatMap((item) => (item.kind === 'offer' ? [item.offer] : []));
    expect(offers).toEqual([
      {
        id: 'a',
        name: 'Tent',
        url: 'https://shop.example/a?x=1&y=2',
        picture: 'https://shop.example/a.png',
        price: { minor: 124_050, currency: 'EUR' },
        oldPrice: { minor: 150_000, currency: 'EUR' },
        brand: 'Fjord',
        categoryIds: ['2'],
        inStock: true,
        description: null,
      },
      expect.objectContaining({ id: 'b', name: 'Rope <8 mm>', inStock: false, picture: null }),
    ]);
    const problems = items.flatMap((item) =>
      item.kind === 'problem' ? [[item.problem.kind, item.problem.line, item.problem.offer]] : [],
    );
    expect(problems).toEqual([
      ['no-picture', 8, 'b'],
      ['unknown-category', 8, 'b'],
      ['bad-price', 9, 'c'],
      ['same-id', 10, 'a'],
      ['no-id', 11, null],
    ]);
    expect(items.flatMap((item) => (item.kind === 'category' ? [item.category.name] : []))).toEqual([
      'Палатки',
      'Tents & tarps',
    ]);
  });

  it('is read the same however its bytes are cut', async () => {
    const whole = await itemsOf(feed);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 400 }), async (size) => {
        expect(await itemsOf(feed, size)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('is refused wherever it is cut off', async () => {
    const end = feed.lastIndexOf('</yml_catalog>') + '</yml_catalog>'.length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 60, max: end - 1 }), async (at) => {
        const refusal = await refusalOf(feed.slice(0, at));
        expect(['truncated', 'not-a-feed']).toContain(refusal.problem.kind);
      }),
    );
    const refusal = await refusalOf(feed.slice(0, feed.indexOf('<vendor>')));
    expect(refusal.message).toMatch(/^line 7, column \d+: the feed ends before <\/yml_catalog>/);
  });

  it('is told from a web page, an empty answer and another format', async () => {
    expect((await refusalOf('<!DOCTYPE html><html><body>Sign in</body></html>')).problem.kind).toBe('web-page');
    expect((await refusalOf('  \n')).problem.kind).toBe('empty');
    expect((await refusalOf('{"offers":[]}')).problem.kind).toBe('not-a-feed');
    expect((await refusalOf('<rss version="2.0"></rss>')).problem.kind).toBe('not-a-feed');
  });

  it('is read in the encoding that the file or the server names', async () => {
    // "Палатки" in windows-1251
    const word = [0xcf, 0xe0, 0xeb, 0xe0, 0xf2, 0xea, 0xe8];
    const parts = (head: string) => {
      const before = new TextEncoder().encode(`${head}<yml_catalog><shop><categories><category id="1">`);
      const after = new TextEncoder().encode('</category></categories></shop></yml_catalog>');
      return Uint8Array.from([...before, ...word, ...after]);
    };
    const name = async (bytes: Uint8Array, type: string | null) => (await itemsOf(bytes, 64, type))[0];
    expect(await name(parts('<?xml version="1.0" encoding="windows-1251"?>'), null)).toMatchObject({
      category: { name: 'Палатки' },
    });
    expect(await name(parts(''), 'text/xml; charset=windows-1251')).toMatchObject({ category: { name: 'Палатки' } });
  });
});
