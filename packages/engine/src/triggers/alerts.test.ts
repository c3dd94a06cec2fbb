// Products that came back or cost less, and to whom that is worth a letter.
import type { BeaconEvent, PersonId } from '@winback/domain';
import { byScenario, usualScenario } from '@winback/domain';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry, ProductFact, Situation, TriggerSettings, VisitorState } from './index.ts';
import {
  aboutOf,
  absorb,
  alertAnswered,
  alertShows,
  decide,
  factsTold,
  isWanted,
  mayGo,
  newVisitorState,
  record,
  withoutClosed,
  withPerson,
} from './index.ts';

const hour = 3_600_000;
const day = 24 * hour;
const t0 = Date.UTC(2026, 5, 1, 12);
const anna = { id: 'anna' as PersonId, consent: 'subscribed' as const };
const settings: TriggerSettings = {
  timeZone: 'Europe/Berlin',
  voice: { pauseMs: day, perDay: 3, perWeek: 5, hours: null },
  scenarios: byScenario((code) => ({ ...usualScenario(code, 'en'), on: code.startsWith('product_') })),
};

const eventOf = (type: BeaconEvent['type'], at: number, more: object) =>
  ({ id: `${type}-${at}`, at, type, ...more }) as BeaconEvent;
const watch = (at: number, product = 'p1', more: object = {}) =>
  eventOf('watch', at, { change: 'add', waitsFor: 'back-in-stock', products: [product], ...more });
const cheaper = (at: number, product = 'p1', price?: number) =>
  watch(at, product, { waitsFor: 'price-drop', ...(price === undefined ? {} : { price }) });
const cart = (at: number, price: number) =>
  eventOf('cart', at, { change: 'add', items: [{ product: 'p1', quantity: 1, price }] });
const wish = (at: number) => eventOf('wish', at, { change: 'add', products: ['p1'] });
const buy = (at: number, product = 'p1') =>
  eventOf('purchase', at, { order: `o${at}`, items: [{ product, quantity: 1 }] });

const back = (id: number, at: number, product = 'p1'): ProductFact => ({
  ...{ id, kind: 'back-in-stock', at, product, priceMinor: 1_000, wasMinor: 1_000, currency: 'EUR' },
});
const drop = (id: number, at: number, more: Partial<ProductFact> = {}): ProductFact => ({
  ...{ id, kind: 'price-drop', at, product: 'p1', priceMinor: 900, wasMinor: 1_000, currency: 'EUR' },
  ...more,
});

const lived = (events: BeaconEvent[], from = withPerson(newVisitorState(), anna)) =>
  events.reduce((sum, one) => record(sum, one, one.at), from);
const told = (
  state: VisitorState,
  facts: ProductFact[],
  more: { leastDropPercent?: number; underWay?: string[] } = {},
) =>
  factsTold(state, facts, {
    ...{ now: Math.max(...facts.map(({ at }) => at)), currency: 'EUR' },
    leastDropPercent: more.leastDropPercent ?? 1,
    underWay: new Set(more.underWay),
  });
const at = (state: VisitorState, now: number, more: Partial<Situation> = {}) =>
  decide({ state, ledger: [], settings, now, ...more });
const slotsOf = (state: VisitorState, now: number, more: Partial<Situation> = {}) =>
  at(state, now, more).steps.flatMap((step) => (step.kind === 'plan' ? step.slot : []));
const waiting = (slot: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...{ letter: 'l1', slot, scenario: 'product_available', state: 'waiting', plannedAt: t0, at: t0 },
  ...more,
});

