// Everything that the tables keep about one person, for who asks what is known of them (GDPR, article 15). What a table gains
// about people is added here and to `forgetPerson`.
import type { PersonId, ShopId, VisitorId } from '@winback/domain';
import { deviceName } from '@winback/domain';
import { and, desc, eq, inArray, or } from 'drizzle-orm';
import type { Database } from './database.ts';
import { among } from './rows.ts';
import {
  consentLog,
  devices,
  letterArrivals,
  letterReturns,
  letters,
  letterTouches,
  letterWishes,
  orders,
  ratings,
  segmentMembers,
  subscribers,
  suppressions,
  watches,
} from './schema.ts';

type Row = Record<string, unknown>;

export interface PersonKept {
  person: Row;
  consentLog: Row[];
  suppression: Row | null;
  /** Ids of browsers that are theirs. */
  browsers: Row[];
  orders: Row[];
  letters: Row[];
  /** What mail systems told of their letters, who opened and pressed what in them, and what they wish. */
  returns: Row[];
  touches: Row[];
  wishes: Row[];
  /** When they came by a letter. */
  arrivals: Row[];
  watches: Row[];
  ratings: Row[];
  segments: Row[];
}

/** Null: there is no such person. Rows as they are kept, newest first, with JSON as what it says. */
export async function keptOfPerson(db: Database, shop: ShopId, person: PersonId): Promise<PersonKept | null> {
  const [known] = await db
    .select()
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), eq(subscribers.id, person)))
    .limit(1);
  if (!known) return null;
  const theirs = (
    table:
      | typeof consentLog
      | typeof devices
      | typeof letterArrivals
      | typeof letterWishes
      | typeof letters
      | typeof ratings
      | typeof segmentMembers,
  ) => and(eq(table.shop, shop), eq(table.subscriber, person));
  const theirLetters = db.select({ id: letters.id }).from(letters).where(theirs(letters));
  const ofTheirLetters = (table: typeof letterReturns | typeof letterTouches) =>
    and(eq(table.shop, shop), inArray(table.letter, theirLetters));
  const browsers = await db.select().from(devices).where(theirs(devices)).orderBy(desc(devices.at));
  // What a browser told before its owner was known carries the browser's name only.
  const names = among(browsers.map(({ visitor }) => deviceName(shop, visitor as VisitorId)));
  const theirsByName = (table: typeof orders | typeof watches) =>
    and(eq(table.shop, shop), or(eq(table.subscriber, person), inArray(table.visitor, names)));
  const [returns, touches, wishes] = await Promise.all([
    db.select().from(letterReturns).where(ofTheirLetters(letterReturns)).orderBy(desc(letterReturns.at)),
    db.select().from(letterTouches).where(ofTheirLetters(letterTouches)).orderBy(desc(letterTouches.at)),
    db.select().from(letterWishes).where(theirs(letterWishes)),
  ]);
  const [consents, bought, told, arrived, waits, rated, memberships, [suppression]] = await Promise.all([
    db.select().from(consentLog).where(theirs(consentLog)).orderBy(desc(consentLog.at)),
    db.select().from(orders).where(theirsByName(orders)).orderBy(desc(orders.at)),
    db.select().from(letters).where(theirs(letters)).orderBy(desc(letters.plannedAt)),
    db.select().from(letterArrivals).where(theirs(letterArrivals)).orderBy(desc(letterArrivals.at)),
    db.select().from(watches).where(theirsByName(watches)).orderBy(desc(watches.at)),
    db.select().from(ratings).where(theirs(ratings)).orderBy(desc(ratings.at)),
    db.select().from(segmentMembers).where(theirs(segmentMembers)),
    db
      .select()
      .from(suppressions)
      .where(and(eq(suppressions.shop, shop), eq(suppressions.email, known.email)))
      .limit(1),
  ]);
  return {
    person: bare(known),
    consentLog: consents.map(bare),
    suppression: suppression ? bare(suppression) : null,
    browsers: browsers.map(bare),
    orders: bought.map(bare),
    letters: told.map(bare),
    returns: returns.map(bare),
    touches: touches.map(bare),
    wishes: wishes.map(bare),
    arrivals: arrived.map(bare),
    watches: waits.map(bare),
    ratings: rated.map(bare),
    segments: memberships.map(bare),
  };
}

/** The addresses of these people; who is not known any more is left out. */
export async function addressesOf(db: Database, shop: ShopId, people: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .select({ id: subscribers.id, email: subscribers.email })
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), inArray(subscribers.id, among(people))));
  return new Map(rows.map(({ id, email }) => [id, email]));
}

const json = new Set(['profile', 'kinds', 'items', 'extras', 'properties']);

/** A row without the shop and without whose it is, which the file says once. */
function bare(row: object): Row {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]: [string, unknown]) => {
      if (name === 'shop' || name === 'subscriber') return [];
      return [[name, json.has(name) && typeof value === 'string' ? (JSON.parse(value) as unknown) : value]];
    }),
  );
}
