// The way of a letter with a kill at every step of it: nobody gets two, and every occasion ends in exactly one state.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { vendorPoints } from '../../../mail/test/vendors.ts';
import type { Chance } from './chance.ts';
import { chanceOf, seedOf } from './chance.ts';
import type { LetterOnDisk } from './disk.ts';
import { lettersInBooks, openOnDisk, visitorsOnDisk } from './disk.ts';
import type { OwnProvider } from './house.ts';
import { clock, House, ownProviders } from './house.ts';
import type { Letter } from './owner.ts';
import type { Taken } from './post-office.ts';
import { dialogue } from './post-office.ts';
import type { Event } from './shoppers.ts';
import { buys, fillsCart, identifies, looksAt, Shoppers } from './shoppers.ts';

const seed = seedOf(process.env);
const providers = Object.keys(ownProviders) as OwnProvider[];
/**
 * Two houses stand side by side: most of a kill's time is spent waiting for the next start. One sends by SMTP, the other through one of
 * the vendors, another with each seed; `PROVIDERS=all` kills at all of them, `PROVIDERS=resend` at that one.
 */
const houses = housesOf(process.env['PROVIDERS']);
const kills = Math.ceil(Number(process.env['KILLS'] ?? 100) / houses.length);
const delayMs = 100;
const stepMs = 2_500;
/** A Worker lives this long at most before the axe is raised: some letters must arrive. */
const calmMs = 1_000;
const drainMs = 90_000;

function housesOf(asked: string | undefined): (OwnProvider | null)[] {
  if (asked === 'all') return [null, ...providers];
  const named = providers.filter((provider) => provider === asked);
  return [null, ...(named.length > 0 ? named : [providers[seed % providers.length] ?? 'postmark'])];
}

/** Before the intent, after it, in the queue, before and after the claim, in the dialogue, before and after settling. */
const pointsOf = (provider: OwnProvider | null) => [
  'VISITOR.record begins',
  'VISITOR.record ends',
  'VISITOR.absorb begins',
  'VISITOR.absorb ends',
  'LETTERS.send begins',
  'LETTERS.send ends',
  'VISITOR.brief begins',
  'VISITOR.brief ends',
  'VISITOR.claim begins',
  'VISITOR.claim ends',
  ...(provider ? vendorPoints : dialogue),
  'VISITOR.settle begins',
  'VISITOR.settle ends',
  'EVENTS.send begins',
  'EVENTS.send ends',
  'SHOP.count ends',
  'VISITOR.confirm ends',
  clock,
  clock,
];

/** Carts that were begun: each is one occasion. */
type Occasions = Map<string, { email: string }>;

/** One person's doings: a cart; for some then an order, and another cart; for some a second browser with its own cart. */
function shop(
  shoppers: Shoppers,
  chance: Chance,
  occasions: Occasions,
  { name, habit }: { name: string; habit: number },
) {
  const email = `${chance.next() < 0.1 ? 'refused' : 'person'}-${name}@kill.example`;
  const cart = (): Event => {
    const event = fillsCart(chance);
    occasions.set(`abandoned_cart:${event.id}`, { email });
    return event;
  };
  shoppers.post(name, () => [looksAt(chance), cart(), identifies(email)]);
  if (habit < 0.2) shoppers.post(name, () => [buys(chance)]);
  if (habit < 0.1) shoppers.post(name, () => [cart()]);
  if (habit > 0.9) shoppers.post(`${name}-too`, () => [looksAt(chance), cart(), identifies(email)]);
}

/** Kills at every point in turn, in an order of chance; answers where it killed and how often. */
async function killAgainAndAgain(
  house: House,
  { shoppers, chance, points }: { shoppers: Shoppers; chance: Chance; points: readonly string[] },
  occasions: Occasions,
) {
  const falls = new Map<string, number>();
  const order = chance.shuffled(Array.from({ length: kills }, (_, at) => points[at % points.length] ?? clock));
  for (const [round, point] of order.entries()) {
    // A second letter waits a minute for the first: late rounds leave it out, so that the end is not spent waiting.
    const habitOf = () => (round < kills / 2 ? chance.next() : 0.1 + 0.8 * chance.next());
    shop(shoppers, chance, occasions, { name: `shopper-${round}`, habit: habitOf() });
    await sleep(chance.between(0, calmMs));
    const falling = house.fall({ point, nth: 1 }, point === clock ? chance.between(0, calmMs) : stepMs);
    shop(shoppers, chance, occasions, { name: `guest-${round}`, habit: habitOf() });
    const at = await falling;
    falls.set(at, 1 + (falls.get(at) ?? 0));
    await house.start();
  }
  await shoppers.allTaken();
  return falls;
}

