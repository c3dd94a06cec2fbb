// Letters that fall due while the Worker is dead, of several scenarios at once: each comes once, none is lost. And a clock that
// goes backwards: nobody hears anything twice, and nothing is stuck.
import { expect, inject, it } from 'vitest';
import { MovedClock } from '../moved-clock.ts';
import type { Chance } from './chance.ts';
import { chanceOf, seedOf } from './chance.ts';
import { lettersInBooks, openOnDisk } from './disk.ts';
import { clock as anyMoment, House } from './house.ts';
import type { Letter } from './owner.ts';
import type { Event } from './shoppers.ts';
import { browses, buys, fillsCart, identifies, looksAt, Shoppers, searches } from './shoppers.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const settled = 20_000;
const drainMs = 60_000;
const stepMs = 1_500;
const killsAfterJump = Math.ceil(Number(process.env['KILLS'] ?? 8) / 4);
const seed = seedOf(process.env);

/** Where the Worker is killed once more while what was due comes in: as its alarms ring, in the queue, at the claim, in the mail. */
const points = [
  'LETTERS.send begins',
  'LETTERS.send ends',
  'VISITOR.claim begins',
  'SMTP connects',
  anyMoment,
] as const;

/** How long the Worker is dead each time: until carts are due, until views are, until thanks are, until the month is over. */
const jumps = [1.5 * hour, 25 * hour, 7 * day, 23 * day] as const;

/** What people do, and after which jump each letter is due that it brings them. */
const habits = {
  cart: {
    does: (chance: Chance) => [fillsCart(chance)],
    due: { abandoned_cart: 0, second_abandoned_cart: 1, retention: 3 },
  },
  view: { does: (chance: Chance) => [looksAt(chance)], due: { viewed_but_not_bought: 1, retention: 3 } },
  category: { does: () => [browses()], due: { abandoned_category: 0, retention: 3 } },
  search: { does: () => [searches('product')], due: { abandoned_search: 0, retention: 3 } },
  order: { does: (chance: Chance) => [buys(chance)], due: { recently_purchased: 2, retention: 3 } },
} as const;
type Habit = keyof typeof habits;
const habitNames: readonly Habit[] = ['cart', 'view', 'category', 'search', 'order'];
const scenarios = [...new Set(habitNames.flatMap((name) => Object.keys(habits[name].due)))];
const people = habitNames.flatMap((habit) => [0, 1, 2].map((at) => ({ who: `${habit}-${at}`, habit })));

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

/** What one person was sent or may have been, and what was held back from them. */
function heard(letters: readonly Letter[], who: string): string[] {
  return letters
    .filter(({ person }) => person.email === addressOf(who))
    .map(({ scenario, state }) => (['sent', 'unknown'].includes(state) ? scenario : `${scenario} ${state}`))
    .sort();
}

/** What somebody must have been sent after this jump. Whoever may have missed the first letter about a cart gets no second. */
function dueOf(letters: readonly Letter[], { who, habit }: { who: string; habit: Habit }, jump: number): string[] {
  const isUnsure = letters.some(
    ({ scenario, state, person }) =>
      scenario === 'abandoned_cart' && state === 'unknown' && person.email === addressOf(who),
  );
  return Object.entries(habits[habit].due)
    .filter(([code, after]) => after <= jump && !(isUnsure && code === 'second_abandoned_cart'))
    .map(([code]) => code)
    .sort();
}

async function notYetHeard(house: House, jump: number): Promise<string[]> {
  const letters = await house.owner.letters();
  return people.flatMap((one) => {
    const known = heard(letters, one.who);
    return dueOf(letters, one, jump).flatMap((code) => (known.includes(code) ? [] : [`${one.who}: ${code}`]));
  });
}

function expectNothingTwice(house: House): void {
  const slots = new Map(lettersInBooks(house.store).map(({ id, slot }) => [id, slot]));
  const taken = house.postOffice.taken.map(({ letter, to }) => `${to} ${slots.get(letter) ?? letter}`);
  expect(taken.filter((one, at) => taken.indexOf(one) !== at)).toEqual([]);
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
  for (const { who, habit } of chance.shuffled(people)) post(shoppers, clock, who, () => habits[habit].does(chance));
  await house.fall({ point: anyMoment, nth: 1 }, chance.between(0, 300));
  await house.start();
  await shoppers.allTaken();
  for (const [jump, ms] of jumps.entries()) {
    await sleeps(house, clock, ms);
    for (let round = 0; round < killsAfterJump; round += 1) {
      const point = chance.pick(points);
      await house.fall({ point, nth: chance.between(1, 2) }, point === anyMoment ? chance.between(0, 400) : stepMs);
      await house.start();
    }
    await house.owner.until('everything that is due', () => notYetHeard(house, jump), drainMs);
    await drained(house);
  }
  post(shoppers, clock, 'late', () => [fillsCart(chance)]);
  await shoppers.allTaken();
  await sleeps(house, clock, 3 * day);
  const decided = async () => (heard(await house.owner.letters(), 'late').length > 0 ? [] : ['the late cart']);
  await house.owner.until('what is too late is closed', decided, drainMs);
  await drained(house);
  const letters = await house.owner.letters();
  for (const one of people) expect(heard(letters, one.who), one.who).toEqual(dueOf(letters, one, jumps.length));
  expect(heard(letters, 'late')).toEqual(['abandoned_cart suppressed']);
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
  for (const who of ['anna', 'benn']) post(shoppers, clock, who, () => [fillsCart(chance)]);
  await shoppers.allTaken();
  await sleeps(house, clock, 1.5 * hour);
  await house.owner.until('two are written to', async () => missing(house, ['anna', 'benn']), drainMs);
  await drained(house);
  for (const who of ['cleo', 'dana']) post(shoppers, clock, who, () => [fillsCart(chance)]);
  await shoppers.allTaken();
  await sleeps(house, clock, -3 * hour);
  post(shoppers, clock, 'anna', () => [fillsCart(chance)]);
  post(shoppers, clock, 'evan', () => [fillsCart(chance)]);
  await shoppers.allTaken();
  // What the two before were booked for waits until the clock has caught up.
  await sleeps(house, clock, 1.2 * hour);
  await house.owner.until('who came after the jump is written to', async () => missing(house, ['evan']), drainMs);
  await sleeps(house, clock, 4.5 * hour);
  await house.owner.until('who waited is written to', async () => missing(house, ['cleo', 'dana']), drainMs);
  await drained(house);
  const letters = await house.owner.letters();
  for (const who of ['anna', 'benn', 'cleo', 'dana', 'evan'])
    expect(heard(letters, who), who).toEqual(['abandoned_cart']);
  await house.kill();
  expectNothingTwice(house);
});

function missing(house: House, people: readonly string[]): string[] {
  return people.filter((who) => !house.postOffice.taken.some(({ to }) => to === addressOf(who)));
}
