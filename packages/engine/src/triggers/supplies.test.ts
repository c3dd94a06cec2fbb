import type { BeaconEvent, PersonId, ScenarioCode } from '@winback/domain';
import { byScenario } from '@winback/domain';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry, NamedSupply, TriggerSettings, VisitorState } from './index.ts';
import { aboutOf, decide, mayGo, newVisitorState, record, suppliesTold, withoutClosed, withPerson } from './index.ts';

const day = 86_400_000;
const t0 = Date.UTC(2026, 5, 1, 12);
const settings: TriggerSettings = {
  timeZone: 'UTC',
  voice: { pauseMs: 0, perDay: 9, perWeek: 9, hours: null },
  scenarios: byScenario((code: ScenarioCode) => ({
    on: code === 'low_on_supply',
    delayMs: 5 * day,
    windowMs: 7 * day,
    holdOutPercent: 0,
  })),
};
const anna = { id: 'anna' as PersonId, consent: 'subscribed' as const };

const supply = (product: string, more: Partial<NamedSupply> = {}): NamedSupply => ({
  ...{ product, name: product, times: 4, last: t0, ownEveryMs: 27 * day, everyMs: 28 * day, runsOutAt: t0 + 28 * day },
  ...more,
});
const coffee = supply('coffee', { name: 'Coffee beans' });
const slot = `low_on_supply:${t0}:coffee`;

const nothing = new Set<string>();
const told = (...list: NamedSupply[]) => suppliesTold(withPerson(newVisitorState(), anna), list, nothing);
const order = (state: VisitorState, product: string, at: number) =>
  record(
    state,
    { id: `o-${at}`, at, type: 'purchase', order: `${at}`, items: [{ product, quantity: 1 }] } as BeaconEvent,
    at,
  );
const decided = (state: VisitorState, now: number, ledger: LedgerEntry[] = []) =>
  decide({ state, ledger, settings, now });
const letter = (of: string, state: LedgerEntry['state'], at: number): LedgerEntry => ({
  ...{ letter: of, slot: of, scenario: 'low_on_supply', state, plannedAt: at, at },
});

describe('a product that runs out', () => {
  it('gets its letter so many days before, and the sentence says how often and when', () => {
    expect(decided(told(coffee), t0 + 10 * day)).toMatchObject({ steps: [], wakeAt: t0 + 23 * day });
    const [step] = decided(told(coffee), t0 + 23 * day).steps;
    expect(step).toMatchObject({ kind: 'plan', slot });
    expect(step?.sentence).toBe('Planned: Coffee beans was bought every 4 weeks or so, last 23 days ago.');
  });

  it.each([
    [{ times: 1, everyMs: 9 * day }, 'Planned: tea was bought 5 days ago, and is bought again after 9 days or so.'],
    [{ ownEveryMs: 88 * day, everyMs: 90 * day }, 'Planned: tea was bought every 3 months or so, last 85 days ago.'],
  ])('is told of in words for any interval: %o', (more, sentence) => {
    const { everyMs } = more;
    const lasted = Math.ceil((everyMs - Math.min(5 * day, everyMs / 2)) / day) * day;
    const [step] = decided(told(supply('tea', { ...more, runsOutAt: t0 + everyMs })), t0 + lasted).steps;
    expect(step?.sentence).toBe(sentence);
  });

  it('is never told of before half of its time has gone by', () => {
    const milk = supply('milk', { everyMs: 6 * day, runsOutAt: t0 + 6 * day });
    expect(decided(told(milk), t0).wakeAt).toBe(t0 + 3 * day);
  });

  it('stands in one letter with what runs out within days of it', () => {
    const state = told(
      coffee,
      supply('tea', { runsOutAt: t0 + 31 * day }),
      supply('oil', { runsOutAt: t0 + 60 * day }),
    );
    expect(decided(state, t0 + 23 * day).steps).toMatchObject([{ kind: 'plan', slot }]);
    expect(aboutOf(state, { slot, scenario: 'low_on_supply' })).toMatchObject({ products: ['coffee', 'tea'] });
  });

  it('is told of once for a purchase, though the books say it again; the next purchase is another one', () => {
    const sent = [letter(slot, 'sent', t0 + 23 * day)];
    const after = withoutClosed(told(coffee, supply('tea', { runsOutAt: t0 + 31 * day })), new Set([slot]));
    const again = suppliesTold(after, [coffee, supply('tea', { runsOutAt: t0 + 31 * day })], nothing);
    expect(decided(again, t0 + 24 * day, sent)).toMatchObject({ steps: [], wakeAt: null });
    const next = suppliesTold(after, [supply('coffee', { last: t0 + 25 * day, runsOutAt: t0 + 53 * day })], nothing);
    expect(decided(next, t0 + 26 * day, sent).wakeAt).toBe(t0 + 48 * day);
  });

  it('needs no letter where it was bought again, of which nobody needs to hear', () => {
    expect(decided(order(told(coffee), 'coffee', t0 + 20 * day), t0 + 23 * day)).toMatchObject({
      steps: [],
      wakeAt: null,
    });
    expect(decided(order(told(coffee), 'tea', t0 + 20 * day), t0 + 23 * day).steps).toMatchObject([{ kind: 'plan' }]);
  });

  it('takes nothing along that runs out about then, where it was told before', () => {
    const tea = supply('tea', { runsOutAt: t0 + 30 * day });
    const state = suppliesTold(told(), [coffee, tea], new Set([slot]));
    const [step] = decided(state, t0 + 26 * day, [letter(slot, 'suppressed', t0 + 23 * day)]).steps;
    expect(step).toMatchObject({ kind: 'plan', slot: `low_on_supply:${t0}:tea` });
  });

  it('ends its planned letter when it is bought, and when the books think better of it', () => {
    const [now, waiting] = [t0 + 24 * day, [letter(slot, 'waiting', t0 + 23 * day)]];
    const bought = order(told(coffee), 'coffee', now);
    expect(decided(bought, now, waiting).steps).toMatchObject([{ kind: 'close', slot, reason: 'bought' }]);
    const unlikely = suppliesTold(told(coffee), [], nothing);
    const { steps } = decided(unlikely, now, waiting);
    expect(steps).toMatchObject([{ kind: 'close', slot, reason: 'unlikely' }]);
    expect(steps[0]?.sentence).toMatch(/^Not sent: by what the shop has learnt since, .* again soon\.$/);
  });

  it('lets its letter wait where the books now think that it lasts longer', () => {
    const [now, waiting] = [t0 + 23 * day, letter(slot, 'waiting', t0 + 23 * day)];
    const later = suppliesTold(told(coffee), [{ ...coffee, runsOutAt: t0 + 38 * day }], nothing);
    const verdict = mayGo({ state: later, ledger: [waiting], settings, now, letter: waiting });
    expect(verdict).toMatchObject({ go: false, verdict: 'wait', until: t0 + 33 * day });
    expect(verdict).toMatchObject({ sentence: expect.stringContaining('what was bought lasts for a while yet') });
  });

  it('is history where it ran out long before anybody could write', () => {
    expect(decided(told(coffee), t0 + 60 * day)).toMatchObject({ steps: [], wakeAt: null });
  });

  it('concerns nobody while nobody is known', () => {
    expect(decided(suppliesTold(newVisitorState(), [coffee], nothing), t0 + 23 * day)).toMatchObject({
      steps: [],
      wakeAt: null,
    });
  });
});
