import type { BeaconEvent, PersonId, ScenarioCode } from '@winback/domain';
import { byScenario, usualScenario } from '@winback/domain';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry, Situation, TriggerSettings, VisitorState } from './index.ts';
import {
  aboutOf,
  absorb,
  decide,
  mayGo,
  newVisitorState,
  orderPlaced,
  record,
  withoutClosed,
  withPerson,
} from './index.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const t0 = Date.UTC(2026, 5, 1, 12);
const anna = { id: 'anna' as PersonId, consent: 'subscribed' as const };

const settings: TriggerSettings = {
  timeZone: 'Europe/Berlin',
  voice: { pauseMs: day, perDay: 1, perWeek: 3, hours: null },
  scenarios: byScenario((code) => ({ ...usualScenario(code, 'en'), on: true, holdOutPercent: 0 })),
};
const only = (...codes: ScenarioCode[]): TriggerSettings => ({
  ...settings,
  scenarios: byScenario((code) => ({ ...settings.scenarios[code], on: codes.includes(code) })),
});

const eventOf = (type: BeaconEvent['type'], at: number, more: object) =>
  ({ id: `${type}-${at}`, at, type, ...more }) as BeaconEvent;
const view = (at: number, product = 'p1') => eventOf('view', at, { product });
const category = (at: number, id = 'tents') => eventOf('category', at, { category: id });
const search = (at: number, query = 'tent') => eventOf('search', at, { query });
const cart = (at: number, product = 'p1') => eventOf('cart', at, { change: 'add', items: [{ product, quantity: 1 }] });
const buy = (at: number, order = '1') => eventOf('purchase', at, { order, items: [{ product: 'p1', quantity: 1 }] });

const lived = (events: BeaconEvent[], from = withPerson(newVisitorState(), anna)) =>
  events.reduce((sum, one) => record(sum, one, one.at), from);
const at = (state: VisitorState, now: number, more: Partial<Situation> = {}) =>
  decide({ state, ledger: [], settings, now, ...more });
const entry = (slot: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...{ letter: 'l1', slot, scenario: slot.split(':')[0] as ScenarioCode },
  ...{ state: 'waiting', plannedAt: t0, at: t0 },
  ...more,
});
const planned = (state: VisitorState, now: number, more: Partial<Situation> = {}) =>
  at(state, now, more).steps.flatMap((step) => (step.kind === 'plan' ? step.slot : []));