it.concurrent.for(houses)(
  `a house that sends through %s sends a letter at most once and settles each, through ${kills} kills (SEED=${seed})`,
  async (provider, { onTestFinished }) => {
    const house = await House.open(inject('script'), delayMs, { provider });
    onTestFinished(() => house.close());
    const chance = chanceOf(seed + houses.indexOf(provider));
    const occasions: Occasions = new Map();
    const falls = await killAgainAndAgain(
      house,
      { shoppers: new Shoppers(house.url), chance, points: pointsOf(provider) },
      occasions,
    );
    const calmAt = Date.now();
    await house.owner.until('every occasion is settled', () => unsettled(house, occasions.size), drainMs);
    await house.owner.until('every outbox is empty', async () => openOnDisk(house.store), drainMs);
    const counts = await house.owner.letterCounts();
    const listed = await house.owner.letters();
    expect(await house.owner.parked()).toEqual([]);
    await house.kill();
    const { taken } = house;
    console.info(
      `${provider ?? 'smtp'}: killed ${kills} times, settled in ${Date.now() - calmAt} ms; ${taken.length} letters taken`,
      counts,
    );
    console.info(Object.fromEntries(falls));
    const books = lettersInBooks(house.store);
    expectBooksToAgree(house, { books, listed, counts, occasions });
    expectNobodyToGetTwo(taken, books, occasions);
  },
);

/** The API, the database and the Visitors' own ledgers know the same letters: one for each occasion, each settled. */
function expectBooksToAgree(
  house: House,
  of: { books: LetterOnDisk[]; listed: Letter[]; counts: Record<string, number>; occasions: Occasions },
): void {
  const { books, listed, counts, occasions } = of;
  expect(books.map(({ slot }) => slot).sort()).toEqual([...occasions.keys()].sort());
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(occasions.size);
  expect(listed.map(lineOf).sort()).toEqual(books.map(lineOf).sort());
  const ledgers = visitorsOnDisk(house.store).flatMap(({ letters }) => letters);
  expect(ledgers.map(lineOf).sort()).toEqual(books.map(lineOf).sort());
  expect(['sent', 'suppressed', 'failed', 'unknown']).toEqual(expect.arrayContaining(statesOf(books)));
}

/** What the mail server took is called sent or unknown, and what is called sent it took; never two for one occasion. */
function expectNobodyToGetTwo(taken: readonly Taken[], books: LetterOnDisk[], occasions: Occasions): void {
  expect(twice(taken.map(({ letter }) => letter))).toEqual([]);
  const slots = new Map(books.map(({ id, slot }) => [id, slot]));
  const slotOf = (letter: string) => slots.get(letter) ?? `a letter that nobody knows: ${letter}`;
  expect(twice(taken.map(({ letter }) => slotOf(letter)))).toEqual([]);
  expect(taken.filter(({ letter, to }) => occasions.get(slotOf(letter))?.email !== to)).toEqual([]);
  const arrived = new Set(taken.map(({ letter }) => letter));
  expect(['sent', 'unknown']).toEqual(expect.arrayContaining(statesOf(books.filter(({ id }) => arrived.has(id)))));
  expect(books.filter(({ state, id }) => state === 'sent' && !arrived.has(id))).toEqual([]);
}

async function unsettled(house: House, occasions: number): Promise<string[]> {
  const { waiting = 0, sending = 0, ...settled } = await house.owner.letterCounts();
  const done = Object.values(settled).reduce((sum, count) => sum + count, 0);
  const standing = `${done} of ${occasions} settled, ${waiting} waiting, ${sending} sending`;
  return waiting + sending === 0 && done >= occasions ? [] : [standing];
}

function statesOf(letters: readonly LetterOnDisk[]): string[] {
  return [...new Set(letters.map(({ state }) => state))];
}

function lineOf({ id, state }: { id: string; state: string }): string {
  return `${id} ${state}`;
}

function twice(list: readonly string[]): string[] {
  return list.filter((one, at) => list.indexOf(one) !== at);
}
