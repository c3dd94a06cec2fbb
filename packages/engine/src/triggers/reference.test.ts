// The engine beside rules that anybody can read: on any history both must write the same letters, at the same moments, and close
// everything else for the same reasons. WINBACK_LIVES: how many histories are tried.
import type { BeaconEvent, Conditions, Consent, PersonId, ScenarioCode } from '@winback/domain';
import { byScenario, scenarioCodes } from '@winback/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Where } from './fixtures/reference-facts.ts';
import type { Given, Happening, Told } from './fixtures/reference-life.ts';
import { livedByEngine, livedByRules } from './fixtures/reference-life.ts';
import type { ReferenceSettings } from './fixtures/reference-model.ts';
import type { LedgerEntry, ProductFact } from './index.ts';
import { absorb, consentHeard, decide, newVisitorState, record, withPerson } from './index.ts';

const lives = Number(process.env['WINBACK_LIVES'] ?? 10_000);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** The evenings before the clocks change in Berlin, forth and back, and one before nothing. */
const starts = [Date.UTC(2026, 2, 28, 18), Date.UTC(2026, 9, 24, 18), Date.UTC(2026, 5, 1, 12)];

const product = fc.constantFrom('p1', 'p2', 'p3');
const items = fc.uniqueArray(fc.record({ product, quantity: fc.integer({ min: 1, max: 2 }) }), {
  maxLength: 3,
  selector: (item) => item.product,
});
const fields = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('cart'), change: fc.constantFrom('full', 'add', 'remove'), items }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('purchase'),
      order: fc.constantFrom('1', '2', '3'),
      items: product.map((one) => [{ product: one, quantity: 1 }]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('watch'),
      change: fc.constantFrom('add', 'add', 'add', 'remove'),
      waitsFor: fc.constantFrom('back-in-stock', 'price-drop'),
      products: fc.uniqueArray(product, { minLength: 1, maxLength: 2 }),
      price: fc.constantFrom(undefined, 9, 12),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('wish'),
      change: fc.constantFrom('full', 'add', 'remove'),
      products: fc.uniqueArray(product, { maxLength: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('view'), product }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('category'), category: fc.constantFrom('c1', 'c2') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('search'), query: fc.constantFrom('tent', 'mug') }) },
);

const segments = fc.subarray([1, 2]);
const conditions: fc.Arbitrary<Conditions> = fc.record(
  { minCartMinor: fc.constantFrom(1_500, 5_000), segmentsIn: segments, segmentsOut: segments },
  { requiredKeys: [] },
);
const where = fc.record(
  {
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Mars/Olympus_Mons'),
    country: fc.constantFrom('US', 'CA', 'DE', 'BR'),
  },
  { requiredKeys: [] },
);
const timing = (delays: number[], windows: number[]) =>
  fc.record({
    on: fc.constantFrom(true, true, true, false),
    delayMs: fc.constantFrom(...delays),
    windowMs: fc.constantFrom(...windows),
    holdOutPercent: fc.constantFrom(0, 0, 0, 0, 100),
    conditions: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: conditions }),
  });
const settingsArbitrary: fc.Arbitrary<ReferenceSettings> = fc.record({
  timeZone: fc.constantFrom('UTC' as const, 'Europe/Berlin' as const, 'Asia/Kathmandu' as const),
  voice: fc.record({
    pauseMs: fc.constantFrom(0, 30 * minute, 5 * hour, day, 3 * day),
    perDay: fc.integer({ min: 1, max: 3 }),
    perWeek: fc.integer({ min: 1, max: 6 }),
    hours: fc.constantFrom(null, null, { from: 9, until: 20 }, { from: 22, until: 6 }, { from: 2, until: 3 }),
  }),
  order: fc.option(fc.shuffledSubarray([...scenarioCodes], { minLength: scenarioCodes.length }), { nil: undefined }),
  law: fc.option(
    fc.record({
      applies: fc.constantFrom('person' as const, 'person' as const, 'strictest' as const, 'agreed' as const),
      home: fc.constantFrom('eu' as const, 'usa' as const, 'canada' as const, 'other' as const),
    }),
    { nil: undefined },
  ),
  scenarios: fc.record({
    ...byScenario(() => timing([0, minute, hour, 6 * hour], [minute, 4 * hour, 2 * day])),
    recently_purchased: timing([minute, day], [2 * hour, day, 3 * day]),
    low_on_supply: timing([0, hour, day], [2 * hour, day, 3 * day]),
    retention: timing([hour, day], [4 * hour, 2 * day]),
    double_opt_in: timing([0], [7 * day]),
  }),
});

