// A little life: a person's events, alarms, claims and answers in any order. Whatever happens, the promises hold.
import type { BeaconEvent, Consent, PersonId, ScenarioCode } from '@winback/domain';
import { byScenario, confirmationLimits } from '@winback/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry, ProductFact, TriggerSettings, VisitorState } from './index.ts';
import {
  aboutOf,
  absorb,
  alertAnswered,
  consentHeard,
  decide,
  factsTold,
  mayGo,
  newVisitorState,
  record,
  suppliesTold,
  withoutClosed,
} from './index.ts';

const minute = 60_000;
const start = Date.UTC(2026, 2, 28, 20); // the night before the clocks change in Berlin

interface Life {
  now: number;
  state: VisitorState;
  ledger: LedgerEntry[];
  sentences: string[];
  goes: { slot: string; at: number; state: VisitorState }[];
}

type Act =
  | { act: 'event'; event: BeaconEvent; late: number }
  | { act: 'wait'; ms: number }
  | { act: 'told'; fact: Omit<ProductFact, 'id' | 'at'>; again: boolean }
  | { act: 'supplies'; list: { product: string; agoMs: number; everyMs: number }[] }
  | { act: 'consent'; consent: Consent }
  | { act: 'ask'; consent: Consent; again: boolean }
  | { act: 'claim'; which: number; outcome: 'sent' | 'unknown' | 'failed' };

let serial = 0;
const product = fc.constantFrom('p1', 'p2', 'p3', 'p4');
const items = fc.array(fc.record({ product, quantity: fc.integer({ min: 1, max: 3 }) }), { maxLength: 3 });
const watching = fc.record({
  type: fc.constant('watch'),
  products: fc.array(product, { minLength: 1, maxLength: 3 }),
  waitsFor: fc.constantFrom('back-in-stock', 'price-drop'),
  change: fc.constantFrom('add', 'add', 'remove'),
});
const eventArbitrary = fc
  .oneof(
    fc.record({ type: fc.constant('cart'), change: fc.constantFrom('full', 'add', 'remove'), items }),
    fc.record({
      type: fc.constant('purchase'),
      order: fc.constantFrom('1', '2', '3'),
      items: fc.constant([{ product: 'p1', quantity: 1 }]),
    }),
    fc.record({ type: fc.constant('view'), product }),
    fc.record({ type: fc.constant('category'), category: fc.constantFrom('c1', 'c2') }),
    fc.record({ type: fc.constant('search'), query: fc.constantFrom('tent', 'mug') }),
    watching,
    fc.record({
      type: fc.constant('wish'),
      products: fc.array(product, { maxLength: 3 }),
      change: fc.constantFrom('full', 'add', 'remove'),
    }),
  )
  .map((fields) => ({ id: `event-${serial++}`, at: 0, ...fields }) as BeaconEvent);
