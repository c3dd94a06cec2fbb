// The rules of the voice and the conditions of scenarios: what a merchant may set beyond a scenario's times.
import type { BeaconEvent, Conditions, Consent, PersonId, ScenarioCode } from '@winback/domain';
import { byScenario, scenarioCodes } from '@winback/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry, LetterFacts, Place, TriggerSettings, VisitorState } from './index.ts';
import { decide, mayGo, newVisitorState, orderOf, precedenceOf, record, withPerson } from './index.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const t0 = Date.UTC(2026, 10, 23, 12);
const voice = { pauseMs: 0, perDay: 9, perWeek: 9, hours: null };

function settingsWith(more: Partial<TriggerSettings> = {}, conditions?: Conditions): TriggerSettings {
  const off = byScenario(() => ({ on: false, delayMs: hour, windowMs: 2 * day }));
  const cart = { on: true, delayMs: hour, windowMs: 4 * hour, conditions };
  const view = { on: true, delayMs: hour, windowMs: 2 * day };
  return {
    timeZone: 'Europe/Berlin',
    voice,
    scenarios: { ...off, abandoned_cart: cart, viewed_but_not_bought: view },
    ...more,
  };
}

function cartOf(at: number, product = 'p1'): BeaconEvent {
  return { id: `cart-${product}`, at, type: 'cart', change: 'add', items: [{ product, quantity: 1 }] } as BeaconEvent;
}

function stateOf(events: BeaconEvent[], { consent = 'subscribed' as Consent, place = {} as Place } = {}): VisitorState {
  const visit = { idleMs: 30 * minute, ...place };
  const state = events.reduce((sum, event) => record(sum, event, event.at, visit), newVisitorState());
  return withPerson(state, { id: 'anna' as PersonId, consent });
}

const slot = 'abandoned_cart:cart-p1';
function waiting(more: Partial<LedgerEntry> = {}): LedgerEntry {
  const at = t0 + hour;
  return { letter: 'l1', slot, scenario: 'abandoned_cart', state: 'waiting', plannedAt: at, at, dueAt: at, ...more };
}
const facts = (more: Partial<LetterFacts> = {}): LetterFacts => ({
  ...{ cartMinor: null, currency: 'EUR', categories: null, segments: null },
  ...more,
});

describe('who goes first', () => {
  it('is the original’s order, unless the merchant has another', () => {
    expect(orderOf().slice(0, 4)).toEqual([
      ...['second_abandoned_cart', 'recently_purchased', 'abandoned_cart', 'product_available'],
    ]);
    expect(orderOf(['retention', 'abandoned_cart'])).toHaveLength(scenarioCodes.length);
    expect(orderOf(['retention', 'abandoned_cart']).indexOf('retention')).toBeLessThan(
      orderOf(['retention', 'abandoned_cart']).indexOf('abandoned_cart'),
    );
  });

  it('is every scenario once, whatever was saved before some of them existed', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...scenarioCodes]), (saved) => {
        const order = orderOf(saved);
        expect(order.toSorted()).toEqual(scenarioCodes.toSorted());
        expect(order.filter((code) => saved.includes(code))).toEqual(saved);
      }),
    );
  });

  it('decides which letter a person gets', () => {
    const purchase = { id: 'o1', at: t0, type: 'purchase', order: '1', items: [{ product: 'p9', quantity: 1 }] };
    const state = stateOf([purchase as BeaconEvent, cartOf(t0 + minute)]);
    const both = settingsWith();
    const scenarios = { ...both.scenarios, recently_purchased: { on: true, delayMs: hour, windowMs: day } };
    const planned = (order?: ScenarioCode[]) =>
      decide({ state, ledger: [], settings: { ...both, scenarios, order: orderOf(order) }, now: t0 + 2 * hour }).steps;
    expect(planned()).toMatchObject([{ scenario: 'recently_purchased' }]);
    expect(planned(['abandoned_cart', 'recently_purchased'])).toMatchObject([{ scenario: 'abandoned_cart' }]);
  });

  it('by worth is what a letter brought, among those of which enough is known; the others keep their places', () => {
    const worth = (letters: number, revenueMinor: number) => ({ letters, orders: 1, revenueMinor });
    const worths = {
      second_abandoned_cart: worth(100, 1_000),
      abandoned_cart: worth(200, 90_000),
      retention: worth(100, 5_000),
      abandoned_search: worth(99, 9_000_000),
    };
    const table = orderOf();
    expect(precedenceOf(voice, worths)).toEqual(table);
    const byWorth = precedenceOf({ ...voice, precedence: 'worth' }, worths);
    expect(byWorth.filter((code) => code in worths && code !== 'abandoned_search')).toEqual([
      ...['abandoned_cart', 'retention', 'second_abandoned_cart'],
    ]);
    expect(byWorth.indexOf('abandoned_search')).toBe(table.indexOf('abandoned_search'));
    expect(byWorth[0]).toBe('abandoned_cart');
  });

  it('of two orders is the younger', () => {
    const order = (id: string, at: number) =>
      ({ id, at, type: 'purchase', order: id, items: [{ product: 'p9', quantity: 1 }] }) as BeaconEvent;
    const state = stateOf([order('old', t0), order('young', t0 + hour)]);
    const on = { on: true, delayMs: hour, windowMs: 2 * day };
    const settings = settingsWith({ scenarios: { ...settingsWith().scenarios, recently_purchased: on } });
    const { steps } = decide({ state, ledger: [], settings, now: t0 + 3 * hour });
    expect(steps).toMatchObject([{ slot: 'recently_purchased:young' }]);
  });
});

