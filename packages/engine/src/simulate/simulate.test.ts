import type { BeaconEvent, Consent, PersonId } from '@winback/domain';
import { byScenario } from '@winback/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry, TriggerSettings, VisitorState } from '../triggers/index.ts';
import { decide, mayGo, newVisitorState, record, withoutClosed, withPerson } from '../triggers/index.ts';
import type { Happened } from './index.ts';
import { newSimulation } from './index.ts';
import { ledgerWith } from './ledger.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const t0 = Date.UTC(2026, 2, 28, 18);

const settings: TriggerSettings = {
  timeZone: 'Europe/Berlin',
  voice: { pauseMs: 0, perDay: 1, perWeek: 3, hours: null },
  scenarios: {
    ...byScenario(() => ({ on: false, delayMs: 0, windowMs: hour })),
    abandoned_cart: { on: true, delayMs: hour, windowMs: 4 * hour },
    viewed_but_not_bought: { on: true, delayMs: hour, windowMs: 4 * hour },
  },
};
const simulated = (happened: readonly Happened[], of = settings, consent: Consent = 'subscribed') => {
  const simulation = newSimulation({ settings: of, consent, sampleSize: 3 });
  for (const one of happened) simulation.take(one);
  simulation.runTo((happened.at(-1)?.at ?? t0) + 60 * day);
  return simulation;
};
const happened = (person: string, at: number, fields: object): Happened => ({
  person,
  at,
  event: { id: `${person}-${at}`, at, ...fields } as BeaconEvent,
});
const cart = (person: string, at: number) =>
  happened(person, at, { type: 'cart', change: 'add', items: [{ product: 'p1', quantity: 1 }] });

describe('a simulation', () => {
  it('sends a letter when its time comes, and tells why others got none', () => {
    const buys = happened('ben', t0 + minute, {
      type: 'purchase',
      order: '1',
      items: [{ product: 'p1', quantity: 1 }],
    });
    const simulation = simulated([cart('anna', t0), cart('ben', t0), buys]);
    expect(simulation.totals()).toMatchObject({
      ...{ events: 3, people: 2, reached: 1, collisions: 0, blocked: { bought: 1 } },
      letters: { abandoned_cart: 1 },
      occasions: { abandoned_cart: 2 },
    });
    expect(simulation.sample()).toEqual([
      {
        person: 'ben',
        told: [
          { at: t0 + minute, slot: `abandoned_cart:ben-${t0}`, sentence: 'Not sent: the cart was bought at 19:01.' },
        ],
      },
      {
        person: 'anna',
        told: [
          {
            at: t0 + hour,
            slot: `abandoned_cart:anna-${t0}`,
            sentence: 'Planned: 1 product lay in the cart for 1 hour and nothing was bought.',
          },
          { at: t0 + hour, slot: `abandoned_cart:anna-${t0}`, sentence: 'Sent.' },
        ],
      },
    ]);
  });

  it('counts an occasion that had to wait for another letter', () => {
    const both = {
      ...settings,
      scenarios: { ...settings.scenarios, abandoned_search: settings.scenarios.abandoned_cart },
    };
    const looks = [
      happened('anna', t0, { type: 'search', query: 'tent' }),
      happened('anna', t0 + 1, { type: 'view', product: 'p1' }),
    ];
    const late = {
      ...both,
      scenarios: { ...both.scenarios, abandoned_search: { on: true, delayMs: hour + 1, windowMs: day / 2 } },
    };
    expect(simulated(looks, late).totals()).toMatchObject({ collisions: 1, blocked: { cap: 1 } });
  });

  it('wakes nobody before it is time', () => {
    const { decisions } = simulated([cart('anna', t0)]).totals();
    // Once for the event; then planned, sent, and nothing left.
    expect(decisions).toBeLessThanOrEqual(4);
  });

  it('takes a ticked box for consent, and never turns an unsubscribe back', () => {
    const agrees = happened('anna', t0 + 1, {
      type: 'identify',
      email: 'anna@example.com',
      consent: true,
      source: 'site',
    });
    const lettersTo = (consent: Consent) => simulated([cart('anna', t0), agrees], settings, consent).totals().reached;
    expect([lettersTo('none'), lettersTo('pending'), lettersTo('unsubscribed')]).toEqual([1, 1, 0]);
  });

  it('refuses events that are not sorted', () => {
    expect(() => simulated([cart('anna', t0), cart('ben', t0 - 1)])).toThrow('sort the events by time');
  });
});

describe('what is kept of a person’s letters', () => {
  const entry = (slot: string, at: number): LedgerEntry => ({
    ...{ letter: slot, slot, scenario: 'abandoned_cart', state: 'sent' },
    ...{ plannedAt: at, at },
  });

  it('is bounded by time and by number', () => {
    const kept = (everyMs: number) =>
      Array.from({ length: 2_000 }, (_, n) => entry(`abandoned_cart:${n}`, t0 + n * everyMs)).reduce<LedgerEntry[]>(
        (ledger, one) => ledgerWith(ledger, one, null),
        [],
      ).length;
    expect(kept(day)).toBe(91);
    expect(kept(minute)).toBe(501);
  });

  it('is always the letter about the cart that is still open', () => {
    const first = entry('abandoned_cart:open', t0);
    expect(ledgerWith([first], entry('abandoned_cart:other', t0 + 200 * day), 'open')).toContain(first);
    expect(ledgerWith([first], entry('abandoned_cart:other', t0 + 200 * day), null)).not.toContain(first);
  });
});