const telling = fc.record({
  act: fc.constant('told' as const),
  fact: fc.record({
    product,
    kind: fc.constantFrom('back-in-stock' as const, 'price-drop' as const),
    priceMinor: fc.constantFrom(900, 995),
    wasMinor: fc.constant(1_000),
    currency: fc.constant('EUR'),
  }),
  again: fc.boolean(),
});
const supplying: fc.Arbitrary<Act> = fc.record({
  act: fc.constant('supplies' as const),
  list: fc.uniqueArray(
    fc.record({
      product,
      agoMs: fc.constantFrom(0, 90 * minute, 1440 * minute),
      everyMs: fc.constantFrom(120 * minute, 2000 * minute, 9000 * minute),
    }),
    { maxLength: 4, selector: (supply) => supply.product },
  ),
});
const actArbitrary: fc.Arbitrary<Act> = fc.oneof(
  supplying,
  fc.record({
    act: fc.constant('event' as const),
    event: eventArbitrary,
    late: fc.integer({ min: 0, max: 90 }).map((minutes) => minutes * minute),
  }),
  fc.record({
    act: fc.constant('wait' as const),
    ms: fc.integer({ min: 1, max: 400 }).map((minutes) => minutes * minute),
  }),
  telling,
  fc.record({
    act: fc.constant('consent' as const),
    consent: fc.constantFrom<Consent>('none', 'subscribed', 'unsubscribed'),
  }),
  fc.record({
    act: fc.constant('ask' as const),
    consent: fc.constantFrom<Consent>('pending', 'unsubscribed'),
    again: fc.boolean(),
  }),
  fc.record({
    act: fc.constant('claim' as const),
    which: fc.nat(5),
    outcome: fc.constantFrom('sent' as const, 'unknown' as const, 'failed' as const),
  }),
);
/** Somebody fills in forms with one address again and again. */
const asking = fc.record({
  act: fc.constant('ask' as const),
  consent: fc.constant<Consent>('pending'),
  again: fc.boolean(),
});
const bombing = fc.array(fc.oneof({ weight: 3, arbitrary: asking }, { weight: 2, arbitrary: actArbitrary }), {
  maxLength: 60,
  size: 'max',
});
/** Somebody waits for products, some of which come back, cost less, or are bought. */
const buying = fc.record({
  type: fc.constant('purchase'),
  order: fc.nat().map((n) => `order-${n}`),
  items: fc.record({ product, quantity: fc.constant(1) }).map((line) => [line]),
});
const waitingActs: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: telling },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('event' as const),
      event: fc
        .oneof(watching, watching, buying)
        .map((fields) => ({ id: `event-${serial++}`, at: 0, ...fields }) as BeaconEvent),
      late: fc.constantFrom(0, 0, 30 * minute),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('claim' as const),
      which: fc.nat(5),
      outcome: fc.constantFrom('sent' as const, 'unknown' as const),
    }),
  },
  { weight: 1, arbitrary: actArbitrary },
);
const day = 1440 * minute;
const soon = { delays: [0, minute, 60 * minute], windows: [minute, 240 * minute, 2000 * minute] };
const timings: Record<ScenarioCode, { delays: number[]; windows: number[] }> = {
  ...byScenario(() => soon),
  recently_purchased: { delays: [minute, day], windows: [day, 3 * day] },
  retention: { delays: [day, 3 * day], windows: [2 * day, 5 * day] },
  double_opt_in: { delays: [0], windows: [7 * day] },
};
const settingsArbitrary: fc.Arbitrary<TriggerSettings> = fc.record({
  timeZone: fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns'),
  voice: fc.record({
    pauseMs: fc.constantFrom(0, 30 * minute, 1440 * minute),
    perDay: fc.integer({ min: 1, max: 3 }),
    perWeek: fc.integer({ min: 1, max: 5 }),
    hours: fc.constantFrom(null, { from: 9, until: 20 }, { from: 22, until: 6 }),
  }),
  scenarios: fc.record(
    byScenario((code) => {
      const timing = timings[code];
      return fc.record({
        on: fc.boolean(),
        delayMs: fc.constantFrom(...timing.delays),
        windowMs: fc.constantFrom(...timing.windows),
        holdOutPercent: fc.constantFrom(0, 0, 100),
      });
    }),
  ),
});

const isSettled = ({ state }: LedgerEntry) => state !== 'waiting' && state !== 'sending';
const isAfterOrders = (slot: string) => /^(recently_purchased|retention):/.test(slot);
const isAlert = (slot: string) => slot.startsWith('product_');
const isSupply = (slot: string) => slot.startsWith('low_on_supply:');
const isConfirmation = ({ slot }: { slot: string }) => slot.startsWith('double_opt_in:');

