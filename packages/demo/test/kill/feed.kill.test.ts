// Imports of a feed with a kill in the middle of them: each ends, the catalogue is exactly what the feed says, and nothing
// stands twice in what scenarios are going to read.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import type { Chance } from './chance.ts';
import { chanceOf, seedOf } from './chance.ts';
import { rowsInBooks } from './disk.ts';
import { clock, House } from './house.ts';
import type { FeedOffer } from './outside.ts';
import { price, products } from './outside.ts';

const versions = 4;
const kills = Math.ceil(Number(process.env['KILLS'] ?? 16) / versions);
/** Several parts of an import. */
const offers = 6_000;
/** About as long as an import takes. */
const importMs = 2_500;
const stepMs = 4_000;
const drainMs = 60_000;
const seed = seedOf(process.env);

const points = ['JOBS.send begins', 'JOBS.send ends', 'SHOP.importEnded begins', 'SHOP.importEnded ends'] as const;

/** The books as they must be: written down as the feeds are made. */
class Books {
  readonly catalogue = new Map<string, FeedOffer>(products.map((id) => [id, { id, price, available: true }]));
  readonly history: string[] = [];
  readonly facts: string[] = [];

  /** The feed becomes the catalogue. */
  take(feed: readonly FeedOffer[]): void {
    const named = new Set(feed.map(({ id }) => id));
    const gone = [...this.catalogue.values()].filter(({ id, available }) => available && !named.has(id));
    for (const offer of [...feed, ...gone.map((one) => ({ ...one, available: false }))]) {
      const was = this.catalogue.get(offer.id);
      this.catalogue.set(offer.id, offer);
      if (!was) this.facts.push(`${offer.id} new`);
      else if (was.price !== offer.price || was.available !== offer.available)
        this.history.push(`${was.id} ${minor(was)} ${was.available ? 1 : 0}`);
      if (was && offer.price < was.price) this.facts.push(`${offer.id} price-drop`);
      if (was && offer.available && !was.available) this.facts.push(`${offer.id} back-in-stock`);
    }
  }

  lines(): string[] {
    return [...this.catalogue.values()].map((one) => `${one.id} ${minor(one)} ${one.available ? 1 : 0}`).sort();
  }
}

function minor({ price: of }: FeedOffer): number {
  return Math.round(of * 100);
}

/** A tenth of the shop is another from one version to the next. */
function feedOf(version: number, chance: Chance): FeedOffer[] {
  const first = version * 100;
  return Array.from({ length: offers }, (_, at) => ({
    id: `sku-${first + at}`,
    price: 10 + ((first + at) % 50) + (chance.next() < 0.05 ? 0.5 : 0),
    available: chance.next() < 0.95,
  }));
}

it(`ends every import of ${versions}, killed ${kills} times each, with exactly what the feed says (SEED=${seed})`, async ({
  onTestFinished,
}) => {
  const house = await House.open(inject('script'), 3_600_000);
  onTestFinished(() => house.close());
  const chance = chanceOf(seed);
  const books = new Books();
  const falls = new Map<string, number>();
  for (let version = 0; version < versions; version += 1) {
    const feed = feedOf(version, chance);
    house.outside.serve(feed);
    books.take(feed);
    const before = (await house.owner.imports()).length;
    await house.owner.importNow();
    for (let round = 0; round < kills; round += 1) {
      const point = chance.next() < 0.25 ? chance.pick(points) : clock;
      const at = await house.fall({ point, nth: 1 }, point === clock ? chance.between(0, importMs) : stepMs);
      falls.set(at, 1 + (falls.get(at) ?? 0));
      await house.start();
    }
    await house.owner.until('the import is done', () => unfinished(house, before), drainMs);
  }
  // What was told last may still be told: the Shop hears of the end of an import after the books have it.
  await sleep(500);
  expect(await house.owner.parked()).toEqual([]);
  await house.kill();
  console.info(`killed ${kills * versions} times`, Object.fromEntries(falls));
  expect(rowsInBooks(house.store, 'products', 'id, price_minor, in_stock')).toEqual(books.lines());
  expect(rowsInBooks(house.store, 'product_history', 'product, price_minor, in_stock')).toEqual(
    books.history.toSorted(),
  );
  expect(rowsInBooks(house.store, 'product_facts', 'product, kind')).toEqual(books.facts.toSorted());
});

async function unfinished(house: House, before: number): Promise<string[]> {
  const [newest, ...others] = await house.owner.imports();
  if (others.length < before) return ['it has not begun'];
  if (newest?.state === 'failed' || newest?.state === 'waiting') throw new Error(newest.message ?? newest.state);
  return newest?.state === 'done' ? [] : [`it is ${newest?.state}`];
}
