// What a Shop and its pulse answer, over RPC.
import type { ConsoleNote, DropReason, EventType, Problem } from '@winback/domain';

/** How far a Visitor is counted. */
export interface Counted {
  visitor: string;
  upto: number;
  /** The Visitor was erased then: what it told before is nobody's to keep. */
  erasedAt?: number;
}

export interface HourFigures {
  at: number;
  views: number;
  carts: number;
  orders: number;
  revenueMinor: number;
  letters: number;
}

export interface ShopFigures {
  events: Record<EventType, { count: number; lastAt: number | null }>;
  /** The last 24 hours, oldest first, gaps filled. */
  hours: HourFigures[];
  /** Since `dayStart`. */
  today: { views: number; carts: number; orders: number; revenueMinor: number; lettersSent: number };
}

/** How an order stands, as the shop's own system says it. */
export interface OrderState {
  id: string;
  /** When it was placed. */
  at: number;
  /** What it brought, as the database has it; used where nobody noted what was counted. */
  minor: number;
  cancelled: boolean;
  /** When its status became what it is: of two words the later one holds, in whatever order they come. */
  statusAt: number;
}

export interface DropNote {
  reason: DropReason;
  count: number;
  at: number;
  /** The start of what was refused, cut short; addresses are blanked. */
  sample: string;
  problems: Problem[];
  /** The kind of event that was wrong, where that could be read. */
  type?: EventType;
}

/** The last event of its kind that was refused. */
export interface RefusedEvent {
  type: EventType;
  at: number;
  reason: DropReason;
  sample: string;
  problems: Problem[];
}

/** An event of a watched browser, before the pulse has given it its number. */
export type WatchedNote = Omit<ConsoleNote, 'seq'>;

export interface PulseAnswer {
  visitors: number;
  openCarts: number;
  recent: { at: number; words: string }[];
  last: Partial<Record<EventType, string>>;
}

/** What the storefront sells and the feed does not have. */
export interface Strangers {
  events: number;
  /** Ids, those named last first. */
  products: string[];
  lastAt: number;
}