describe('an abandoned view', () => {
  it('is planned a day after the last product was looked at, and shows them newest first', () => {
    const state = lived([view(t0), view(t0 + hour, 'p2'), view(t0 + 2 * hour)]);
    expect(at(state, t0 + day).wakeAt).toBe(t0 + 2 * hour + day);
    const [step] = at(state, t0 + 2 * hour + day).steps;
    expect(step).toMatchObject({ kind: 'plan', slot: `viewed_but_not_bought:view-${t0}` });
    expect(step?.sentence).toBe('Planned: 2 products were looked at 24 hours ago, and nothing came of it.');
    expect(aboutOf(state, entry(`viewed_but_not_bought:view-${t0}`))).toEqual({
      kind: 'products',
      rev: 3,
      products: ['p1', 'p2'],
    });
  });

  it('is over when something goes into the cart, or is bought', () => {
    const slot = `viewed_but_not_bought:view-${t0}`;
    const carted = lived([view(t0), cart(t0 + hour)]);
    expect(at(carted, t0 + hour).steps).toMatchObject([{ kind: 'close', slot, reason: 'in-cart' }]);
    const bought = lived([view(t0), buy(t0 + hour)]);
    expect(at(bought, t0 + hour).steps).toMatchObject([{ kind: 'close', slot, reason: 'bought' }]);
    const letter = entry(slot);
    const verdict = mayGo({ state: bought, ledger: [letter], settings, now: t0 + 2 * day, letter });
    expect(verdict).toMatchObject({ go: false, verdict: 'never', reason: 'bought' });
  });

  it('does not begin within a week of an order, nor while a cart is young', () => {
    expect(
      planned(lived([buy(t0), view(t0 + 6 * day)]), t0 + 7 * day, { settings: only('viewed_but_not_bought') }),
    ).toEqual([]);
    expect(
      planned(lived([buy(t0), view(t0 + 8 * day)]), t0 + 9 * day, { settings: only('viewed_but_not_bought') }),
    ).toHaveLength(1);
    expect(lived([cart(t0), view(t0 + hour)]).interests.open).toEqual({});
  });

  it('is nobody’s while nobody is known, and leaves no trace', () => {
    const state = lived([view(t0), search(t0), cart(t0 + hour)], newVisitorState());
    expect(at(state, t0 + hour, { settings: only('viewed_but_not_bought', 'abandoned_search') })).toEqual({
      steps: [],
      waiting: [],
      wakeAt: null,
      looks: [],
    });
  });

  it('comes home with the browser, under the name that the person’s own had', () => {
    const home = lived([view(t0)]);
    const device = lived([view(t0 + hour, 'p9')], newVisitorState());
    const { open } = absorb(home, device, t0 + 2 * hour).interests;
    expect(open.view).toMatchObject({ id: `view-${t0}`, what: ['p9', 'p1'], changedAt: t0 + hour });
  });

  it('begins anew once its letter is settled', () => {
    const slots = new Set([`viewed_but_not_bought:view-${t0}`]);
    const state = withoutClosed(lived([view(t0)]), slots);
    expect(lived([view(t0 + 3 * day, 'p5')], state).interests.open.view).toMatchObject({ what: ['p5'], rev: 1 });
  });
});

describe('an abandoned category and an abandoned search', () => {
  it('are planned an hour later, the category first', () => {
    const state = lived([category(t0), search(t0)]);
    const { steps, waiting } = at(state, t0 + hour, { settings: only('abandoned_category', 'abandoned_search') });
    expect(steps).toMatchObject([{ kind: 'plan', scenario: 'abandoned_category' }]);
    expect(waiting).toMatchObject([{ slot: `abandoned_search:search-${t0}`, reason: 'lost-to-another' }]);
  });

  it('say what they are about', () => {
    const state = lived([category(t0), search(t0), search(t0 + minute, 'mug')]);
    expect(aboutOf(state, entry(`abandoned_category:category-${t0}`))).toMatchObject({ categories: ['tents'] });
    expect(aboutOf(state, entry(`abandoned_search:search-${t0}`))).toMatchObject({ query: 'mug', rev: 2 });
  });
});

describe('a follow-up to a cart', () => {
  const first = entry(`abandoned_cart:cart-${t0}`, { state: 'sent', at: t0 + hour });
  const slot = `second_abandoned_cart:cart-${t0}`;

  it('comes a day after the first letter, in spite of the pause', () => {
    const paused = { ...settings, voice: { ...settings.voice, pauseMs: 3 * day } };
    expect(planned(lived([cart(t0)]), t0 + hour + day, { ledger: [first], settings: paused })).toEqual([slot]);
    expect(planned(lived([cart(t0)]), t0 + day, { ledger: [first] })).toEqual([]);
  });

  it('needs a first letter that was sent', () => {
    for (const state of ['suppressed', 'failed', 'unknown'] as const)
      expect(planned(lived([cart(t0)]), t0 + hour + day, { ledger: [{ ...first, state }] })).toEqual([]);
  });

  it('is stopped by an order, and by a visit that the first letter led to', () => {
    const ledger = [first, entry(slot)];
    const bought = at(lived([cart(t0), buy(t0 + 20 * hour)]), t0 + 26 * hour, { ledger });
    expect(bought.steps).toContainEqual(expect.objectContaining({ kind: 'close', slot, reason: 'bought' }));
    const visit = { idleMs: 2 * hour, letterTo: anna.id };
    const back = record(lived([cart(t0)]), view(t0 + 26 * hour), t0 + 26 * hour, visit);
    expect(at(back, t0 + 26 * hour, { ledger }).steps).toContainEqual(
      expect.objectContaining({ kind: 'close', slot, reason: 'came-back' }),
    );
    expect(planned(back, t0 + 27 * hour, { ledger: [first] })).not.toContain(slot);
  });
});