type Act =
  | { act: 'event'; device: number; fields: object; lateMs: number; letter: boolean; where: Where }
  | { act: 'again'; which: number }
  | { act: 'join'; device: number }
  | { act: 'consent' | 'ask'; consent: Consent }
  | { act: 'segments'; segments: number[] }
  | { act: 'told'; again: boolean; fact: Omit<ProductFact, 'id' | 'at'>; lateMs: number }
  | { act: 'supplies'; list: { product: string; agoMs: number; everyMs: number }[] }
  | { act: 'settings'; settings: ReferenceSettings };
const consent = fc.constantFrom<Consent>('none', 'pending', 'subscribed', 'subscribed', 'subscribed', 'unsubscribed');
const actArbitrary: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      act: fc.constant('event' as const),
      device: fc.constantFrom(0, 0, 0, 1, 2),
      fields,
      lateMs: fc.constantFrom(0, 0, 0, -hour, 10 * minute, 3 * hour, 2 * day),
      letter: fc.constantFrom(false, false, false, true),
      where,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('segments' as const), segments }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('again' as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('join' as const), device: fc.constantFrom(1, 2) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constantFrom('consent' as const, 'ask' as const), consent }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('told' as const),
      again: fc.constantFrom(false, false, false, true),
      lateMs: fc.constantFrom(0, 0, 10 * minute, day),
      fact: fc.record({
        product,
        kind: fc.constantFrom('back-in-stock' as const, 'price-drop' as const),
        priceMinor: fc.constantFrom(null, 900, 995),
        wasMinor: fc.constantFrom(null, 1_000),
        currency: fc.constantFrom('EUR', 'EUR', 'USD'),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('supplies' as const),
      list: fc.uniqueArray(
        fc.record({
          product,
          agoMs: fc.constantFrom(0, hour, day, 4 * day),
          everyMs: fc.constantFrom(2 * hour, 2 * day, 5 * day, 9 * day),
        }),
        { maxLength: 3, selector: (supply) => supply.product },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('settings' as const), settings: settingsArbitrary }) },
);
const waitMs = fc.oneof(
  fc.integer({ min: 1, max: 40 * minute }),
  fc.integer({ min: 1, max: 8 * hour }),
  fc.integer({ min: day, max: 3 * day }),
);

const givenArbitrary: fc.Arbitrary<Given> = fc
  .record({
    start: fc.constantFrom(...starts),
    settings: settingsArbitrary,
    startsKnownAs: fc.constantFrom<Consent | null>(null, 'none', 'subscribed', 'subscribed', 'subscribed'),
    writingMs: fc.constantFrom(0, 0, 5 * minute, 3 * hour, 20 * hour),
    outcomes: fc.array(fc.constantFrom('sent' as const, 'sent' as const, 'unknown' as const, 'failed' as const), {
      minLength: 1,
      maxLength: 4,
    }),
    acts: fc.array(fc.record({ act: actArbitrary, waitMs }), { minLength: 1, maxLength: 30, size: 'max' }),
  })
  .map(({ start, acts, ...given }) => {
    const happenings = happeningsOf(acts, start, given.startsKnownAs);
    return { ...given, happenings, endsAt: (happenings.at(-1)?.heardAt ?? start) + 12 * day };
  });

