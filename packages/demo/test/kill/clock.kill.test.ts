// Letters that fall due while the Worker is dead, of several scenarios at once: each comes once, none is lost. And a clock that
// goes backwards: nobody hears anything twice, and nothing is stuck.
import { expect, inject, it } from 'vitest';
import { MovedClock } from '../moved-clock.ts';
import type { Chance } from './chance.ts';
import { chanceOf, seedOf } from './chance.ts';
import { lettersInBooks, openOnDisk } from './disk.ts';
import { clock as anyMoment, House } from './house.ts';
import type { Event } from './shoppers.ts';
import { browses, buys, fillsCart, identifies, looksAt, Shoppers, searches } from './shoppers.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const settled = 20_000;
const drainMs = 60_000;
const stepMs = 1_500;
const killsAfterJump = Math.ceil(Number(process.env['KILLS'] ?? 12) / 4);
const seed = seedOf(process.env);

/** Where the Worker is killed once more while what was due comes in: as its alarms ring, in the queue, at the claim, in the mail. */
const points = ['LETTERS.send begins', 'LETTERS.send ends', 'VISITOR.claim begins', 'SMTP connects', anyMoment] as const;

/** What people do, and the letters that each of them is due within a month. */
const habits = {
  cart: { does: (chance: Chance) => [fillsCart(chance)], due: ['abandoned_cart', 'retention', 'second_abandoned_cart'] },
  view: { does: (chance: Chance) => [looksAt(chance)], due: ['retention', 'viewed_but_not_bought'] },
  category: { does: () => [browses()], due: ['abandoned_category', 'retention'] },
  search: { does: () => [searches('product')], due: ['abandoned_search', 'retention'] },
  order: { does: (chance: Chance) => [buys(chance)], due: ['recently_purchased', 'retention'] },
} as const;
type Habit = keyof typeof habits;
const habitNames: readonly Habit[] = ['cart', 'view', 'category', 'search', 'order'];
const scenarios = [...new Set(habitNames.flatMap((name) => [...habits[name].due]))];

/** A house whose scenarios are all on, the cart’s after an hour as usual. */
async function openHouse(clock: MovedClock): Promise<House> {
  const house = await House.open(inject('script'), hour, { by: clock });
  for (const code of scenarios) await house.owner.change(`scenarios/${code}`, { on: true, holdOutPercent: 0 });
  clock.pass(settled);
  return house;
}

/** Beacons whose times are the moved clock’s. */
function post(shoppers: Shoppers, clock: MovedClock, who: string, does: () => Event[]): void {
  shoppers.post(who, () => [...does(), identifies(addressOf(who))].map((event) => ({ ...event, at: clock.now() })));
}

const addressOf = (who: string) => `${who}@kill.example`;

/** Killed, and `ms` later started again. */
async function sleeps(house: House, clock: MovedClock, ms: number): Promise<void> {
  await house.kill();
  clock.pass(ms);
  await house.start();
  await house.owner.signIn();
}

async function drained(house: House): Promise<void> {
  await house.owner.until('every outbox is empty', async () => openOnDisk(house.store), drainMs);
  const waiting = async () => {
    const { waiting: planned = 0, sending = 0 } = await house.owner.letterCounts();
    return planned + sending === 0 ? [] : [`${planned} waiting, ${sending} sending`];
  };
  await house.owner.until('no letter waits', waiting, drainMs);
}

/** For each person, what they were sent or may have been. */
function heard(house: House, letters: Awaited<ReturnType<House['owner']['letters']>>): Map<string, string[]> {
  const slots = new Map(lettersInBooks(house.store).map(({ id, slot }) => [id, slot]));
  const people = new Map<string, string[]>();
  for (const { id, state, person } of letters) {
    const code = (slots.get(id) ?? id).split(':')[0] ?? '';
    const word = state === 'sent' || state === 'unknown' ? code : `${code} ${state}`;
    people.set(person.email, [...(people.get(person.email) ?? []), word].sort());
  }
  return people;
}

function expectNothingTwice(house: House): void {
  const slots = new Map(lettersInBooks(house.store).map(({ id, slot }) => [id, slot]));
  const taken = house.postOffice.taken.map(({ letter }) => slots.get(letter) ?? `nobody knows ${letter}`);
  expect(taken.filter((slot, at) => taken.indexOf(slot) !== at)).toEqual([]);
  expect(lettersInBooks(house.store).filter(({ state, id }) => state === 'sent' && !hasArrived(house, id))).toEqual([]);
}

