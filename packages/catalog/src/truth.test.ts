// Feeds of real shops, and hostile ones, against counts of an independent parser. They lie outside this repository.
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FeedCounts } from './index.ts';
import type { Read } from './testing.ts';
import { offersIn, problemsIn, readAll, verdictOf } from './testing.ts';

const root = join(import.meta.dirname, '../../..');
const beside = [process.env['WINBACK_SHARED'], join(root, '../shared'), join(root, '../../shared')];
const folder = beside
  .flatMap((shared) => (shared === undefined ? [] : join(shared, 'data/feeds')))
  .find((path) => existsSync(path));

/** Columns of the inventory, and what they are here. */
const columns: [string, keyof FeedCounts][] = [
  ['offers', 'offers'],
  ['categories', 'categories'],
  ['params', 'params'],
  ['pictures', 'pictures'],
  ['dup_ids', 'duplicates'],
  ['orphan_categoryIds', 'unknownCategories'],
  ['orphan_parents', 'missingParents'],
  ['unavailable', 'unavailable'],
];

/** Where the inventory counts something else, and why ours is right. */
const differently: [RegExp, (keyof FeedCounts)[], string][] = [
  [
    /hotline|ua-allo|amp-394|amp-494-11|amp-503/,
    ['pictures', 'unavailable', 'duplicates', 'missingParents'],
    'Hotline has <image>, <stock>, <id> and <parentId> as elements; the inventory counts <picture> and attributes',
  ],
  [/pastuhov/, ['unavailable'], 'is_available="0"; the inventory counts available="false"'],
  [/cccp-books/, ['missingParents'], 'parent_id; the inventory counts parentId'],
  [/pojitonov/, ['unavailable'], 'no offer says whether it is available, one has a stock of 0'],
];

/** Well-formed XML that is no feed, or has nothing in it. */
const refused: Record<string, string> = {
  'google/vehicles-facebook.xml': 'not-a-feed',
  'google/wc-wxr-sample_products.xml': 'not-a-feed',
  'derived/no-offers.xml': 'no-offers',
  'derived/uppercase-tags.xml': 'no-offers',
};

interface Line {
  file: string;
  counts: Map<string, number>;
  isWellFormed: boolean;
}

function inventory(): Line[] {
  if (folder === undefined) return [];
  const [head = '', ...lines] = readFileSync(join(folder, 'inventory.csv'), 'utf8').trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = [...line.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g)].map(([, cell]) => cell);
    const counts = names.flatMap((name, at): [string, number][] => (cells[at] ? [[name, Number(cells[at])]] : []));
    return { file: cells[0] ?? '', counts: new Map(counts), isWellFormed: cells[names.indexOf('wellformed')] === 'ok' };
  });
}

function reading(file: string): Promise<Read> {
  const currency = /ua-|sunlist/.test(file) ? 'UAH' : 'RUB';
  return readAll(createReadStream(join(folder ?? '', file)), { currency });
}

function differencesOf(read: Read, { file, counts }: Line): string[] {
  const { found, taken } = verdictOf(read);
  const excused = differently.filter(([files]) => files.test(file)).flatMap(([, kinds]) => kinds);
  const wrong = columns.flatMap(([column, kind]) => {
    const expected = counts.get(column);
    return expected === undefined || expected === found[kind] || excused.includes(kind)
      ? []
      : `${kind}: ${expected}, not ${found[kind]}`;
  });
  const offers = taken.offers + found.duplicates;
  return offers === counts.get('offers') ? wrong : [...wrong, `taken: ${counts.get('offers')}, not ${offers}`];
}