/** One person's life by hand: the clock goes from one `wakeAt` to the next. */
function byHand(events: readonly Happened[], of: TriggerSettings, consent: Consent, until: number): string[] {
  let state: VisitorState = withPerson(newVisitorState(), { id: (events[0]?.person ?? '') as PersonId, consent });
  let ledger: LedgerEntry[] = [];
  let wakeAt: number | null = null;
  const told: string[] = [];
  const write = (entry: LedgerEntry) => {
    ledger = [...ledger.filter((one) => one.slot !== entry.slot), entry];
  };
  const look = (now: number) => {
    for (let before = -1; before !== told.length; ) {
      before = told.length;
      const decision = decide({ state, ledger, settings: of, now });
      wakeAt = decision.wakeAt;
      for (const { kind, slot, scenario, sentence } of decision.steps) {
        write({
          letter: slot,
          slot,
          scenario,
          state: kind === 'plan' ? 'waiting' : 'suppressed',
          plannedAt: now,
          at: now,
        });
        told.push(`${now} ${slot} ${sentence}`);
      }
      for (const letter of ledger.filter((entry) => entry.state === 'waiting')) {
        const verdict = mayGo({ state, ledger, settings: of, now, letter });
        if (!verdict.go && verdict.verdict === 'wait') continue;
        write({ ...letter, state: verdict.go ? 'sent' : 'suppressed', at: now });
        told.push(`${now} ${letter.slot} ${verdict.go ? 'Sent.' : verdict.sentence}`);
      }
      state = withoutClosed(state, new Set(ledger.filter((one) => one.state !== 'waiting').map(({ slot }) => slot)));
    }
  };
  for (const { event, at } of events) {
    while (wakeAt !== null && wakeAt < at) look(wakeAt);
    state = record(state, event, at);
    look(at);
  }
  while (wakeAt !== null && wakeAt <= until) look(wakeAt);
  return told;
}

const fields = fc.oneof(
  fc.constant({ type: 'view', product: 'p1' }),
  fc.constant({ type: 'search', query: 'tent' }),
  fc.constant({ type: 'category', category: 'c1' }),
  fc.constantFrom('1', '2', '3').map((order) => ({ type: 'purchase', order, items: [{ product: 'p1', quantity: 1 }] })),
  fc
    .constantFrom('full', 'add', 'remove')
    .map((change) => ({ type: 'cart', change, items: [{ product: 'p1', quantity: 1 }] })),
);
const stream = fc.array(
  fc.record({ person: fc.constantFrom('anna', 'ben', 'cleo'), fields, waitMs: fc.integer({ min: 0, max: 12 * hour }) }),
  { maxLength: 40, size: 'max' },
);
const anySettings: fc.Arbitrary<TriggerSettings> = fc.record({
  timeZone: fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu'),
  voice: fc.record({
    pauseMs: fc.constantFrom(0, hour, day),
    perDay: fc.integer({ min: 1, max: 3 }),
    perWeek: fc.integer({ min: 1, max: 5 }),
    hours: fc.constantFrom(null, { from: 9, until: 20 }),
  }),
  scenarios: fc.record(
    byScenario(() =>
      fc.record({
        on: fc.boolean(),
        delayMs: fc.constantFrom(0, hour, day),
        windowMs: fc.constantFrom(hour, 4 * hour, 3 * day),
        holdOutPercent: fc.constantFrom(0, 50),
      }),
    ),
  ),
});

describe('any stream of several people', () => {
  it('comes to the same as deciding for each of them by hand', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(stream, anySettings, fc.constantFrom<Consent>('subscribed', 'none'), (acts, of, consent) => {
        let at = t0;
        const events = acts.map((act, serial) => {
          at += act.waitMs;
          return { person: act.person, at, event: { id: `event-${serial}`, at, ...act.fields } as BeaconEvent };
        });
        const simulation = simulated(events, of, consent);
        const people = [...new Set<string>(events.map(({ person }) => person))];
        const hand = people.map((person) =>
          byHand(
            events.filter((one) => one.person === person),
            of,
            consent,
            at + 60 * day,
          ),
        );
        const told = hand.flat();
        const { letters, occasions, blocked } = simulation.totals();
        const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, count) => all + count, 0);
        expect(sum(letters)).toBe(told.filter((line) => line.endsWith(' Sent.')).length);
        expect(sum(occasions)).toBe(sum(letters) + sum(blocked));
        for (const { person, told: lines } of simulation.sample())
          expect(lines.map((line) => `${line.at} ${line.slot} ${line.sentence}`)).toEqual(
            hand[people.indexOf(person)]?.slice(0, 20),
          );
        expect(simulated(events, of, consent).totals()).toEqual(simulation.totals());
      }),
      { numRuns: 200 },
    );
  });
});