function happeningsOf(acts: { act: Act; waitMs: number }[], start: number, known: Consent | null): Happening[] {
  const happenings: Happening[] = [];
  let heardAt = start;
  let isKnown = known !== null;
  for (const [serial, { act, waitMs }] of acts.entries()) {
    heardAt += waitMs;
    const events = happenings.filter((one) => one.kind === 'event');
    const joined = happenings.flatMap((one) => (one.kind === 'join' ? one.device : []));
    if (act.act === 'event') {
      const event = { id: `event-${serial}`, at: heardAt - act.lateMs, ...act.fields } as BeaconEvent;
      happenings.push({
        kind: 'event',
        device: act.device,
        event,
        heardAt,
        letter: act.letter,
        idleMs: 30 * minute,
        where: act.where,
      });
    } else if (act.act === 'again') {
      const again = events[act.which % Math.max(1, events.length)];
      if (again) happenings.push({ ...again, heardAt });
    } else if (act.act === 'join') {
      if (isKnown && !joined.includes(act.device)) happenings.push({ kind: 'join', device: act.device, heardAt });
    } else if (act.act === 'segments') {
      happenings.push({ kind: 'segments', segments: act.segments, heardAt });
    } else if (act.act === 'told') {
      const told = happenings.filter((one) => one.kind === 'told').length;
      const fact = { ...act.fact, id: act.again ? told : told + 1, at: heardAt - act.lateMs };
      happenings.push({ kind: 'told', fact, heardAt });
    } else if (act.act === 'supplies') {
      const list = act.list.map(({ product, agoMs, everyMs }) => {
        // Days, so that the books may speak of the same purchase twice.
        const last = Math.floor((heardAt - agoMs) / day) * day;
        return { product, name: product, times: 2, last, ownEveryMs: everyMs, everyMs, runsOutAt: last + everyMs };
      });
      happenings.push({ kind: 'supplies', list, heardAt });
    } else if (act.act === 'settings') happenings.push({ kind: 'settings', settings: act.settings, heardAt });
    else {
      isKnown = true;
      const heard = { consent: act.consent, heardAt };
      happenings.push(
        act.act === 'consent' ? { kind: 'consent', ...heard } : { kind: 'ask', id: `ask-${serial}`, ...heard },
      );
    }
  }
  return happenings;
}

/** As a list that reads; what happened in one moment is in no order. */
function listed(told: readonly Told[]): string[] {
  return told.map(({ at, slot, what }) => `${new Date(at).toISOString()} ${slot} ${what}`).toSorted();
}

describe('the engine', () => {
  it(`agrees with the naive rules on ${lives} histories`, { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(givenArbitrary, (given) => {
        expect(listed(livedByEngine(given))).toEqual(listed(livedByRules(given)));
      }),
      { numRuns: lives },
    );
  });

  it('meets every scenario and every reason on the way', { timeout: 60_000 }, () => {
    const told = fc
      .sample(givenArbitrary, { numRuns: 1_500, seed: 20_260_601 })
      .flatMap((given) => livedByRules(given));
    const sent = told.filter(({ what }) => what === 'sent').map(({ slot }) => slot.split(':')[0]);
    expect([...new Set(sent)].toSorted()).toEqual(scenarioCodes.toSorted());
    expect([...new Set(told.map(({ what }) => what))].toSorted()).toEqual(
      [
        ...['planned', 'sent', 'unknown', 'failed', 'bought', 'cart-emptied', 'in-cart', 'came-back', 'confirmed'],
        ...['not-wanted', 'unlikely', 'conditions'],
        ...['unsubscribed', 'no-address', 'no-consent', 'not-confirmed', 'hold-out', 'scenario-off'],
        ...['pause', 'cap', 'quiet-hours', 'too-late', 'lost-to-another'],
      ].toSorted(),
    );
  });
});

