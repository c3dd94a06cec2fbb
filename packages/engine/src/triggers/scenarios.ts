// The scenarios as one table of data. A row says what an occasion is and when it is over; everything else, from quiet
// hours to explanations, is the same for all of them.
import type { ScenarioCode } from '@winback/domain';
import { backInStock, priceDrop } from './alert-scenarios.ts';
import type { InterestKind } from './interests.ts';
import { interestSlot } from './interests.ts';
import type { Ending, LedgerEntry, ScenarioRow } from './occasion.ts';
import { countOf, refusesMarketing, timed } from './occasion.ts';
import { askSlot } from './person.ts';
import { lastLed } from './session.ts';
import type { VisitorState } from './state.ts';
import { cartSlot } from './state.ts';
import { regularPurchase } from './supply-scenario.ts';

const cartEndings = {
  bought: { reason: 'bought', because: 'the cart was bought' },
  'cart-emptied': { reason: 'cart-emptied', because: 'the cart was emptied' },
  replaced: { reason: 'lost-to-another', because: 'a newer cart of the same person took its place' },
} as const;

const askEndings = {
  confirmed: { reason: 'confirmed', because: 'the person agreed' },
  refused: { reason: 'unsubscribed', because: 'the person wanted no letters' },
} as const;

const interestEndings = {
  bought: { reason: 'bought', because: 'something was bought' },
  'in-cart': { reason: 'in-cart', because: 'something was put into the cart' },
} as const;

const isBack = { reason: 'came-back', because: 'the shopper came back to the shop' } as const;

const abandonedCart: ScenarioRow = {
  code: 'abandoned_cart',
  priority: 40,
  exempt: null,
  refuses: refusesMarketing,
  occasions: ({ state: { cart }, timing }) => {
    if (cart === null) return [];
    const because = `${countOf(cart.lines.length, 'product')} lay in the cart`;
    return [{ slot: cartSlot(cart.id), scenario: 'abandoned_cart', ...timed(cart.changedAt, timing), because }];
  },
  endings: ({ ended }) =>
    ended.map(({ id, because, at }) => ({
      slot: cartSlot(id),
      scenario: 'abandoned_cart',
      at,
      ...cartEndings[because],
    })),
  about: cartAbout(cartSlot),
  planned: (because, quiet) => `Planned: ${because} for ${quiet} and nothing was bought.`,
};

/** A second word about a cart whose first letter brought nobody back. Never without a first one. */
const cartFollowUp: ScenarioRow = {
  code: 'second_abandoned_cart',
  priority: 100,
  exempt: 'pause',
  refuses: refusesMarketing,
  occasions: ({ state, ledger, timing }) => {
    const { cart } = state;
    const first = cart && ledger.find((entry) => entry.slot === cartSlot(cart.id) && entry.state === 'sent');
    if (!first || first.answeredAt !== undefined || cameBack(state, first.at)) return [];
    const because = 'the first letter about the cart brought nobody back';
    const times = timed(Math.max(first.at, cart.changedAt), timing);
    return [{ slot: followUpSlot(cart.id), scenario: 'second_abandoned_cart', ...times, because }];
  },
  endings: (state, ledger) => {
    const { cart, session } = state;
    const first = cart && ledger.find((entry) => entry.slot === cartSlot(cart.id));
    const led = lastLed(session);
    const backAt = first?.answeredAt ?? (first && led && cameBack(state, first.at) ? led.lastAt : null);
    const back = cart && backAt !== null ? [{ id: cart.id, at: backAt, ...isBack }] : [];
    const ended = state.ended.map(({ id, at, because }) => ({ id, at, ...cartEndings[because] }));
    const endings = [...ended, ...back].map(({ id, ...rest }) => ({ slot: followUpSlot(id), ...rest }));
    return onlyPlanned(endings, ledger, 'second_abandoned_cart');
  },
  about: cartAbout(followUpSlot),
  planned: (because, quiet) => `Planned: ${because} for ${quiet}.`,
};

function interestRow(of: {
  code: 'viewed_but_not_bought' | 'abandoned_category' | 'abandoned_search';
  kind: InterestKind;
  priority: number;
  because: (count: number) => string;
  about: (what: string[], rev: number) => ReturnType<ScenarioRow['about']>;
}): ScenarioRow {
  const { code, kind, priority } = of;
  return {
    code,
    priority,
    exempt: null,
    refuses: refusesMarketing,
    occasions: ({ state: { interests, person }, timing }) => {
      const interest = interests.open[kind];
      // What a browser looked at is nobody's until somebody is known.
      if (!interest || person === null) return [];
      const because = of.because(interest.what.length);
      return [{ slot: interestSlot(kind, interest.id), scenario: code, ...timed(interest.changedAt, timing), because }];
    },
    endings: ({ interests }) =>
      interests.ended
        .filter((one) => one.kind === kind)
        .map(({ id, at, because }) => ({
          slot: interestSlot(kind, id),
          scenario: code,
          at,
          ...interestEndings[because],
        })),
    about: ({ interests }, slot) => {
      const interest = interests.open[kind];
      return interest && interestSlot(kind, interest.id) === slot ? of.about(interest.what, interest.rev) : null;
    },
    planned: (because, quiet) => `Planned: ${because} ${quiet} ago, and nothing came of it.`,
  };
}

