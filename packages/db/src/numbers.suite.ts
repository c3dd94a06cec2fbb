// Settings tried on the past, and what letters came to, asked of every make of database.
import type { EmailAddress, LetterFact, OrderId, PersonId, ShopId } from '@winback/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './index.ts';
import * as queries from './index.ts';
import { settings } from './queries.suite.ts';

const shop = 'shop-one' as ShopId;
const other = 'shop-two' as ShopId;
const hour = 3_600_000;
const day = 24 * hour;
const t0 = 20_000 * day;
const person = (name: string) => `person-${name}` as PersonId;

export function describeNumbers(make: string, open: () => Promise<Database>): void {
  let db: Database;
  beforeEach(async () => {
    db = await open();
    for (const one of [shop, other]) await queries.putShop(db, one, settings, 1);
  });

  const fact = (name: string, at: number, more: Partial<LetterFact> = {}) => ({
    ...{ letter: `letter-${name}-${at}`, slot: `abandoned_cart:${name}-${at}`, scenario: 'abandoned_cart' },
    ...{ state: 'sent' as const, reason: null, sentence: 'Sent.', plannedAt: at, at, subject: null, rev: 1 },
    ...more,
    person: person(name),
  });
  const order = (id: string, name: string | null, at: number, minor = 1_000): queries.Order => ({
    ...{ order: id as OrderId, person: name ? person(name) : null, visitor: `${shop}/v/${name}`, at },
    ...{ total: { minor, currency: 'EUR' }, items: [], origin: 'storefront' as const },
  });
  const heldOut = { state: 'suppressed', reason: 'hold-out', sentence: 'Not sent: held out.' } as const;

  describe(`settings that are tried, on ${make}`, () => {
    const one = { id: 'digest-1', scenario: 'abandoned_cart', settings: '{}', now: t0 } as const;
    const claim = { shop, simulation: 'digest-1', by: 'worker-1' };
    const lease = { now: t0, leaseMs: 1_000 };

    it('run one at a time in a shop, and in another shop beside it', async () => {
      expect(await queries.startSimulation(db, shop, one)).toBe(true);
      expect(await queries.startSimulation(db, shop, one)).toBe(false);
      expect(await queries.startSimulation(db, shop, { ...one, id: 'digest-2' })).toBe(false);
      expect(await queries.startSimulation(db, other, one)).toBe(true);
      await queries.stopSimulations(db, shop, t0 + 1);
      expect(await queries.startSimulation(db, shop, { ...one, id: 'digest-2' })).toBe(true);
      expect((await queries.runningSimulation(db, shop))?.id).toBe('digest-2');
    });

    it('are worked on by one, who is waited for, and whose word counts no more when it was stopped', async () => {
      await queries.startSimulation(db, shop, one);
      expect(await queries.claimSimulation(db, claim, lease)).toMatchObject({ id: 'digest-1', state: 'running' });
      const second = { ...claim, by: 'worker-2' };
      expect(await queries.claimSimulation(db, second, lease)).toBe('busy');
      expect(await queries.moveSimulation(db, second, '{}')).toBe(false);
      expect(await queries.claimSimulation(db, second, { ...lease, now: t0 + 1_001 })).toMatchObject({
        id: 'digest-1',
      });
      expect(await queries.moveSimulation(db, claim, '{"by":"worker-1"}')).toBe(false);
      await queries.stopSimulations(db, shop, t0 + 2_000);
      expect(await queries.endSimulation(db, second, { state: 'done', result: '{}', now: t0 })).toBe(false);
      expect(await queries.claimSimulation(db, second, { ...lease, now: t0 + 9_000 })).toBe('over');
    });

    it('whose message was lost are sent for again, once in a while', async () => {
      await queries.startSimulation(db, shop, one);
      const lost = (now: number) => queries.isLost(db, shop, { id: 'digest-1', now, lostMs: 1_000 });
      expect([await lost(t0 + 999), await lost(t0 + 1_000), await lost(t0 + 1_001)]).toEqual([false, true, false]);
      await queries.claimSimulation(db, claim, { now: t0 + 1_002, leaseMs: 5_000 });
      expect([await lost(t0 + 7_001), await lost(t0 + 7_002)]).toEqual([false, true]);
    });

    it('keep what they came to while they are tried again, and lose all when somebody is forgotten', async () => {
      await queries.startSimulation(db, shop, one);
      await queries.claimSimulation(db, claim, lease);
      expect(await queries.endSimulation(db, claim, { state: 'done', result: '{"n":1}', now: t0 + 1 })).toBe(true);
      await queries.startSimulation(db, shop, { ...one, now: t0 + 2 });
      const again = await queries.simulationById(db, shop, 'digest-1');
      expect(again).toMatchObject({ state: 'running', result: '{"n":1}', place: null, startedAt: t0 + 2 });
      await queries.forgetSimulations(db, shop);
      expect(await queries.simulationById(db, shop, 'digest-1')).toBeNull();
      expect(await queries.moveSimulation(db, claim, '{}')).toBe(false);
    });
  });

  describe(`a shop’s past, on ${make}`, () => {
    it('knows what people agreed to and when, and that an address was given up', async () => {
      const claim = {
        id: person('ann'),
        email: 'ann@mail.example' as EmailAddress,
        name: null,
        source: 'form',
        namedBy: null,
      };
      await queries.putSubscriber(db, shop, { ...claim, consent: 'none', now: t0 });
      await queries.putSubscriber(db, shop, { ...claim, consent: 'subscribed', now: t0 + day });
      await queries.suppress(db, shop, 'ann@mail.example', 'bounced', t0 + 2 * day);
      const said = await queries.consentsOf(db, shop, [person('ann'), person('nobody')]);
      expect(said.at(0)).toMatchObject({ person: person('ann'), at: t0, consent: 'none' });
      expect(said.map(({ consent }) => consent).slice(-2)).toEqual(['subscribed', 'unsubscribed']);
      expect(await queries.consentsOf(db, other, [person('ann')])).toEqual([]);
    });

    it('has each order of a known person once, page by page', async () => {
      await queries.putOrders(db, shop, [
        order('1', 'ann', t0),
        order('2', 'ben', t0),
        order('3', null, t0),
        order('4', 'ann', t0 + 5),
      ]);
      const found: string[] = [];
      let after: queries.OrderPlace = { at: t0, id: '' };
      for (;;) {
        const rows = await queries.ordersPlaced(db, shop, { after, until: t0 + day, limit: 1 });
        const last = rows.at(-1);
        if (!last) break;
        found.push(last.id);
        after = { at: last.at, id: last.id };
      }
      expect(found).toEqual(['1', '2', '4']);
    });
  });

  describe(`what letters came to, on ${make}`, () => {
    it('counts an order for its letter once, and no more when it is cancelled', async () => {
      await queries.writeLetterFacts(db, shop, [fact('ann', t0)]);
      const arrival = { letter: `letter-ann-${t0}`, visitor: `${shop}/v/ann`, at: t0 + hour };
      await queries.noteArrivals(db, shop, [arrival, arrival, { ...arrival, letter: 'letter-of-nobody' }]);
      await queries.noteArrivals(db, other, [arrival]);
      const arrivals = await queries.arrivalsOf(db, shop, { people: [person('ann')], visitors: [], since: t0 });
      expect(arrivals).toEqual([
        {
          letter: arrival.letter,
          scenario: 'abandoned_cart',
          at: t0 + hour,
          person: person('ann'),
          visitor: arrival.visitor,
        },
      ]);
      expect(
        await queries.arrivalsOf(db, other, { people: [person('ann')], visitors: [arrival.visitor], since: 0 }),
      ).toEqual([]);
      await queries.putOrders(db, shop, [order('1', 'ann', t0 + 2 * hour, 4_000)]);
      const counted = {
        order: '1',
        letter: arrival.letter,
        scenario: 'abandoned_cart',
        arrivedAt: t0 + hour,
        at: t0 + 2 * hour,
      };
      await queries.putOrderLetters(db, shop, [counted]);
      await queries.putOrderLetters(db, shop, [{ ...counted, scenario: 'retention', arrivedAt: t0 }]);
      const span = { from: t0, until: t0 + day, currency: 'EUR' };
      expect([...(await queries.revenueByScenario(db, shop, span))]).toEqual([
        ['abandoned_cart', { orders: 1, minor: 4_000 }],
      ]);
      const cancelled = {
        order: '1' as OrderId,
        person: null,
        at: null,
        total: { minor: 4_000, currency: 'EUR' },
        items: [],
      };
      const word = { ...cancelled, status: 'cancelled' as const, statusWord: 'cancelled' };
      await queries.syncOrders(db, shop, [word], t0 + 3 * hour);
      expect([...(await queries.revenueByScenario(db, shop, span))]).toEqual([]);
    });

    it('sets people who were written to beside people who were held out, each once, with what they bought in the week after', async () => {
      await queries.writeLetterFacts(db, shop, [
        ...[fact('ann', t0), fact('ann', t0 + hour), fact('ben', t0), fact('cem', t0, { state: 'unknown' })],
        ...[fact('dua', t0, heldOut), fact('eva', t0, heldOut)],
        // Nobody drew these: they were not written to for another reason, or wait.
        ...[fact('fay', t0, { state: 'suppressed', reason: 'bought' }), fact('gil', t0, { state: 'waiting' })],
        // Not their first.
        ...[fact('hal', t0 - 20 * day), fact('hal', t0)],
      ]);
      await queries.putOrders(db, shop, [
        ...[order('1', 'ann', t0 + day, 1_000), order('2', 'ann', t0 + 2 * day, 500), order('3', 'ann', t0 + 8 * day)],
        ...[order('4', 'ben', t0 - 1), order('5', 'dua', t0 + 7 * day, 700), order('6', 'hal', t0 + day)],
      ]);
      for (let again = 0; again < 2; again += 1) await queries.measureLiftDay(db, shop, { day: t0, currency: 'EUR' });
      const groups = await queries.liftGroups(db, shop, { from: t0 - day, until: t0 + day });
      expect(groups.toSorted((a, b) => Number(a.heldOut) - Number(b.heldOut))).toEqual([
        { scenario: 'abandoned_cart', heldOut: false, people: 3, buyers: 1, spent: 1_500, spentSquares: 2_250_000 },
        { scenario: 'abandoned_cart', heldOut: true, people: 2, buyers: 1, spent: 700, spentSquares: 490_000 },
      ]);
      expect(await queries.liftGroups(db, other, { from: 0, until: t0 + day })).toEqual([]);
    });

    it('is measured once in a while, however many look', async () => {
      expect(await queries.askForLift(db, shop, { now: t0, everyMs: 1_000 })).toBe(true);
      expect(await queries.askForLift(db, shop, { now: t0 + 999, everyMs: 1_000 })).toBe(false);
      expect(await queries.askForLift(db, shop, { now: t0 + 1_000, everyMs: 1_000 })).toBe(true);
      await queries.moveLift(db, shop, t0);
      expect([await queries.liftMeasuredUpTo(db, shop), await queries.liftMeasuredUpTo(db, other)]).toEqual([t0, 0]);
    });
  });
}