describe('thanks for an order', () => {
  it('come a week after it, before a cart’s letter', () => {
    const state = lived([buy(t0), cart(t0 + 7 * day - hour, 'p7')]);
    const { steps } = at(state, t0 + 7 * day);
    expect(steps).toMatchObject([{ kind: 'plan', slot: 'recently_purchased:1' }]);
    expect(aboutOf(state, entry('recently_purchased:1'))).toMatchObject({ order: '1', products: ['p1'] });
  });

  it('are not said for an order that was told of long after', () => {
    const state = orderPlaced(lived([]), { id: 'old', at: t0 - 60 * day, products: ['p1'] });
    expect(at(state, t0, { settings: only('recently_purchased') })).toMatchObject({ steps: [], wakeAt: null });
  });
});

describe('the most interesting of a month', () => {
  it('is planned after thirty days without a sign of life', () => {
    const state = lived([view(t0)]);
    const month = only('retention');
    expect(at(state, t0 + day, { settings: month }).wakeAt).toBe(t0 + 30 * day);
    expect(planned(state, t0 + 30 * day, { settings: month })).toEqual([`retention:${t0}`]);
  });

  it('is stopped by any', () => {
    const slot = `retention:${t0}`;
    const state = lived([view(t0), view(t0 + 31 * day)]);
    expect(at(state, t0 + 31 * day, { ledger: [entry(slot)], settings: only('retention') }).steps).toMatchObject([
      { kind: 'close', slot, reason: 'came-back' },
    ]);
  });
});

describe('the share that is held out', () => {
  const held = (percent: number, people: number) =>
    Array.from({ length: people }, (_, n) => {
      const scenarios = byScenario((code) => ({ ...settings.scenarios[code], holdOutPercent: percent }));
      const state = withPerson(lived([view(t0)], newVisitorState()), { ...anna, id: `person-${n}` as PersonId });
      const { steps } = at(state, t0 + day, { settings: { ...settings, scenarios } });
      return steps.some((step) => step.kind === 'close' && step.reason === 'hold-out');
    });

  it('is as large as it should be, and the same people again', () => {
    const five = held(5, 2_000).filter(Boolean).length;
    expect(five).toBeGreaterThan(60);
    expect(five).toBeLessThan(140);
    expect(held(5, 300)).toEqual(held(5, 300));
    expect(held(0, 300)).not.toContain(true);
  });

  it('loses nobody when it grows', () => {
    const [small, large] = [held(5, 1_000), held(20, 1_000)];
    for (const [n, isHeld] of small.entries()) if (isHeld) expect(large[n]).toBe(true);
  });
});

describe('what led somebody here first', () => {
  const came = (kind: 'letter' | 'campaign') => ({ idleMs: 30 * minute, source: { kind } });
  const seen = (at: number, visit?: Parameters<typeof record>[3]) => record(newVisitorState(), view(at), at, visit);

  it('is never a letter to who was here before', () => {
    const back = record(seen(t0), view(t0 + day), t0 + day, came('letter'));
    expect(back.firstSource).toBeNull();
    expect(record(back, view(t0 + 2 * day), t0 + 2 * day, came('campaign')).firstSource).toMatchObject({
      kind: 'campaign',
    });
    expect(absorb(seen(t0), seen(t0 + day, came('letter')), t0 + day).firstSource).toBeNull();
  });

  it('is a letter where nothing was heard of them before it', () => {
    const first = seen(t0, came('letter'));
    expect(first.firstSource).toEqual({ kind: 'letter', at: t0 });
    expect(absorb(newVisitorState(), first, t0).firstSource).toEqual({ kind: 'letter', at: t0 });
  });
});