describe.skipIf(folder === undefined)(
  'a real feed (data/feeds of the folder `shared`; skipped where it is absent)',
  () => {
    const lines = inventory();
    const wellFormed = lines.filter(({ isWellFormed, file }) => isWellFormed && !(file in refused));

    it('has an inventory of many', () => {
      expect(wellFormed.length).toBeGreaterThan(100);
    });

    it.each(wellFormed.map((line) => [line.file, line] as const))(
      '%s gives what the inventory counts',
      async (file, line) => {
        expect(differencesOf(await reading(file), line)).toEqual([]);
      },
    );

    it.each(Object.entries(refused))('%s is refused as %s', async (file, kind) => {
      expect((await reading(file)).refused?.problem.kind).toBe(kind);
    });

    it.each([
      ['derived/100-pictures.xml', 'many-pictures', 1],
      ['derived/control-chars.xml', 'control-character', 77],
      ['derived/declared-utf8-is-1251.xml', 'encoding-mismatch', 77],
      ['derived/html-entities.xml', 'html-entity', 77],
      ['derived/html-entities-no-doctype.xml', 'html-entity', 77],
      ['derived/html-xss-description.xml', 'repeated-field', 2],
      ['derived/long-name.xml', 'long-name', 1],
      ['derived/nul-byte.xml', 'control-character', 77],
      ['derived/php-warning-prefix.xml', 'junk-before', 77],
      ['derived/price-empty.xml', 'no-price', 3],
      ['derived/trailing-garbage.xml', 'junk-after', 77],
      ['derived/xxe-file.xml', 'doctype-entity', 1],
      ['yml/sunlist/cdata_not_closed.xml', 'control-character', 12],
    ])('%s says %s and is read as far as it can be', async (file, kind, offers) => {
      const read = await reading(file);
      expect(problemsIn(read).map(([one]) => one)).toContain(kind);
      expect(offersIn(read)).toHaveLength(offers);
    });

    it.each([
      ['derived/billion-laughs.xml', 'no-offers', 'doctype-entity'],
      ['derived/empty.xml', 'empty', null],
      ['derived/gzip-bomb-100MB.xml.gz', 'bomb', null],
      ['derived/truncated-mid-offer.xml', 'truncated', null],
      ['derived/uppercase-tags.xml', 'no-offers', 'wrong-case'],
      ['csv/google-csv-2016.csv', 'not-a-feed', null],
      ['yml/sunlist/incorrect-stringCouldNotBeParsedAsXML.xml', 'no-offers', 'unclosed-offer'],
    ])('%s is refused as %s', async (file, kind, problem) => {
      const read = await reading(file);
      expect(read.refused?.problem.kind).toBe(kind);
      if (problem !== null) expect(problemsIn(read).map(([one]) => one)).toContain(problem);
    });

    it.each([
      ['derived/feed.zip', 'zip', 'utf-8'],
      ['derived/gzip-served-as-xml.xml', 'gzip', 'utf-8'],
      ['derived/koi8-r.xml', null, 'koi8-r'],
      ['derived/utf16be-bom.xml', null, 'utf-16be'],
      ['derived/win1251.xml', null, 'windows-1251'],
    ])('%s gives the offers of the file it was made from', async (file, archive, encoding) => {
      const [made, from] = [await reading(file), await reading('yml/ru-dmitrykram.xml')];
      expect(verdictOf(made)).toMatchObject({ archive, encoding });
      expect(offersIn(made).map(({ id, price, name }) => [id, price, name])).toEqual(
        offersIn(from).map(({ id, price, name }) => [id, price, name]),
      );
    });

    it.each([
      ['derived/price-comma.xml', 129_990],
      ['derived/price-nbsp.xml', 129_990],
    ])('%s has prices as people write them', async (file, minor) => {
      expect(offersIn(await reading(file)).map(({ price }) => price?.minor)).toEqual([minor, minor, minor]);
    });

    // A marketplace refused these; a shop's own catalogue takes what is right in them and says what is wrong.
    const incorrect =
      folder === undefined
        ? []
        : readdirSync(join(folder, 'yml/sunlist')).filter((name) => name.startsWith('incorrect-'));
    it.each(incorrect.filter((name) => !name.includes('unsupported-google-feed')))('%s has a reason', async (name) => {
      const read = await reading(`yml/sunlist/${name}`);
      const said = ['wrong-case', 'picture-format', 'unclosed-offer', 'unknown-category'];
      expect(problemsIn(read).some(([kind]) => said.includes(kind))).toBe(true);
    });

    it.each(
      readdirSync(folder === undefined ? import.meta.dirname : join(folder, 'csv')).filter((name) =>
        /^(shopify|woo)/.test(name),
      ),
    )('%s gives an offer for each variant', async (name) => {
      const read = await reading(`csv/${name}`);
      expect(verdictOf(read).format).toBe(name.startsWith('woo') ? 'woocommerce-table' : 'shopify-table');
      expect(offersIn(read).length).toBeGreaterThan(20);
      expect(offersIn(read).filter(({ price }) => price === null)).toHaveLength(name.startsWith('woo') ? 1 : 0);
    });
  },
);
