// What somebody looked at, browsed or searched for and left without buying. One interest of each kind is open at a time: what comes
// within it makes it younger, a cart or an order ends it.
import type { BeaconEvent } from '@winback/domain';

const interestKinds = ['view', 'category', 'search'] as const;
export type InterestKind = (typeof interestKinds)[number];

interface Interest {
  /** The id of the event that began it: the occasion's name. */
  id: string;
  startedAt: number;
  changedAt: number;
  /** Grows with every change; a letter composed for another revision is stale. */
  rev: number;
  /** Products, categories or queries, newest first. */
  what: string[];
}

/** An interest that came to its end, kept until the ledger knows. */
interface EndedInterest {
  kind: InterestKind;
  id: string;
  because: 'bought' | 'in-cart';
  at: number;
}

export interface Interests {
  open: Partial<Record<InterestKind, Interest>>;
  ended: EndedInterest[];
}

export const noInterests: Interests = { open: {}, ended: [] };

const keep = { what: 10, ended: 10 } as const;
const dayMs = 86_400_000;
/** Whoever bought lately is left alone: the original's figures. */
const quietAfterOrderMs = { view: 7 * dayMs, category: 7 * dayMs, search: 2 * dayMs } as const;
/** While the cart is young its own letters speak. */
const cartSpeaksMs = dayMs;
/** What was left so long ago is not taken up again. */
const staleMs = 7 * dayMs;

/** What else is known when an interest might begin. `ordersAt`: of all orders. */
export interface Beside {
  ordersAt: readonly number[];
  cartAt: number | null;
}

/** The name of an interest's occasion in the ledger. */
export function interestSlot(kind: InterestKind, id: string): string {
  return `${interestScenarios[kind]}:${id}`;
}

const interestScenarios = {
  view: 'viewed_but_not_bought',
  category: 'abandoned_category',
  search: 'abandoned_search',
} as const satisfies Record<InterestKind, string>;

/** After a product, a category or a search was looked at. */
export function interestShown(interests: Interests, event: BeaconEvent, at: number, beside: Beside): Interests {
  const shown = shownBy(event);
  if (shown === null || isQuiet(shown.kind, at, beside)) return interests;
  const { kind, what } = shown;
  const known = interests.open[kind];
  const goesOn = known !== undefined && Math.abs(at - known.changedAt) < staleMs;
  if (known && !goesOn && at < known.changedAt) return interests;
  const next: Interest = goesOn
    ? { ...known, changedAt: Math.max(at, known.changedAt), rev: known.rev + 1, what: listed(what, known.what) }
    : { id: event.id, startedAt: at, changedAt: at, rev: 1, what: [what] };
  return { ...interests, open: { ...interests.open, [kind]: next } };
}

/**
 * After something was bought, or put into the cart: what began before that is over, and what could not have begun so soon after,
 * had it been known. `isKnown`: somebody may have to be told why.
 */
export function interestsEnded(
  interests: Interests,
  because: EndedInterest['because'],
  at: number,
  isKnown: boolean,
): Interests {
  const beside: Beside = because === 'bought' ? { ordersAt: [at], cartAt: null } : { ordersAt: [], cartAt: at };
  const over = interestKinds.filter((kind) => isQuiet(kind, interests.open[kind]?.startedAt ?? Infinity, beside));
  if (over.length === 0) return interests;
  const open = Object.fromEntries(Object.entries(interests.open).filter(([kind]) => !over.some((one) => one === kind)));
  const ended = over.flatMap((kind) => {
    const interest = interests.open[kind];
    return interest ? [{ kind, id: interest.id, because, at }] : [];
  });
  return { open, ended: isKnown ? newest([...ended, ...interests.ended]) : interests.ended };
}

/** A person's interests with those that a browser brings. The person's own occasion goes on under its own name. */
export function joinedInterests(home: Interests, device: Interests, beside: Beside): Interests {
  const gone = new Set(home.ended.map((one) => one.id));
  const open = { ...home.open };
  for (const kind of interestKinds) {
    const arriving = device.open[kind];
    if (!arriving || gone.has(arriving.id) || isQuiet(kind, arriving.startedAt, beside)) continue;
    const own = open[kind];
    open[kind] = own ? both(own, arriving) : arriving;
  }
  return { ...home, open };
}

/** Without those that the ledger has settled. */
export function withoutSettled(interests: Interests, slots: ReadonlySet<string>): Interests {
  const ended = interests.ended.filter(({ kind, id }) => !slots.has(interestSlot(kind, id)));
  const settled = interestKinds.filter((kind) => slots.has(interestSlot(kind, interests.open[kind]?.id ?? '')));
  if (ended.length === interests.ended.length && settled.length === 0) return interests;
  const open = { ...interests.open };
  for (const kind of settled) delete open[kind];
  return { open, ended };
}

function both(own: Interest, arriving: Interest): Interest {
  const [young, old] = arriving.changedAt > own.changedAt ? [arriving, own] : [own, arriving];
  const what = [...new Set([...young.what, ...old.what])].slice(0, keep.what);
  const changedAt = Math.max(own.changedAt, arriving.changedAt);
  const isSame = changedAt === own.changedAt && what.join('\n') === own.what.join('\n');
  return isSame ? own : { ...own, changedAt, rev: own.rev + 1, what };
}

function shownBy(event: BeaconEvent): { kind: InterestKind; what: string } | null {
  if (event.type === 'view') return { kind: 'view', what: event.product };
  if (event.type === 'category') return { kind: 'category', what: event.category };
  return event.type === 'search' ? { kind: 'search', what: event.query.slice(0, 100) } : null;
}

function isQuiet(kind: InterestKind, at: number, { ordersAt, cartAt }: Beside): boolean {
  if (ordersAt.some((order) => at < order + quietAfterOrderMs[kind])) return true;
  return cartAt !== null && at < cartAt + cartSpeaksMs;
}

function listed(what: string, known: readonly string[]): string[] {
  return [what, ...known.filter((one) => one !== what)].slice(0, keep.what);
}

function newest(ended: readonly EndedInterest[]): EndedInterest[] {
  return ended.toSorted((a, b) => b.at - a.at).slice(0, keep.ended);
}