function frozen<Value>(value: Value): Value {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

function decided(life: Life, settings: TriggerSettings): Life {
  const { steps } = decide(frozen({ state: life.state, ledger: life.ledger, settings, now: life.now }));
  const ledger = steps.reduce((sum, step): LedgerEntry[] => {
    const known = sum.find((entry) => entry.slot === step.slot);
    expect(step.sentence.length).toBeGreaterThan(10);
    if (step.kind === 'plan') {
      expect(known).toBeUndefined();
      return [
        ...sum,
        {
          letter: `l${sum.length}`,
          slot: step.slot,
          scenario: step.scenario,
          state: 'waiting',
          plannedAt: life.now,
          at: life.now,
        },
      ];
    }
    expect(known === undefined || known.state === 'waiting').toBe(true);
    const closed = {
      letter: known?.letter ?? `l${sum.length}`,
      slot: step.slot,
      scenario: step.scenario,
      state: 'suppressed' as const,
      plannedAt: life.now,
      at: life.now,
    };
    return [...sum.filter((entry) => entry.slot !== step.slot), closed];
  }, life.ledger);
  const again = decide({ state: life.state, ledger, settings, now: life.now });
  expect(again.steps).toEqual([]);
  if (again.wakeAt !== null) expect(again.wakeAt).toBeGreaterThan(life.now);
  return {
    ...life,
    ledger,
    state: withoutClosed(life.state, settledIn({ ...life, ledger })),
    sentences: [...life.sentences, ...steps.map((step) => step.sentence)],
  };
}

function claimed(life: Life, settings: TriggerSettings, act: Extract<Act, { act: 'claim' }>): Life {
  const waiting = life.ledger.filter((entry) => entry.state === 'waiting');
  const letter = waiting[act.which % Math.max(1, waiting.length)];
  if (!letter) return life;
  const verdict = mayGo(frozen({ state: life.state, ledger: life.ledger, settings, now: life.now, letter }));
  if (verdict.go) {
    const entry = { ...letter, state: act.outcome, at: life.now };
    const answered = act.outcome === 'sent' ? alertAnswered(life.state, letter.slot) : null;
    return {
      ...life,
      state: answered?.state ?? life.state,
      ledger: life.ledger.map((one) => (one === letter ? entry : one)),
      goes: [...life.goes, { slot: letter.slot, at: life.now, state: life.state }],
    };
  }
  expect(verdict.sentence.length).toBeGreaterThan(10);
  if (verdict.verdict === 'wait') {
    expect(verdict.until).toBeGreaterThan(life.now);
    return life;
  }
  return {
    ...life,
    ledger: life.ledger.map((one) => (one === letter ? { ...letter, state: 'suppressed', at: life.now } : one)),
  };
}

const personOf = (consent: Consent) => ({ id: 'anna' as PersonId, consent });

/** Somebody fills in a form; `again`: what was told before is told once more. */
function asked(life: Life, { consent, again }: Extract<Act, { act: 'ask' }>): Life {
  const known = life.state.person?.consent;
  const ask = { id: again ? 'ask-0' : `ask-${serial++}`, at: life.now, source: 'form' };
  const person = personOf(known === undefined || known === 'none' ? consent : known);
  return { ...life, state: consentHeard(life.state, { person, ask }, life.now) };
}

/** Something happened to a product; `again`: the fact before is told once more. */
function told(life: Life, { fact, again }: Extract<Act, { act: 'told' }>): Life {
  const { upto } = life.state.alerts;
  const underWay = new Set(life.ledger.flatMap(({ state, slot }) => (state === 'sending' ? slot : [])));
  const by = { now: life.now, currency: 'EUR', leastDropPercent: 1, underWay };
  const state = factsTold(life.state, [{ ...fact, id: again ? upto : upto + 1, at: life.now }], by);
  if (again) expect(state).toBe(life.state);
  return { ...life, state };
}

/** Purchases by the hour, so that the books may speak of one twice. */
function suppliesIn({ list }: Extract<Act, { act: 'supplies' }>, now: number) {
  return list.map(({ product: one, agoMs, everyMs }) => {
    const last = Math.floor((now - agoMs) / (60 * minute)) * 60 * minute;
    return { product: one, name: one, times: 2, last, ownEveryMs: everyMs, everyMs, runsOutAt: last + everyMs };
  });
}

function settledIn({ ledger }: Life): Set<string> {
  return new Set(ledger.filter(isSettled).map(({ slot }) => slot));
}

function lived(acts: readonly Act[], settings: TriggerSettings): Life {
  let life: Life = { now: start, state: newVisitorState(), ledger: [], sentences: [], goes: [] };
  for (const act of acts) {
    if (act.act === 'wait') life = { ...life, now: life.now + act.ms };
    if (act.act === 'event')
      life = { ...life, state: record(life.state, { ...act.event, at: life.now - act.late }, life.now) };
    if (act.act === 'consent')
      life = { ...life, state: consentHeard(life.state, { person: personOf(act.consent) }, life.now) };
    if (act.act === 'ask') life = asked(life, act);
    if (act.act === 'told') life = told(life, act);
    if (act.act === 'supplies')
      life = { ...life, state: suppliesTold(life.state, suppliesIn(act, life.now), settledIn(life)) };
    life = act.act === 'claim' ? claimed(life, settings, act) : decided(life, settings);
    life = decided(life, settings);
  }
  return life;
}

/** When the occasion of a slot began; null: the state knows none. */
function begunAtIn({ alerts, cart, interests, orders, session }: VisitorState, slot: string): number | null {
  const [scenario, id] = slot.split(':');
  if (isAlert(slot)) return alerts.open.find((alert) => `${alert.id}` === id)?.startedAt ?? null;
  if (scenario?.endsWith('abandoned_cart')) return cart && cart.id === id ? cart.startedAt : null;
  if (scenario === 'recently_purchased') return orders.find((order) => order.id === id)?.at ?? null;
  if (scenario === 'retention')
    return Number(id) === Math.max(session?.lastAt ?? 0, ...orders.map(({ at }) => at)) ? Number(id) : null;
  return Object.values(interests.open).find((one) => one.id === id)?.startedAt ?? null;
}

/** Whether the product of a purchase was ordered an hour after it, or later. */
function boughtAgain({ orders }: VisitorState, slot: string): boolean {
  const [, last = '', bought] = slot.split(':');
  return orders.some(({ at, products }) => at > Number(last) + 60 * minute && products.some((one) => one === bought));
}

/** Products of an alert that are watched or kept still, and were not bought since it began. */
function wantedIn({ alerts, cart, orders, watches, wishes }: VisitorState, slot: string): string[] {
  const alert = alerts.open.find(({ id }) => slot.endsWith(`:${id}`));
  const watched = watches.filter(({ waitsFor }) => waitsFor === alert?.kind);
  const wanted = [...watched, ...(alert?.kind === 'price-drop' ? [...(cart?.lines ?? []), ...wishes] : [])];
  const bought = orders.filter(({ at }) => at >= (alert?.startedAt ?? 0)).flatMap(({ products }) => products);
  const products = alert?.items.map((item) => item.product) ?? [];
  return products.filter((one) => wanted.some((want) => want.product === one) && !bought.includes(one));
}

describe('any life', () => {
  it('gets at most one letter for a slot; of a cart only while subscribed, and never when it was bought', () => {
    fc.assert(
      fc.property(fc.array(actArbitrary, { maxLength: 40 }), settingsArbitrary, (acts, settings) => {
        const { goes } = lived(acts, settings);
        expect(new Set(goes.map((go) => go.slot)).size).toBe(goes.length);
        for (const { state, slot } of goes.filter((go) => !isConfirmation(go))) {
          expect(state.person?.consent).toBe('subscribed');
          const begunAt = begunAtIn(state, slot);
          if (isSupply(slot)) {
            expect(boughtAgain(state, slot)).toBe(false);
            continue;
          }
          expect(begunAt).not.toBeNull();
          // Thanks and a month of silence follow an order; everything else never comes after one.
          if (isAfterOrders(slot)) continue;
          if (isAlert(slot)) expect(wantedIn(state, slot)).not.toEqual([]);
          else for (const order of state.orders) expect(order.at).toBeLessThan(begunAt ?? 0);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('is told of products only while they want them, never after they bought them', () => {
    fc.assert(
      fc.property(fc.array(waitingActs, { maxLength: 40, size: 'max' }), settingsArbitrary, (acts, settings) => {
        const agreed: Act = { act: 'consent', consent: 'subscribed' };
        const { goes } = lived([agreed, ...acts], { ...settings, voice: { ...settings.voice, perDay: 3 } });
        expect(new Set(goes.map((go) => go.slot)).size).toBe(goes.length);
        for (const { state, slot } of goes.filter((go) => isAlert(go.slot))) {
          expect(state.person?.consent).toBe('subscribed');
          expect(wantedIn(state, slot)).not.toEqual([]);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('is told once of what runs out, in one letter for what runs out together, and never of what was bought again', () => {
    const stocking: fc.Arbitrary<Act> = fc.oneof(
      { weight: 3, arbitrary: supplying },
      { weight: 2, arbitrary: waitingActs },
      { weight: 1, arbitrary: actArbitrary },
    );
    fc.assert(
      fc.property(fc.array(stocking, { maxLength: 40, size: 'max' }), settingsArbitrary, (acts, settings) => {
        const agreed: Act = { act: 'consent', consent: 'subscribed' };
        const { goes } = lived([agreed, ...acts], { ...settings, voice: { ...settings.voice, perDay: 3 } });
        const told = goes.filter((go) => isSupply(go.slot));
        const purchases = told.flatMap(({ state, slot }) => {
          expect(boughtAgain(state, slot)).toBe(false);
          const first = state.supplies.list.find(({ product: one, last }) => slot === `low_on_supply:${last}:${one}`);
          const shown = aboutOf(state, { slot, scenario: 'low_on_supply' });
          if (!first || shown?.kind !== 'supplies') throw new Error(`nothing runs out for ${slot}`);
          return shown.products.map((one) => state.supplies.list.find((supply) => supply.product === one));
        });
        expect(new Set(purchases.map((one) => `${one?.product} ${one?.last}`)).size).toBe(purchases.length);
      }),
      { numRuns: 400 },
    );
  });

  it('is asked to confirm once for a request, never while subscribed, and never more than may be', () => {
    fc.assert(
      fc.property(bombing, settingsArbitrary, (acts, settings) => {
        const { goes, ledger } = lived(acts, settings);
        for (const { state, slot } of goes.filter(isConfirmation)) {
          expect(state.person?.consent).not.toBe('subscribed');
          expect(slot).toBe(`double_opt_in:${state.asked?.id}`);
        }
        const came = ledger.filter((entry) => isConfirmation(entry) && /sent|unknown/.test(entry.state));
        for (const { letters, withinMs } of confirmationLimits)
          for (const { at } of came)
            expect(came.filter((one) => one.at <= at && one.at > at - withinMs).length).toBeLessThanOrEqual(letters);
      }),
      { numRuns: 400 },
    );
  });

  it('is asked at once, whatever pause, caps and quiet hours say of other letters', () => {
    fc.assert(
      fc.property(fc.array(actArbitrary, { maxLength: 20 }), settingsArbitrary, (acts, settings) => {
        const before = lived(acts, settings);
        const quiet = { ...before, now: before.now + 91 * 1440 * minute };
        const { state, ledger } = decided(quiet, settings);
        const person = personOf('unsubscribed');
        const ask = { id: 'the-ask', at: quiet.now, source: 'form' };
        const left = consentHeard(state, { person }, quiet.now);
        const after = decide({
          state: consentHeard(left, { person, ask }, quiet.now),
          ledger,
          settings,
          now: quiet.now,
        });
        const planned = after.steps.filter((step) => step.kind === 'plan').map((step) => step.slot);
        expect(planned).toEqual(settings.scenarios.double_opt_in.on ? ['double_opt_in:the-ask'] : []);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps pause and caps', () => {
    fc.assert(
      fc.property(fc.array(actArbitrary, { minLength: 20, maxLength: 60 }), settingsArbitrary, (acts, settings) => {
        const { ledger } = lived(acts, settings);
        const heard = ledger
          .filter((entry) => entry.scenario !== 'double_opt_in')
          .filter((entry) => entry.state === 'sent' || entry.state === 'unknown')
          .sort((a, b) => a.at - b.at);
        for (const [index, { at, scenario }] of heard.entries()) {
          const last = heard[index - 1];
          // A follow-up has a delay of its own, and who asked to be told is told.
          const isExempt = scenario === 'second_abandoned_cart' || isAlert(scenario);
          const pauseMs = isExempt ? 0 : settings.voice.pauseMs;
          if (last) expect(at - last.at).toBeGreaterThanOrEqual(pauseMs);
          const before = heard[index - settings.voice.perDay];
          if (before) expect(at - before.at).toBeGreaterThanOrEqual(1440 * minute);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('ends with every occasion in the books once time runs on', () => {
    fc.assert(
      fc.property(fc.array(actArbitrary, { maxLength: 30 }), settingsArbitrary, (acts, settings) => {
        let life = lived(acts, settings);
        for (let ring = 0; ring < 60; ring += 1) {
          const { wakeAt } = decide({ state: life.state, ledger: life.ledger, settings, now: life.now });
          if (wakeAt === null) break;
          life = decided({ ...life, now: wakeAt }, settings);
          life = claimed(life, settings, { act: 'claim', which: 0, outcome: 'sent' });
        }
        expect(decide({ state: life.state, ledger: life.ledger, settings, now: life.now }).wakeAt).toBeNull();
        const { cart } = life.state;
        if (cart && life.state.person && settings.scenarios.abandoned_cart.on) {
          expect(life.ledger.filter((entry) => entry.slot === `abandoned_cart:${cart.id}`)).toHaveLength(1);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the state', () => {
  const eventsArbitrary = fc.array(fc.tuple(eventArbitrary, fc.integer({ min: 0, max: 5000 })), { maxLength: 40 });
  const stateOf = (events: [BeaconEvent, number][]) =>
    events.reduce(
      (state, [event, minutes]) =>
        record(state, frozen({ ...event, at: start + minutes * minute }), start + 9000 * minute),
      newVisitorState(),
    );

  it('takes a device in once, however often it comes', () => {
    fc.assert(
      fc.property(eventsArbitrary, eventsArbitrary, (home, device) => {
        const now = start + 9000 * minute;
        const once = absorb(frozen(stateOf(home)), frozen(stateOf(device)), now);
        expect(absorb(once, stateOf(device), now)).toEqual(once);
      }),
    );
  });

  it('forgets a cart that any device’s later order ended, whichever came first', () => {
    fc.assert(
      fc.property(eventsArbitrary, eventsArbitrary, (home, device) => {
        const { cart, orders } = absorb(stateOf(home), stateOf(device), start + 9000 * minute);
        for (const order of orders) if (cart) expect(cart.startedAt).toBeGreaterThan(order.at);
      }),
    );
  });

  it('stays small whatever a visitor does', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => {
      const common = { id: `event-${index}`, at: start + index };
      if (index % 3 === 0) return { ...common, type: 'view', product: `product-${index}` } as BeaconEvent;
      if (index % 3 === 1)
        return {
          ...common,
          type: 'cart',
          change: 'full',
          items: [{ product: `product-${index}`, quantity: 1 }],
        } as BeaconEvent;
      return {
        ...common,
        type: 'purchase',
        order: `${index}`,
        items: [{ product: `product-${index}`, quantity: 1 }],
      } as BeaconEvent;
    });
    const state = many.reduce((sum, event) => record(sum, event, start + 9000), newVisitorState());
    expect(JSON.stringify(state).length).toBeLessThan(8_192);
  });
});
