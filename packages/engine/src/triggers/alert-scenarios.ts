// The letters about products that somebody wants: back in stock, and cheaper.

import type { AlertKind } from './alerts.ts';
import { alertSlot, boughtAt, livingItems } from './alerts.ts';
import type { About, Ending, ScenarioRow } from './occasion.ts';
import { refusesMarketing, timed } from './occasion.ts';
import type { VisitorState } from './state.ts';

const dayMs = 86_400_000;
/** More products than an alert may have: a revision tells how many of them are left. */
const mostItems = 100;

type Items = ReturnType<typeof livingItems>;

function alertRow(of: {
  code: 'product_available' | 'product_price_decrease';
  kind: AlertKind;
  priority: number;
  because: (count: number) => string;
  about: (items: Items, rev: number) => About;
}): ScenarioRow {
  const { code, kind } = of;
  const alertsIn = (state: VisitorState) =>
    state.alerts.open
      .filter((alert) => alert.kind === kind)
      .map((alert) => ({ alert, slot: alertSlot(alert), items: livingItems(state, alert) }));
  return {
    code,
    priority: of.priority,
    exempt: 'pause',
    refuses: refusesMarketing,
    occasions: (scene) => {
      const { state, timing, now } = scene;
      if (state.person === null) return [];
      return alertsIn(state).flatMap(({ alert, slot, items }) => {
        const { dueAt } = timed(alert.startedAt, timing);
        const { endsAt } = timed(alert.changedAt, timing);
        // What was too late long before somebody was known, or the scenario was on, is history.
        if (items.length === 0 || now >= endsAt + dayMs) return [];
        const isAsked = items.some(({ by }) => by === 'watch');
        return [{ slot, scenario: code, dueAt, endsAt, because: of.because(items.length), isAsked }];
      });
    },
    endings: (state) =>
      alertsIn(state)
        .filter(({ items }) => items.length === 0)
        .map(({ alert, slot }): Ending => {
          const bought = boughtAt(state, alert);
          if (bought !== null) return { slot, scenario: code, reason: 'bought', at: bought, because: 'it was bought' };
          const at = Math.max(alert.changedAt, state.session?.lastAt ?? 0);
          return { slot, scenario: code, reason: 'not-wanted', at, because: 'they had stopped waiting for it' };
        }),
    about: (state, slot) => {
      const known = alertsIn(state).find((one) => one.slot === slot);
      if (!known || known.items.length === 0) return null;
      return of.about(known.items, known.alert.rev * mostItems + known.items.length);
    },
    planned: (because, quiet) => `Planned: ${because} ${quiet} ago.`,
  };
}

export const backInStock = alertRow({
  code: 'product_available',
  kind: 'back-in-stock',
  priority: 30,
  because: (count) => `${count === 1 ? 'a product' : `${count} products`} that they wait for came back in stock`,
  about: (items, rev) => ({ kind: 'back-in-stock', rev, products: items.map(({ product }) => product) }),
});

export const priceDrop = alertRow({
  code: 'product_price_decrease',
  kind: 'price-drop',
  priority: 20,
  because: (count) => `the price of ${count === 1 ? 'a product' : `${count} products`} that they want fell`,
  about: (items, rev) => ({
    kind: 'price-drop',
    rev,
    items: items.flatMap(({ product, from }) => (from === null ? [] : [{ product, from }])),
  }),
});