describe('quiet hours', () => {
  const hours = { from: 10, until: 22 };
  const at = (place: Place, now: number) => {
    const settings = settingsWith({ voice: { ...voice, hours } });
    return decide({ state: stateOf([cartOf(now - hour)], { place }), ledger: [], settings, now });
  };

  it('are those where the person is', () => {
    const evening = Date.UTC(2026, 10, 23, 20, 30); // 21:30 in Berlin, 15:30 in New York, 5:30 in Tokyo
    expect(at({}, evening).steps).toMatchObject([{ kind: 'plan' }]);
    expect(at({ timeZone: 'America/New_York' }, evening).steps).toMatchObject([{ kind: 'plan' }]);
    expect(at({ timeZone: 'Asia/Tokyo' }, evening).steps).toMatchObject([{ kind: 'close', reason: 'quiet-hours' }]);
    const later = Date.UTC(2026, 10, 23, 23); // midnight in Berlin, 8:00 in Tokyo
    expect(at({ timeZone: 'Asia/Tokyo' }, later).waiting).toMatchObject([
      {
        until: Date.UTC(2026, 10, 24, 1),
        sentence: 'Waiting until 02:00 (10:00 where they are): the shop’s letters do not go out at this hour.',
      },
    ]);
  });

  it('are the shop’s where the edge names a place that nobody knows', () => {
    const evening = Date.UTC(2026, 10, 23, 20, 30);
    expect(at({ timeZone: 'Mars/Olympus_Mons' }, evening).steps).toMatchObject([{ kind: 'plan' }]);
  });

  it('hold on any day of a year, in any place, however its clocks change', () => {
    const zones = ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Havana'];
    const hourIn = (timeZone: string, moment: number) =>
      Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(moment));
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
        fc.record({ from: fc.integer({ min: 0, max: 23 }), until: fc.integer({ min: 1, max: 24 }) }),
        (timeZone, now, open) => {
          const settings = settingsWith({ voice: { ...voice, hours: open } });
          const state = stateOf([cartOf(now - hour)], { place: { timeZone } });
          const verdict = mayGo({ state, ledger: [], settings, now, letter: waiting() });
          const isOpen = (moment: number) => {
            const at = hourIn(timeZone, moment);
            if (open.from === open.until % 24) return true;
            return open.from < open.until ? at >= open.from && at < open.until : at >= open.from || at < open.until;
          };
          expect(verdict.go).toBe(isOpen(now));
          if (verdict.go || verdict.verdict === 'never') return;
          expect(isOpen(verdict.until)).toBe(true);
          expect(isOpen(verdict.until - minute)).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('caps and quiet hours', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Honolulu'];
  const changes = [Date.UTC(2026, 2, 7), Date.UTC(2026, 2, 28), Date.UTC(2026, 9, 3), Date.UTC(2026, 9, 24)];
  const hourIn = (timeZone: string, moment: number) =>
    Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(moment));

  it('hold while the person travels, clocks change in the night, and the server’s clock jumps', () => {
    const step = fc.record({
      jumpMs: fc.integer({ min: -4 * hour, max: 14 * hour }),
      timeZone: fc.constantFrom(...zones),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...changes),
        fc.array(step, { minLength: 10, maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        (start, steps, perDay) => {
          const hours = { from: 8, until: 21 };
          const settings = settingsWith({ voice: { pauseMs: 0, perDay, perWeek: 5, hours } });
          const ledger: LedgerEntry[] = [];
          let now = start;
          for (const { jumpMs, timeZone } of steps) {
            now += jumpMs;
            const cart = { ...cartOf(now - 2 * hour), id: `cart-${ledger.length}` };
            const letter = waiting({ slot: `abandoned_cart:${cart.id}`, letter: `${ledger.length}` });
            const state = stateOf([cart], { place: { timeZone } });
            if (!mayGo({ state, ledger: [...ledger, letter], settings, now, letter }).go) continue;
            const at = hourIn(timeZone, now);
            expect(at >= hours.from && at < hours.until).toBe(true);
            ledger.push({ ...letter, state: 'sent', at: now });
          }
          const sent = ledger.map(({ at }) => at).toSorted((a, b) => a - b);
          for (const [limit, lengthMs] of [
            [perDay, day],
            [5, 7 * day],
          ] as const)
            for (const [index, at] of sent.entries()) {
              const later = sent[index + limit];
              if (later !== undefined) expect(later - at).toBeGreaterThanOrEqual(lengthMs);
            }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('a letter whose conditions are not met', () => {
  const settings = settingsWith({}, { minCartMinor: 2_000 });
  const situation = { state: stateOf([cartOf(t0)]), ledger: [waiting()], settings, letter: waiting() };

  it('waits and says why, and is looked at again halfway to its end', () => {
    const now = t0 + 2 * hour;
    expect(mayGo({ ...situation, now, facts: facts({ cartMinor: 1_200 }) })).toEqual({
      ...{ go: false, verdict: 'wait', until: t0 + 3 * hour, reason: 'conditions' },
      sentence: 'Waiting: what can be bought of the cart is worth €12, and it is written about from €20 on.',
    });
    expect(mayGo({ ...situation, now, facts: facts({ cartMinor: 2_000 }) })).toEqual({ go: true });
  });

  it('ends with its window, with the same reason', () => {
    expect(mayGo({ ...situation, now: t0 + 4 * hour, facts: facts({ cartMinor: 1_200 }) })).toEqual({
      ...{ go: false, verdict: 'never', reason: 'conditions' },
      sentence: 'Not sent: what can be bought of the cart is worth €12, and it is written about from €20 on.',
    });
  });

  it('is worth a look as soon as the cart that grew is left', () => {
    const held = waiting({ unmet: 1, dueAt: t0 + 3 * hour });
    const state = record(situation.state, cartOf(t0 + 90 * minute, 'p2'), t0 + 90 * minute);
    const { looks } = decide({ state, ledger: [held], settings, now: t0 + 90 * minute });
    expect(looks).toEqual([{ slot, at: t0 + 150 * minute }]);
    expect(decide({ ...situation, ledger: [held], now: t0 + 90 * minute }).looks).toEqual([]);
  });

  it('stands in nobody’s way', () => {
    const view = { id: 'v1', at: t0 - 2 * hour, type: 'view', product: 'p7' } as BeaconEvent;
    const cart = cartOf(t0 - 40 * hour);
    const seen = { ...view, at: t0 - 2 * hour };
    const state = stateOf([cart, seen]);
    const wide = { ...settings.scenarios.abandoned_cart, windowMs: 3 * day };
    const of = { ...settings, scenarios: { ...settings.scenarios, abandoned_cart: wide } };
    const planned = (unmet: number | null) =>
      decide({ state, ledger: [waiting({ unmet })], settings: of, now: t0 }).steps.map((step) => step.scenario);
    expect(planned(null)).toEqual([]);
    expect(planned(1)).toEqual(['viewed_but_not_bought']);
  });

  it.each<[Conditions, Partial<LetterFacts>, boolean]>([
    [{ categoriesIn: ['tents'] }, { categories: [['lamps'], ['tents-2', 'tents']] }, true],
    [{ categoriesIn: ['tents'] }, { categories: [['lamps']] }, false],
    [{ categoriesIn: ['tents'] }, { categories: null }, true],
    [{ categoriesOut: ['lamps'] }, { categories: [['lamps'], ['tents']] }, false],
    [{ categoriesIn: [], categoriesOut: [] }, { categories: [['lamps']] }, true],
    [{ segmentsIn: [1, 2] }, { segments: [2] }, true],
    [{ segmentsIn: [1, 2] }, { segments: [] }, false],
    [{ segmentsOut: [3] }, { segments: [2, 3] }, false],
    [{ segmentsIn: [1], segmentsOut: [3] }, { segments: null }, true],
    [{ minCartMinor: 100 }, { cartMinor: null }, true],
  ])('%o with %o: goes: %s', (conditions, known, goes) => {
    const of = settingsWith({}, conditions);
    expect(mayGo({ ...situation, settings: of, now: t0 + 2 * hour, facts: facts(known) }).go).toBe(goes);
  });
});

describe('the law of where they are', () => {
  const under = (place: Place, consent: Consent = 'none', applies: 'person' | 'agreed' = 'person') =>
    decide({
      state: stateOf([cartOf(t0)], { consent, place }),
      ledger: [],
      settings: settingsWith({ law: { applies, home: 'eu' } }),
      now: t0 + 4 * hour - 1,
    });

  it('lets an address without consent be written to where it is enough, and only where the shop follows it', () => {
    expect(under({ country: 'US' }).steps).toMatchObject([{ kind: 'plan' }]);
    expect(under({ country: 'US' }, 'none', 'agreed').steps).toEqual([]);
    expect(under({ country: 'US' }, 'pending').steps).toEqual([]);
    expect(under({}).steps).toEqual([]);
  });

  it('stands in the sentence', () => {
    expect(under({ country: 'FR' }).waiting).toMatchObject([
      {
        reason: 'no-consent',
        sentence: 'Waiting: this person has not agreed to letters, and European law demands it.',
      },
    ]);
    expect(under({ country: 'CA' }).waiting[0]?.sentence).toBe(
      'Waiting: this person has not agreed to letters, and Canadian law demands that, or an order within two years.',
    );
  });
});

describe('settings that change while people wait', () => {
  const asked = (delayMs: number, now: number, ledger: LedgerEntry[] = []) => {
    const { scenarios } = settingsWith();
    const cart = { ...scenarios.abandoned_cart, delayMs };
    const settings = settingsWith({ scenarios: { ...scenarios, abandoned_cart: cart } });
    return decide({ state: stateOf([cartOf(t0)]), ledger, settings, now });
  };

  it('count from the next look: a longer wait is waited for, a shorter one is over at once', () => {
    expect(asked(hour, t0).wakeAt).toBe(t0 + hour);
    expect(asked(2 * hour, t0 + hour)).toMatchObject({ steps: [], wakeAt: t0 + 2 * hour });
    expect(asked(10 * minute, t0 + 30 * minute).steps).toMatchObject([{ kind: 'plan' }]);
  });

  it('come to one outcome for each of 10,000 who wait, and write to nobody against the new ones', {
    timeout: 60_000,
  }, () => {
    const before = settingsWith();
    const off = { ...before.scenarios.abandoned_cart, on: false };
    const after = settingsWith({ scenarios: { ...before.scenarios, abandoned_cart: off } });
    let planned = 0;
    let stopped = 0;
    for (let person = 0; person < 10_000; person += 1) {
      const state = stateOf([cartOf(t0 - person * 1_000)]);
      const now = t0 + 30 * minute;
      const first = decide({ state, ledger: [], settings: before, now });
      const letter = first.steps[0]?.kind === 'plan' ? waiting() : null;
      if (letter === null) {
        // Not due when the scenario was switched off: at its alarm nothing is planned any more.
        const wakeAt = first.wakeAt ?? now;
        expect(decide({ state, ledger: [], settings: after, now: wakeAt })).toMatchObject({ steps: [], wakeAt: null });
      } else {
        planned += 1;
        const verdict = mayGo({ state, ledger: [letter], settings: after, now: now + minute, letter });
        if (!verdict.go && verdict.reason === 'scenario-off') stopped += 1;
      }
    }
    expect(planned).toBeGreaterThan(4_000);
    expect(stopped).toBe(planned);
  });
});
