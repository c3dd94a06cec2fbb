// What the file of a feed is known by: the moment of its writing is no news, everything else is.
import { env } from 'cloudflare:workers';
import { importById, openD1 } from '@winback/db';
import { feedGuards } from '@winback/domain';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { FeedDigest } from '../feed-digest.ts';
import { emptyD1 } from './database.ts';
import { importDeps, runImport } from './imports.ts';
import { hour, newShop, token } from './storefront.ts';
import { someOffers, ymlOf } from './yml.ts';

const encoder = new TextEncoder();

function digestOf(text: string, cuts: readonly number[] = []): string {
  const bytes = encoder.encode(text);
  const digest = new FeedDigest();
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  for (const place of places) {
    digest.update(bytes.subarray(from, place));
    from = place;
  }
  return digest.hex();
}

const yml = (attributes: string, rest = '<offers><offer id="1"/></offers>') =>
  `<?xml version="1.0"?><yml_catalog ${attributes}><shop>${rest}</shop></yml_catalog>`;
const rss = (channel: string, item = '') =>
  `<rss version="2.0"><channel>${channel}<item>${item}</item></channel></rss>`;
const hotline = (head: string, item = '') => `<price>${head}<items><item>${item}</item></items></price>`;
const atom = (head: string, entry = '') => `<feed>${head}<entry>${entry}</entry></feed>`;

describe('a feed that was written anew', () => {
  it.each([
    ['YML', yml('date="2026-11-01 10:00"'), yml('date="2026-11-02 11:00"')],
    ['YML with single quotes', yml("a='1' date = '1'"), yml("a='1' date = '2026-11-02'")],
    [
      'RSS',
      rss('<title>a</title><lastBuildDate>1</lastBuildDate>'),
      rss('<title>a</title><lastBuildDate>2</lastBuildDate>'),
    ],
    ['RSS by its second word', rss('<pubDate>1</pubDate>'), rss('<pubDate>2</pubDate>')],
    ['Atom', atom('<updated>1</updated>'), atom('<updated>2</updated>')],
    ['Hotline', hotline('<date>1</date>'), hotline('<date>2</date>')],
    ['one with a comment', `<!-- 1 -->${yml('')}`, `<!-- 22 -->${yml('')}`],
  ])('is the one of before: %s', (_what, one, other) => {
    expect(digestOf(one)).toBe(digestOf(other));
  });

  it.each([
    ['an offer', yml('date="1"'), yml('date="1"', '<offers><offer id="2"/></offers>')],
    [
      'a date of an offer',
      yml('', '<offers><offer date="1"/></offers>'),
      yml('', '<offers><offer date="2"/></offers>'),
    ],
    ['another attribute of the root', yml('update="1"'), yml('update="2"')],
    ['a moment of an item', rss('', '<pubDate>1</pubDate>'), rss('', '<pubDate>2</pubDate>')],
    ['a moment of an entry', atom('', '<updated>1</updated>'), atom('', '<updated>2</updated>')],
    ['a date of Hotline’s item', hotline('', '<date>1</date>'), hotline('', '<date>2</date>')],
    ['a rate', yml('', '<currency rate="1"/><offers/>'), yml('', '<currency rate="2"/><offers/>')],
    ['a comment after the first offer', yml('', '<offers><!--1--></offers>'), yml('', '<offers><!--2--></offers>')],
    ['a comment in a table', 'id,name\n1,<!-- a -->\n', 'id,name\n1,<!-- b -->\n'],
    ['a moment in a feed of unknown make', '<goods><date>1</date></goods>', '<goods><date>2</date></goods>'],
  ])('is another where something else is: %s', (_what, one, other) => {
    expect(digestOf(one)).not.toBe(digestOf(other));
  });

  it('is known however it comes in pieces, and else by its SHA-256', async () => {
    const long = yml('date="1"', `<offers>${'<offer id="ж"/>'.repeat(600)}</offers>`);
    const whole = digestOf(long);
    fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => digestOf(long, cuts) === whole));
    const table = `id,name\n${'1,ж\n'.repeat(2_000)}`;
    const hash = await crypto.subtle.digest('SHA-256', encoder.encode(table));
    expect(digestOf(table)).toBe([...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  });
});

describe('an import of it', () => {
  beforeAll(() => emptyD1());

  it('ends before it is read, and the next one asks by what the server said last', async () => {
    const shop = await newShop({ feed: { url: 'https://shop.example/feed.yml', everyMs: hour, guards: feedGuards } });
    const asked: (string | null)[] = [];
    const importOf = async (day: number, price: string) => {
      const feed = ymlOf([...someOffers(3), { id: 'x', price }]).replace('2026-11-01', `2026-11-0${day}`);
      const fetch = async (_url: string, init: RequestInit) => {
        asked.push(new Headers(init.headers).get('if-none-match'));
        return new Response(feed, { headers: { etag: `"${day}"` } });
      };
      const id = token();
      await runImport(importDeps({ fetch, now: () => day * 1_000 }), { shop, import: id });
      const { state, changed } = (await importById(openD1(env.DB), shop, id)) ?? {};
      return [state, changed];
    };
    expect(await importOf(1, '5')).toEqual(['done', 0]);
    expect(await importOf(2, '5')).toEqual(['unchanged', 0]);
    expect(await importOf(3, '5')).toEqual(['unchanged', 0]);
    expect(await importOf(4, '6')).toEqual(['done', 1]);
    expect(asked).toEqual([null, '"1"', '"2"', '"3"']);
  });
});