/** Where the engine once answered something else than the rules, and the rules were right. */
describe('what histories have found', () => {
  const t0 = Date.UTC(2026, 5, 1, 12);
  const anna = { id: 'anna' as PersonId, consent: 'subscribed' as const };
  const known = withPerson(newVisitorState(), anna);
  const eventAt = (type: string, at: number, more: object = {}) => {
    const usual = { cart: { change: 'add', items: [{ product: 'p1', quantity: 1 }] }, view: { product: 'p1' } };
    const order = { order: '1', items: [{ product: 'p1', quantity: 1 }] };
    return {
      id: `${type}-${at}`,
      at,
      type,
      ...(type === 'purchase' ? order : usual[type as 'cart']),
      ...more,
    } as BeaconEvent;
  };
  const lived = (events: BeaconEvent[], from = newVisitorState()) =>
    events.reduce((sum, event) => record(sum, event, t0 + 30 * day), from);
  const voice = { pauseMs: 0, perDay: 9, perWeek: 9, hours: null };
  const only = (...codes: ScenarioCode[]) => ({
    ...{ timeZone: 'UTC', voice },
    scenarios: byScenario((code) => ({ on: codes.includes(code), delayMs: hour, windowMs: 2 * day })),
  });
  const entry = (slot: string, more: Partial<LedgerEntry>): LedgerEntry => ({
    ...{ letter: slot, slot, scenario: slot.split(':')[0] as ScenarioCode, state: 'sent', plannedAt: t0, at: t0 },
    ...more,
  });

  it('an order that is heard of late ends what was looked at soon after it', () => {
    const { interests } = lived([eventAt('view', t0 + hour), eventAt('purchase', t0)], known);
    expect(interests).toMatchObject({ open: {}, ended: [{ because: 'bought' }] });
  });

  it('a browser’s views are nobody’s occasion where they would be none at home', () => {
    const home = lived([eventAt('cart', t0)], known);
    const device = lived([eventAt('view', t0 + hour)]);
    expect(absorb(home, device, t0 + day).interests.open).toEqual({});
    const buyer = lived([eventAt('purchase', t0 - 6 * day)], known);
    expect(absorb(buyer, device, t0 + day).interests.open).toEqual({});
  });

  it('a cart that a browser brings ends what the person looked at', () => {
    const home = lived([eventAt('view', t0)], known);
    const { open, ended } = absorb(home, lived([eventAt('cart', t0 + hour)]), t0 + day).interests;
    expect({ open, ended }).toMatchObject({ open: {}, ended: [{ because: 'in-cart' }] });
  });

  it('the cart that a browser began after its order stays, and the one before the order counts as bought', () => {
    const home = lived(
      [eventAt('cart', t0), eventAt('cart', t0 + 4 * hour, { items: [{ product: 'p2', quantity: 1 }] })],
      known,
    );
    const device = lived([eventAt('purchase', t0 + hour), eventAt('cart', t0 + 2 * hour)]);
    const { cart, ended } = absorb(home, device, t0 + day);
    expect(cart?.id).toBe(`cart-${t0 + 2 * hour}`);
    expect(ended).toMatchObject([{ id: `cart-${t0}`, because: 'bought' }]);
  });

  it('an order that two browsers tell of keeps the time at which the home heard of it', () => {
    const home = lived([eventAt('purchase', t0)], known);
    expect(absorb(home, lived([eventAt('purchase', t0 + hour)]), t0 + day).orders).toMatchObject([{ at: t0 }]);
  });

  it('a cart whose lines are told in another sequence is the same cart', () => {
    const [one, other] = ['p1', 'p2'].map((product) => ({ product, quantity: 1 }));
    const full = (at: number, items: unknown[]) => eventAt('cart', at, { change: 'full', items });
    expect(lived([full(t0, [one, other]), full(t0 + hour, [other, one])]).cart).toMatchObject({
      rev: 1,
      changedAt: t0,
    });
  });

  it('who waits for a product in two browsers, or wishes for it, does so since the later moment', () => {
    const wish = (at: number) => eventAt('wish', at, { change: 'add', products: ['p1'] });
    const watch = (at: number, price: number) =>
      eventAt('watch', at, { change: 'add', waitsFor: 'price-drop', products: ['p1'], price });
    const home = lived([wish(t0 + hour), watch(t0 + hour, 9)], known);
    const { wishes, watches } = absorb(home, lived([wish(t0), watch(t0, 12)]), t0 + day);
    expect({ wishes, watches }).toMatchObject({ wishes: [{ at: t0 + hour }], watches: [{ at: t0 + hour, price: 9 }] });
  });

  it('who came back by a letter did so, though they visited again without one', () => {
    const byLetter = record(lived([eventAt('cart', t0)], known), eventAt('view', t0 + 2 * hour), t0 + 2 * hour, {
      idleMs: 30 * minute,
      letterTo: anna.id,
    });
    const state = record(byLetter, eventAt('view', t0 + 9 * hour), t0 + 9 * hour);
    const ledger = [entry(`abandoned_cart:cart-${t0}`, { at: t0 + hour })];
    const settings = only('second_abandoned_cart');
    expect(decide({ state, ledger, settings, now: t0 + 30 * hour })).toMatchObject({ steps: [], wakeAt: null });
  });

  it('who agreed is not asked to confirm by a word that was on its way', () => {
    const ask = { id: 'ask-1', at: t0, source: 'form' };
    expect(consentHeard(known, { person: { ...anna, consent: 'pending' }, ask }, t0).asked).toBeNull();
  });

  it('what waits for another letter is not given up before it is its turn', () => {
    const state = lived([eventAt('view', t0)], known);
    const settings = { ...only('viewed_but_not_bought'), voice: { ...voice, hours: { from: 13, until: 14 } } };
    const soon = byScenario((code) => ({ ...settings.scenarios[code], windowMs: 4 * hour }));
    const ledger = [entry('recently_purchased:1', { state: 'waiting', dueAt: t0 + 3 * hour })];
    const asked = decide({ state, ledger, settings: { ...settings, scenarios: soon }, now: t0 + 2 * hour });
    expect(asked).toMatchObject({ steps: [], waiting: [{ reason: 'lost-to-another' }] });
  });
});