describe('a product that came back', () => {
  const state = told(lived([watch(t0)]), [back(7, t0 + day)]);

  it('is told at once to who waits for it, in spite of the pause', () => {
    const heard = waiting('abandoned_cart:c', { scenario: 'abandoned_cart', state: 'sent', at: t0 + day - hour });
    const [step] = at(state, t0 + day, { ledger: [heard] }).steps;
    expect(step).toMatchObject({ kind: 'plan', slot: 'product_available:7' });
    expect(step?.sentence).toBe('Planned: a product that they wait for came back in stock a moment ago.');
    const capped = { ...settings, voice: { ...settings.voice, perDay: 1 } };
    expect(slotsOf(state, t0 + day, { ledger: [heard], settings: capped })).toEqual([]);
  });

  it('is nothing to who does not wait, began later, bought it since, or has waited for half a year', () => {
    const none = (events: BeaconEvent[], now = t0 + day) => told(lived(events), [back(7, now)]).alerts.open;
    expect(none([])).toEqual([]);
    expect(none([cheaper(t0), wish(t0)])).toEqual([]);
    expect(none([watch(t0 + 2 * day)])).toEqual([]);
    expect(none([watch(t0), buy(t0 + hour)])).toEqual([]);
    expect(none([watch(t0)], t0 + 184 * day)).toEqual([]);
    expect(isWanted(lived([watch(t0)]), back(1, t0), t0 + 182 * day)).toBe(true);
  });

  it('is told once, however often it is said', () => {
    expect(told(state, [back(7, t0 + day)])).toBe(state);
  });

  it('is too late after two days, and history after three', () => {
    expect(at(state, t0 + 3 * day).steps).toMatchObject([{ kind: 'close', reason: 'too-late' }]);
    expect(at(state, t0 + 4 * day)).toMatchObject({ steps: [], wakeAt: null });
  });

  it('waits for nobody while nobody is known, and comes home with the browser', () => {
    const device = told(lived([watch(t0)], newVisitorState()), [back(7, t0 + day)]);
    expect(at(device, t0 + day)).toMatchObject({ steps: [], wakeAt: null });
    const home = absorb(withPerson(newVisitorState(), anna), device, t0 + day);
    expect(slotsOf(home, t0 + day + hour)).toEqual(['product_available:7']);
    expect(absorb(home, device, t0 + day)).toEqual(home);
  });

  it('joins what is open: several are one letter, and its revision tells', () => {
    const two = told(lived([watch(t0), watch(t0, 'p2')]), [back(7, t0 + day), back(8, t0 + day, 'p2')]);
    expect(slotsOf(two, t0 + day)).toEqual(['product_available:7']);
    const about = aboutOf(two, waiting('product_available:7'));
    expect(about).toMatchObject({ kind: 'back-in-stock', products: ['p2', 'p1'] });
    const less = record(two, buy(t0 + day + hour, 'p2'), t0 + day + hour);
    expect(aboutOf(less, waiting('product_available:7'))).toMatchObject({ products: ['p1'] });
    expect(aboutOf(less, waiting('product_available:7'))?.rev).not.toBe(about?.rev);
  });

  it('does not join a letter that is with the mail server: it begins the next', () => {
    const both = lived([watch(t0 - hour, 'p2')], state);
    const next = told(both, [back(8, t0 + day + hour, 'p2')], { underWay: ['product_available:7'] });
    expect(next.alerts.open.map(({ id }) => id)).toEqual([8, 7]);
  });

  it('is over when it is bought, or waited for no longer', () => {
    const slot = 'product_available:7';
    const bought = record(state, buy(t0 + day + hour), t0 + day + hour);
    expect(at(bought, t0 + day + hour, { ledger: [waiting(slot)] }).steps).toMatchObject([
      { kind: 'close', slot, reason: 'bought', sentence: 'Not sent: it was bought at 15:00.' },
    ]);
    const letter = waiting(slot);
    const verdict = mayGo({ state: bought, ledger: [letter], settings, now: t0 + day + hour, letter });
    expect(verdict).toMatchObject({ go: false, verdict: 'never', reason: 'bought' });
    const gone = record(state, watch(t0 + day + hour, 'p1', { change: 'remove' }), t0 + day + hour);
    expect(at(gone, t0 + day + hour).steps).toMatchObject([{ kind: 'close', slot, reason: 'not-wanted' }]);
  });

  it('is waited for no longer once its letter was sent; what the letter did not show, still is', () => {
    const two = told(lived([watch(t0), watch(t0, 'p2')]), [back(7, t0 + day), back(8, t0 + day, 'p2')]);
    const answered = alertAnswered(alertShows(two, 'product_available:7', ['p1']), 'product_available:7');
    expect(answered?.told).toEqual({ waitsFor: 'back-in-stock', products: ['p1'] });
    expect(answered?.state.watches.map(({ product }) => product)).toEqual(['p2']);
    const settled = withoutClosed(answered?.state ?? two, new Set(['product_available:7']));
    expect(settled.alerts).toEqual({ upto: 8, open: [] });
    expect(slotsOf(told(settled, [back(9, t0 + 2 * day), back(10, t0 + 2 * day, 'p2')]), t0 + 2 * day)).toEqual([
      'product_available:10',
    ]);
    expect(alertAnswered(two, 'abandoned_cart:x')).toBeNull();
  });
});

