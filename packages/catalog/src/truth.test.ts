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

/**
 * Where the inventory counts something else, what it counts, and what is there: docs/decisions/0010-what-a-feed-counts.md says
 * why. The inventory's parser knows <picture>, and ids and parents as attributes.
 */
const differently: Record<string, Partial<FeedCounts>> = {
  'yml/ua-allo-1.8MB.xml': { pictures: 1_290 },
  'yml/ru-cccp-books-0.65MB.xml': { missingParents: 1 },
  'yml/sunlist/amp-494-11-partner.xml': { pictures: 376 },
  'yml/sunlist/amp-394-clear-xml.xml': { pictures: 60 },
  'yml/sunlist/amp-494-hotline.xml': { pictures: 2 },
  'yml/sunlist/incorrect-step1-incorrect-tags-hotline.xml': { pictures: 2 },
  'yml/sunlist/incorrect-step1-incorrect-tags-hotline-new.xml': { pictures: 2 },
  'yml/sunlist/incorrect-step3-incorrect-features-hotline.xml': { pictures: 2, missingParents: 2 },
  'yml/sunlist/amp-503-duplicates-1.xml': { pictures: 2, duplicates: 1 },
};

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

/** What is handed out is what gets stored: every offer but the later ones of an id, and no other. */
function differencesOf(read: Read, { file, counts }: Line): string[] {
  const { found, taken } = verdictOf(read);
  const ours: Partial<FeedCounts> = differently[file] ?? {};
  const wrong = columns.flatMap(([column, kind]) => {
    const expected = ours[kind] ?? counts.get(column);
    return expected === undefined || expected === found[kind] ? [] : `${kind}: ${expected}, not ${found[kind]}`;
  });
  const stored = new Set(offersIn(read).map(({ id }) => id)).size;
  const told = problemsIn(read).filter(([kind]) => kind === 'same-id').length;
  const expected = counts.get('offers') ?? Number.NaN;
  if (stored + told === expected && taken.offers === stored) return wrong;
  return [...wrong, `stored: ${stored}, told as duplicates: ${told}, of ${expected}`];
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

    // A marketplace refused these; a shop's own catalogue takes what is right in them and says what is wrong. Google's feeds
    // that marketplace did not know: we do, and this one's promotions are over.
    const reasons: [RegExp, string][] = [
      [/incorrect-tags/, 'wrong-case'],
      [/incorrect-features/, 'unknown-category'],
      [/webp/, 'picture-format'],
      [/stringCouldNotBeParsedAsXML/, 'unclosed-offer'],
      [/unsupported-google-feed/, 'past-sale'],
    ];
    const incorrect =
      folder === undefined
        ? []
        : readdirSync(join(folder, 'yml/sunlist')).filter((name) => name.startsWith('incorrect-'));
    it.each(incorrect)('%s has a reason', async (name) => {
      const read = await reading(`yml/sunlist/${name}`);
      const [, kind] = reasons.find(([names]) => names.test(name)) ?? [];
      expect(problemsIn(read).map(([one]) => one)).toContain(kind);
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
