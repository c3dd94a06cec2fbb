import type { BeaconEvent, Consent, PersonId } from '@winback/domain';
import { byScenario } from '@winback/domain';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry, Situation, TriggerSettings } from './index.ts';
import { consentHeard, decide, mayGo, newVisitorState, record, withPerson } from './index.ts';

const minute = 60_000;
const hour = 60 * minute;
const t0 = Date.UTC(2026, 10, 23, 12);

const settings: TriggerSettings = {
  timeZone: 'Europe/Berlin',
  voice: { pauseMs: 24 * hour, perDay: 1, perWeek: 3, hours: null },
  scenarios: {
    ...byScenario(() => ({ on: false, delayMs: 0, windowMs: hour })),
    abandoned_cart: { on: true, delayMs: hour, windowMs: 4 * hour },
    double_opt_in: { on: true, delayMs: 0, windowMs: 7 * 24 * hour },
  },
};

function event(type: BeaconEvent['type'], at: number, more: object = {}): BeaconEvent {
  const defaults: Record<string, object> = {
    cart: {
      change: 'full',
      items: [
        { product: 'p1', quantity: 1 },
        { product: 'p2', quantity: 2 },
      ],
    },
    purchase: { order: '1001', items: [{ product: 'p1', quantity: 1 }] },
    view: { product: 'p1' },
  };
  return { id: `${type}-${at}`, at, type, ...defaults[type], ...more } as BeaconEvent;
}

function stateAfter(events: BeaconEvent[], consent: Consent | 'anonymous' = 'subscribed') {
  const state = events.reduce((sum, one) => record(sum, one, one.at), newVisitorState());
  return consent === 'anonymous' ? state : withPerson(state, { id: 'anna' as PersonId, consent });
}

function situation(more: Partial<Situation> = {}): Situation {
  return { state: stateAfter([event('cart', t0)]), ledger: [], settings, now: t0 + hour, ...more };
}

const slot = `abandoned_cart:cart-${t0}`;
function entry(more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    letter: 'l1',
    slot,
    scenario: 'abandoned_cart',
    state: 'waiting',
    plannedAt: t0 + hour,
    at: t0 + hour,
    ...more,
  };
}

describe('an abandoned cart', () => {
  it('is planned when it was quiet for the delay, and says so', () => {
    expect(decide(situation()).steps).toEqual([
      {
        kind: 'plan',
        slot,
        scenario: 'abandoned_cart',
        sentence: 'Planned: 2 products lay in the cart for 1 hour and nothing was bought.',
      },
    ]);
  });

  it('waits until the delay is over', () => {
    const { steps, wakeAt, waiting } = decide(situation({ now: t0 + minute }));
    expect(steps).toEqual([]);
    expect(wakeAt).toBe(t0 + hour);
    expect(waiting[0]?.sentence).toBe('Waiting until 14:00: the shopper may still be choosing.');
  });

  it('starts its delay anew when the cart changes', () => {
    const state = stateAfter([
      event('cart', t0),
      event('cart', t0 + 30 * minute, { change: 'add', items: [{ product: 'p3', quantity: 1 }] }),
    ]);
    expect(decide(situation({ state })).wakeAt).toBe(t0 + 90 * minute);
  });

  it('is still planned when the alarm rings late but inside of the window', () => {
    expect(decide(situation({ now: t0 + 3 * hour })).steps[0]?.kind).toBe('plan');
  });

  it.each([
    ['too late', 'too-late', {}, 'subscribed'],
    ['nobody knows the address', 'no-address', {}, 'anonymous'],
    ['there is no consent', 'no-consent', {}, 'none'],
    ['it is not confirmed', 'not-confirmed', {}, 'pending'],
  ] as const)('is closed at the end of its window when it is %s', (_words, reason, more, consent) => {
    const state = stateAfter([event('cart', t0)], consent);
    expect(decide(situation({ state, now: t0 + 4 * hour, ...more })).steps).toMatchObject([{ kind: 'close', reason }]);
  });

  it('waits for an address until its window ends', () => {
    const { steps, wakeAt } = decide(situation({ state: stateAfter([event('cart', t0)], 'anonymous') }));
    expect(steps).toEqual([]);
    expect(wakeAt).toBe(t0 + 4 * hour);
  });

  it('is nothing at all while the scenario is off', () => {
    const off = {
      ...settings,
      scenarios: { ...settings.scenarios, abandoned_cart: { ...settings.scenarios.abandoned_cart, on: false } },
    };
    expect(decide(situation({ settings: off }))).toEqual({ steps: [], waiting: [], wakeAt: null, looks: [] });
  });

  it('ends when it is bought, with the time of day in the shop', () => {
    const state = stateAfter([event('cart', t0), event('purchase', t0 + 5 * minute)]);
    expect(decide(situation({ state })).steps).toEqual([
      {
        kind: 'close',
        slot,
        scenario: 'abandoned_cart',
        reason: 'bought',
        sentence: 'Not sent: the cart was bought at 13:05.',
      },
    ]);
  });

  it('ends when it is emptied', () => {
    const state = stateAfter([event('cart', t0), event('cart', t0 + minute, { items: [] })]);
    expect(decide(situation({ state })).steps).toMatchObject([{ kind: 'close', reason: 'cart-emptied' }]);
  });

  it('leaves no trace when a browser that nobody knows buys it', () => {
    const state = stateAfter([event('cart', t0), event('purchase', t0 + minute)], 'anonymous');
    expect(decide(situation({ state })).steps).toEqual([]);
  });

  it('stops its waiting letter when the person unsubscribes', () => {
    const state = stateAfter([event('cart', t0)], 'unsubscribed');
    expect(decide(situation({ state, ledger: [entry()] })).steps).toMatchObject([
      { kind: 'close', reason: 'unsubscribed' },
    ]);
  });

  it.each(['sending', 'sent', 'unknown', 'failed', 'suppressed'] as const)(
    'never gets a second letter once one is %s',
    (state) => {
      expect(decide(situation({ ledger: [entry({ state })] })).steps).toEqual([]);
    },
  );
});