describe('a price that fell', () => {
  const from = (events: BeaconEvent[], fact: ProductFact, more = {}) =>
    told(lived(events), [fact], more).alerts.open.flatMap(({ items }) => items.map((item) => item.from?.minor));

  it('is compared with the price at which they began to wait, else with the one before', () => {
    expect(from([cheaper(t0, 'p1', 12)], drop(7, t0 + day))).toEqual([1_200]);
    expect(from([cheaper(t0)], drop(7, t0 + day))).toEqual([1_000]);
    expect(from([cheaper(t0, 'p1', 12)], drop(7, t0 + day, { currency: 'USD' }))).toEqual([1_000]);
    expect(from([cheaper(t0, 'p1', 9)], drop(7, t0 + day))).toEqual([]);
  });

  it.each([
    [1, 991, []],
    [1, 990, [1_000]],
    [10, 901, []],
    [10, 900, [1_000]],
  ])('counts from %i per cent on: %i of 1000', (leastDropPercent, priceMinor, wanted) => {
    expect(from([cheaper(t0, 'p1', 10)], drop(7, t0 + day, { priceMinor }), { leastDropPercent })).toEqual(wanted);
  });

  it('may fall in small steps: they add up', () => {
    const first = told(lived([cheaper(t0, 'p1', 10)]), [drop(7, t0 + day, { priceMinor: 995 })]);
    expect(first.alerts).toEqual({ upto: 7, open: [] });
    expect(slotsOf(told(first, [drop(8, t0 + 2 * day, { priceMinor: 989, wasMinor: 995 })]), t0 + 2 * day)).toEqual([
      'product_price_decrease:8',
    ]);
  });

  it('is told of what lies in the cart or on the wish list; the pause holds that', () => {
    const heard = waiting('abandoned_cart:c', { scenario: 'abandoned_cart', state: 'sent', at: t0 + day - hour });
    for (const events of [[cart(t0, 11)], [wish(t0)]]) {
      const state = told(lived(events), [drop(7, t0 + day)]);
      expect(slotsOf(state, t0 + day)).toEqual(['product_price_decrease:7']);
      expect(at(state, t0 + day, { ledger: [heard] })).toMatchObject({ steps: [], waiting: [{ reason: 'pause' }] });
    }
    expect(from([cart(t0, 11)], drop(7, t0 + day))).toEqual([1_100]);
    const asked = told(lived([wish(t0), cheaper(t0)]), [drop(7, t0 + day)]);
    expect(slotsOf(asked, t0 + day, { ledger: [heard] })).toEqual(['product_price_decrease:7']);
  });

  it('is over when they take it out of the cart, or ask anew at the lower price', () => {
    const emptied = eventOf('cart', t0 + day + hour, { change: 'full', items: [] });
    const state = lived([emptied], told(lived([cart(t0, 11)]), [drop(7, t0 + day)]));
    expect(at(state, t0 + day + hour).steps).toMatchObject([{ kind: 'close', reason: 'not-wanted' }]);
    const again = lived([cheaper(t0 + day + hour)], told(lived([cheaper(t0)]), [drop(7, t0 + day)]));
    expect(at(again, t0 + day + hour).steps).toMatchObject([{ kind: 'close', reason: 'not-wanted' }]);
  });

  it('goes after a return to stock, and says what it was', () => {
    const state = told(lived([watch(t0), cheaper(t0, 'p1', 12)]), [back(7, t0 + day), drop(8, t0 + day)]);
    const { steps, waiting: held } = at(state, t0 + day);
    expect(steps).toMatchObject([{ kind: 'plan', slot: 'product_available:7' }]);
    expect(held).toMatchObject([{ slot: 'product_price_decrease:8', reason: 'lost-to-another' }]);
    expect(aboutOf(state, waiting('product_price_decrease:8', { scenario: 'product_price_decrease' }))).toEqual({
      kind: 'price-drop',
      rev: 101,
      items: [{ product: 'p1', from: { minor: 1_200, currency: 'EUR' } }],
    });
  });
});

it('stays small, whatever is told', () => {
  const products = Array.from({ length: 50 }, (_, n) => `product-${n}`);
  const state = lived([eventOf('watch', t0, { change: 'add', waitsFor: 'back-in-stock', products })]);
  const facts = Array.from({ length: 500 }, (_, n) => back(n + 1, t0 + day + n, `product-${n % 50}`));
  const sending = facts.map(({ id }) => `product_available:${id}`);
  const { alerts } = facts.reduce((sum, fact) => told(sum, [fact], { underWay: sending }), told(state, facts));
  expect(alerts.open.length).toBeLessThanOrEqual(4);
  expect(JSON.stringify(told(state, facts).alerts).length).toBeLessThan(2_000);
});