function hasArrived(house: House, id: string): boolean {
  return house.postOffice.taken.some(({ letter }) => letter === id);
}

it(`brings each letter once that fell due while the Worker was dead (SEED=${seed})`, async ({ onTestFinished }) => {
  const clock = new MovedClock(Date.now() + day);
  onTestFinished(() => clock.discard());
  const house = await openHouse(clock);
  onTestFinished(() => house.close());
  const chance = chanceOf(seed);
  const shoppers = new Shoppers(house.url);
  const people = habitNames.flatMap((habit) => [0, 1, 2].map((at) => ({ who: `${habit}-${at}`, habit })));
  for (const { who, habit } of chance.shuffled(people)) post(shoppers, clock, who, () => habits[habit].does(chance));
  await house.fall({ point: anyMoment, nth: 1 }, chance.between(0, 300));
  await house.start();
  await shoppers.allTaken();
  for (const jump of [1.5 * hour, 25 * hour, 7 * day, 23 * day]) {
    await sleeps(house, clock, jump);
    for (let round = 0; round < killsAfterJump; round += 1) {
      const point = chance.pick(points);
      await house.fall({ point, nth: chance.between(1, 2) }, point === anyMoment ? chance.between(0, 400) : stepMs);
      await house.start();
    }
    await drained(house);
  }
  post(shoppers, clock, 'late', () => [fillsCart(chance)]);
  await shoppers.allTaken();
  await sleeps(house, clock, 3 * day);
  await drained(house);
  const letters = await house.owner.letters();
  const people2 = heard(house, letters);
  for (const { who, habit } of people) expect(people2.get(addressOf(who)), who).toEqual(dueOf(habit, letters, who));
  expect(people2.get(addressOf('late'))).toEqual(['abandoned_cart suppressed']);
  expect(letters.find(({ person }) => person.email === addressOf('late'))?.reason).toBe('too-late');
  expect(await house.owner.parked()).toEqual([]);
  await house.kill();
  expectNothingTwice(house);
});

it(`survives a clock that goes backwards (SEED=${seed})`, async ({ onTestFinished }) => {
  const clock = new MovedClock(Date.now() + day);
  onTestFinished(() => clock.discard());
  const house = await openHouse(clock);
  onTestFinished(() => house.close());
  const chance = chanceOf(seed);
  const shoppers = new Shoppers(house.url);
  for (const who of ['ann', 'ben']) post(shoppers, clock, who, () => [fillsCart(chance)]);
  await shoppers.allTaken();
  await sleeps(house, clock, 1.5 * hour);
  await drained(house);
  for (const who of ['cleo', 'dan']) post(shoppers, clock, who, () => [fillsCart(chance)]);
  await shoppers.allTaken();
  await sleeps(house, clock, -3 * hour);
  post(shoppers, clock, 'ann', () => [fillsCart(chance)]);
  post(shoppers, clock, 'eva', () => [fillsCart(chance)]);
  await shoppers.allTaken();
  await drained(house);
  await sleeps(house, clock, 1.2 * hour);
  await house.owner.until('who came after the jump is written to', async () => missing(house, ['eva']), drainMs);
  await sleeps(house, clock, 4.5 * hour);
  await house.owner.until('who waited is written to', async () => missing(house, ['cleo', 'dan']), drainMs);
  await drained(house);
  const people = heard(house, await house.owner.letters());
  for (const who of ['ann', 'ben', 'cleo', 'dan', 'eva'])
    expect(people.get(addressOf(who)), who).toEqual(['abandoned_cart']);
  await house.kill();
  expectNothingTwice(house);
});

function missing(house: House, people: readonly string[]): string[] {
  return people.filter((who) => !house.postOffice.taken.some(({ to }) => to === addressOf(who)));
}

/** Whoever may have missed the first letter about a cart gets no second. */
function dueOf(habit: Habit, letters: Awaited<ReturnType<House['owner']['letters']>>, who: string): string[] {
  const isUnsure = letters.some(({ state, person }) => state === 'unknown' && person.email === addressOf(who));
  return habits[habit].due.filter((code) => code !== 'second_abandoned_cart' || !isUnsure);
}