describe('one voice', () => {
  const heard = entry({ slot: 'abandoned_cart:older', state: 'sent', at: t0 - 22 * hour });

  it('waits until the pause is over when that is inside of the window', () => {
    const voice = { ...settings.voice, pauseMs: 24 * hour };
    const answer = decide(situation({ ledger: [heard], settings: { ...settings, voice } }));
    expect(answer.wakeAt).toBe(t0 + 2 * hour);
    expect(answer.waiting[0]).toMatchObject({
      reason: 'pause',
      sentence: 'Waiting until 15:00: the pause after the last letter is not over.',
    });
  });

  it('closes with the reason when the pause outlasts the window', () => {
    const ledger = [{ ...heard, at: t0 }];
    expect(decide(situation({ ledger })).steps).toMatchObject([{ kind: 'close', reason: 'pause' }]);
  });

  it('counts letters of the last seven days for the cap of the week', () => {
    const voice = { ...settings.voice, pauseMs: 0, perDay: 9, perWeek: 2 };
    const ledger = [2, 5].map((days) =>
      entry({ slot: `abandoned_cart:${days}`, state: 'sent', at: t0 - days * 24 * hour }),
    );
    expect(decide(situation({ ledger, settings: { ...settings, voice } })).steps).toMatchObject([
      { kind: 'close', reason: 'cap' },
    ]);
  });

  it('waits for the morning in the shop’s own time zone', () => {
    const voice = { ...settings.voice, hours: { from: 9, until: 20 } };
    const scenarios = { ...settings.scenarios, abandoned_cart: { on: true, delayMs: hour, windowMs: 24 * hour } };
    const evening = Date.UTC(2026, 10, 23, 21);
    const state = stateAfter([event('cart', evening)]);
    const answer = decide({ state, ledger: [], settings: { ...settings, voice, scenarios }, now: evening + hour });
    expect(answer.wakeAt).toBe(Date.UTC(2026, 10, 24, 8));
  });

  it('keeps quiet hours over the night in which the clocks go back', () => {
    const voice = { ...settings.voice, hours: { from: 9, until: 20 } };
    const scenarios = { ...settings.scenarios, abandoned_cart: { on: true, delayMs: hour, windowMs: 24 * hour } };
    const night = Date.UTC(2026, 9, 24, 20);
    const state = stateAfter([event('cart', night)]);
    expect(decide({ state, ledger: [], settings: { ...settings, voice, scenarios }, now: night + hour }).wakeAt).toBe(
      Date.UTC(2026, 9, 25, 8),
    );
  });
});