const abandonedView = interestRow({
  code: 'viewed_but_not_bought',
  kind: 'view',
  priority: 15,
  because: (count) => `${countOf(count, 'product')} ${count === 1 ? 'was' : 'were'} looked at`,
  about: (products, rev) => ({ kind: 'products', products, rev }),
});
const abandonedCategory = interestRow({
  code: 'abandoned_category',
  kind: 'category',
  priority: 13,
  because: (count) => (count === 1 ? 'a category was browsed' : `${count} categories were browsed`),
  about: (categories, rev) => ({ kind: 'category', categories, rev }),
});
const abandonedSearch = interestRow({
  code: 'abandoned_search',
  kind: 'search',
  priority: 7,
  because: () => 'something was searched for',
  about: ([query = ''], rev) => ({ kind: 'search', query, rev }),
});

/** An order that came to a good end. What is older than its window when it becomes known is history. */
const thankYou: ScenarioRow = {
  code: 'recently_purchased',
  priority: 50,
  exempt: null,
  refuses: refusesMarketing,
  occasions: ({ state: { orders, person }, timing, now }) =>
    orders
      .filter(() => person !== null)
      .map(({ id, at }) => ({ slot: thanksSlot(id), scenario: 'recently_purchased' as const, ...timed(at, timing) }))
      .filter(({ endsAt }) => now < endsAt + dayMs)
      .map((occasion) => ({ ...occasion, because: 'an order was placed' })),
  endings: () => [],
  about: ({ orders }, slot) => {
    const order = orders.find(({ id }) => thanksSlot(id) === slot);
    return order ? { kind: 'order', order: order.id, products: order.products, rev: 0 } : null;
  },
  planned: (because, quiet) => `Planned: ${because} ${quiet} ago.`,
};

/** Somebody who was here and has not been for a month. */
const retention: ScenarioRow = {
  code: 'retention',
  priority: 5,
  exempt: null,
  refuses: refusesMarketing,
  occasions: ({ state, timing }) => {
    const at = lastActivity(state);
    if (at === null || state.person === null) return [];
    return [
      { slot: retentionSlot(at), scenario: 'retention', ...timed(at, timing), because: 'nothing was heard of them' },
    ];
  },
  endings: (state, ledger) => {
    const at = lastActivity(state) ?? 0;
    const stale = ledger.filter((entry) => entry.scenario === 'retention' && entry.slot !== retentionSlot(at));
    const endings = stale.map(({ slot }) => ({ slot, at, ...isBack }));
    return onlyPlanned(endings, ledger, 'retention');
  },
  about: (state, slot) => (retentionSlot(lastActivity(state) ?? 0) === slot ? { kind: 'person', rev: 0 } : null),
  planned: (because, quiet) => `Planned: ${because} for ${quiet}.`,
};

const doubleOptIn: ScenarioRow = {
  code: 'double_opt_in',
  priority: -100,
  exempt: 'all',
  refuses: () => null,
  occasions: ({ state: { asked }, timing: { windowMs } }) => {
    if (asked === null || asked.end) return [];
    const because = 'this address was left for letters and has to be confirmed';
    const { at: dueAt } = asked;
    return [{ slot: askSlot(asked.id), scenario: 'double_opt_in', dueAt, endsAt: dueAt + windowMs, because }];
  },
  endings: ({ asked }) => {
    if (!asked?.end) return [];
    const { because, at } = asked.end;
    return [{ slot: askSlot(asked.id), scenario: 'double_opt_in', at, ...askEndings[because] }];
  },
  about: ({ asked }, slot) => (asked && askSlot(asked.id) === slot ? { kind: 'person', rev: 0 } : null),
  planned: (because) => `Planned: ${because}.`,
};

/** The most important first. */
export const scenarioTable: readonly ScenarioRow[] = [
  cartFollowUp,
  thankYou,
  abandonedCart,
  backInStock,
  priceDrop,
  abandonedView,
  abandonedCategory,
  regularPurchase,
  abandonedSearch,
  retention,
  doubleOptIn,
];

const rows = new Map(scenarioTable.map((row) => [row.code, row]));

export function scenarioRow(code: ScenarioCode): ScenarioRow {
  const row = rows.get(code);
  if (!row) throw new Error(`there is no scenario ${code}`);
  return row;
}

const dayMs = 86_400_000;

function cartAbout(slotOf: (cart: string) => string): ScenarioRow['about'] {
  return ({ cart }, slot) =>
    cart && slotOf(cart.id) === slot ? { kind: 'cart', rev: cart.rev, lines: cart.lines } : null;
}

function followUpSlot(cart: string): string {
  return `second_abandoned_cart:${cart}`;
}

function thanksSlot(order: string): string {
  return `recently_purchased:${order}`;
}

function retentionSlot(at: number): string {
  return `retention:${at}`;
}

/** A link of a letter led them here, and after `at` they were; whatever visits followed. */
function cameBack({ session, person }: VisitorState, at: number): boolean {
  const led = lastLed(session);
  return Boolean(led && person && led.to === person.id && led.lastAt > at);
}

function lastActivity({ session, orders }: VisitorState): number | null {
  const times = [...(session ? [session.lastAt] : []), ...orders.map((order) => order.at)];
  return times.length === 0 ? null : Math.max(...times);
}

/** Endings of letters that the ledger waits with; nobody had counted on the others. */
function onlyPlanned(
  endings: readonly Omit<Ending, 'scenario'>[],
  ledger: readonly LedgerEntry[],
  scenario: ScenarioCode,
): Ending[] {
  const planned = new Set(ledger.filter((entry) => entry.state === 'waiting').map((entry) => entry.slot));
  return endings.filter(({ slot }) => planned.has(slot)).map((ending) => ({ ...ending, scenario }));
}