describe('a shop that is closed', () => {
  const closed = { ...settings, standing: { open: false, since: t0 + minute } };
  const opened = { ...settings, standing: { open: true, since: t0 + minute } };

  it('writes to nobody, and says so when it is too late', () => {
    expect(decide(situation({ settings: closed }))).toMatchObject({
      steps: [],
      waiting: [{ until: t0 + 4 * hour, reason: 'shop-closed' }],
    });
    expect(decide(situation({ settings: closed, now: t0 + 4 * hour })).steps).toMatchObject([
      { kind: 'close', reason: 'shop-closed' },
    ]);
  });

  it('stops a letter that is about to leave', () => {
    const letter = entry();
    expect(mayGo({ ...situation({ settings: closed, ledger: [letter] }), letter })).toMatchObject({
      verdict: 'never',
      reason: 'shop-closed',
    });
  });

  it('does not write about what happened before it was opened again, and does about what happens then', () => {
    expect(decide(situation({ settings: opened })).steps).toEqual([]);
    const state = stateAfter([
      event('cart', t0),
      event('cart', t0 + 2 * minute, { items: [{ product: 'p9', quantity: 1 }] }),
    ]);
    expect(decide(situation({ state, settings: opened, now: t0 + 2 * hour })).steps).toMatchObject([{ kind: 'plan' }]);
  });
});

describe('a request to confirm', () => {
  const asked = (more: Partial<Situation> = {}) => {
    const ask = { id: 'event-1', at: t0, source: 'popup' };
    const person = { id: 'anna' as PersonId, consent: 'pending' as const };
    return situation({ state: consentHeard(newVisitorState(), { person, ask }, t0), now: t0, ...more });
  };
  const off = {
    ...settings,
    scenarios: { ...settings.scenarios, double_opt_in: { ...settings.scenarios.double_opt_in, on: false } },
  };

  it('is planned at once', () => {
    expect(decide(asked()).steps).toMatchObject([{ kind: 'plan', slot: 'double_opt_in:event-1' }]);
  });

  it('that finds its scenario off is looked at once more, for the rule may have been changed just now', () => {
    expect(decide(asked({ settings: off }))).toEqual({ steps: [], waiting: [], wakeAt: t0 + 30_000, looks: [] });
    expect(decide(asked({ settings: off, now: t0 + 30_000 })).wakeAt).toBeNull();
  });

  it.each([
    ['subscribed', 'confirmed'],
    ['unsubscribed', 'unsubscribed'],
  ] as const)('is closed when the person is %s before the letter left', (consent, reason) => {
    const person = { id: 'anna' as PersonId, consent };
    const { state } = asked();
    const letter = entry({ slot: 'double_opt_in:event-1', scenario: 'double_opt_in' });
    const now = t0 + minute;
    const heard = { ...asked({ state: consentHeard(state, { person }, now), now }), ledger: [letter] };
    expect(decide(heard).steps).toMatchObject([{ kind: 'close', reason }]);
    expect(mayGo({ ...heard, letter })).toMatchObject({ verdict: 'never', reason });
  });

  it('is over after seven days', () => {
    expect(decide(asked({ now: t0 + 7 * 24 * hour })).steps).toMatchObject([{ kind: 'close', reason: 'too-late' }]);
  });
});

describe('a letter that is about to leave', () => {
  it('goes when nothing changed', () => {
    expect(mayGo({ ...situation(), ledger: [entry()], letter: entry() })).toEqual({ go: true });
  });

  it.each([
    ['bought', stateAfter([event('cart', t0), event('purchase', t0 + hour)])],
    ['cart-emptied', stateAfter([event('cart', t0), event('cart', t0 + hour, { items: [] })])],
    ['unsubscribed', stateAfter([event('cart', t0)], 'unsubscribed')],
    ['no-consent', stateAfter([event('cart', t0)], 'none')],
    ['not-confirmed', stateAfter([event('cart', t0)], 'pending')],
  ])('never goes when its cart or person says %s', (reason, state) => {
    expect(mayGo({ ...situation({ state }), ledger: [entry()], letter: entry() })).toMatchObject({
      go: false,
      verdict: 'never',
      reason,
    });
  });

  it('waits again when the shopper came back to the cart', () => {
    const state = stateAfter([
      event('cart', t0),
      event('cart', t0 + hour, { change: 'add', items: [{ product: 'p3', quantity: 1 }] }),
    ]);
    expect(mayGo({ ...situation({ state }), ledger: [entry()], letter: entry() })).toMatchObject({
      verdict: 'wait',
      until: t0 + 2 * hour,
    });
  });

  it('never goes when the scenario was switched off meanwhile', () => {
    const off = {
      ...settings,
      scenarios: { ...settings.scenarios, abandoned_cart: { ...settings.scenarios.abandoned_cart, on: false } },
    };
    expect(mayGo({ ...situation({ settings: off }), ledger: [entry()], letter: entry() })).toMatchObject({
      reason: 'scenario-off',
    });
  });
});
