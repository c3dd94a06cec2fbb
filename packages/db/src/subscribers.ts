import type {
  Consent,
  ConsentHow,
  ConsentLine,
  EmailAddress,
  PageQuery,
  PersonId,
  ShopId,
  SubscriberRow,
  VisitorId,
} from '@winback/domain';
import { consentHowSchema, consentSchema } from '@winback/domain';
import { and, desc, eq, inArray, lt, ne, or, sql } from 'drizzle-orm';
import { pageFrom, placeOf } from './cursor.ts';
import type { Database } from './database.ts';
import { among, containing, excluded, insertRows } from './rows.ts';
import { consentLog, devices, subscribers } from './schema.ts';

export interface SubscriberClaim {
  /** Used if the address is new in this shop. */
  id: PersonId;
  email: EmailAddress;
  name: string | null;
  consent: 'none' | 'subscribed';
  /** Where it was said: `checkout`, `newsletter`, `order`. */
  source: string;
  now: number;
  /** From which address it was said. */
  ip?: string | null;
  /** The browser that names the address; null: not a browser. */
  namedBy: VisitorId | null;
  how?: ConsentHow | null;
  /** The words that were agreed to. */
  wording?: string | null;
}

export interface StoredSubscriber {
  id: PersonId;
  consent: Consent;
  created: boolean;
  askedAt: number | null;
  /** The browser that named the address first. */
  namedBy: VisitorId | null;
}

/** {@link putSubscribers} for one. */
export async function putSubscriber(db: Database, shop: ShopId, claim: SubscriberClaim): Promise<StoredSubscriber> {
  const stored = (await putSubscribers(db, shop, [claim])).get(claim.email);
  if (!stored) throw new Error('a subscriber was not stored');
  return stored;
}

/**
 * Makes addresses subscribers of the shop, or tells who they are, by address; each stands in the list once. Consent that was
 * given is kept with its source and time. An unsubscribe is never turned back here. A thousand claims are one round trip.
 */
export async function putSubscribers(
  db: Database,
  shop: ShopId,
  claims: readonly SubscriberClaim[],
): Promise<Map<EmailAddress, StoredSubscriber>> {
  if (claims.length === 0) return new Map();
  const named = and(eq(subscribers.shop, shop), inArray(subscribers.email, among(claims.map(({ email }) => email))));
  const agrees = sql`${subscribers.consent} in ('none', 'pending') and ${excluded(subscribers.consent)} <> 'none'`;
  const renames = sql`${excluded(subscribers.name)} is not null and ${excluded(subscribers.name)} is not ${subscribers.name}`;
  const rows = claims.map(({ id, email, name, consent, now, namedBy }) => ({
    ...{ id, shop, email, name, consent, namedBy, createdAt: now, changedAt: now },
    ...{ profile: '{}', kinds: '{}' },
  }));
  const [before, , , after] = await db.batch([
    db.select({ email: subscribers.email }).from(subscribers).where(named),
    logConsents(db, shop, claims),
    insertRows(db, subscribers, rows).onConflictDoUpdate({
      target: [subscribers.shop, subscribers.email],
      set: {
        consent: sql`case when ${agrees} then ${excluded(subscribers.consent)} else ${subscribers.consent} end`,
        name: sql`coalesce(${excluded(subscribers.name)}, ${subscribers.name})`,
        changedAt: excluded(subscribers.changedAt),
      },
      setWhere: sql`(${agrees}) or (${renames})`,
    }),
    db
      .select({
        id: subscribers.id,
        email: subscribers.email,
        consent: subscribers.consent,
        namedBy: subscribers.namedBy,
        askedAt: subscribers.askedAt,
      })
      .from(subscribers)
      .where(named),
  ]);
  const known = new Set(before.map(({ email }) => email));
  return new Map(
    after.map(({ id, email, consent, namedBy, askedAt }) => [
      email as EmailAddress,
      {
        id: id as PersonId,
        consent: consentSchema.parse(consent),
        created: !known.has(email),
        namedBy: namedBy as VisitorId | null,
        askedAt,
      },
    ]),
  );
}

/** The log's lines for claims, in the same batch: written for new addresses, or where consent is given to one without. */
function logConsents(db: Database, shop: ShopId, claims: readonly SubscriberClaim[]) {
  const said = claims.map(({ id, email, consent, source, now, ip = null, how = null, wording = null }) => [
    ...[id, email, consent, source, now, ip],
    ...(consent === 'none' ? [null, null] : [how, wording]),
  ]);
  return db.insert(consentLog).select(
    sql`select null, ${shop}, coalesce(known.id, claim.value->>0), claim.value->>2, claim.value->>3, claim.value->>4, claim.value->>5, null, claim.value->>6, claim.value->>7
      from json_each(${JSON.stringify(said)}) as claim
      left join ${subscribers} as known on known.shop = ${shop} and known.email = claim.value->>1
      where known.id is null or (known.consent in ('none', 'pending') and claim.value->>2 <> 'none')`,
  );
}

export async function subscriberById(db: Database, shop: ShopId, person: PersonId): Promise<SubscriberRow | null> {
  const [row] = await db
    .select()
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), eq(subscribers.id, person)))
    .limit(1);
  return row ? rowOf(row) : null;
}

/** The subscriber whom a shop's own system means; the address counts before the shop's id, the id before the phone. */
export async function findSubscriber(
  db: Database,
  shop: ShopId,
  by: { email?: string | undefined; externalId?: string | undefined; phone?: string | undefined },
): Promise<SubscriberRow | null> {
  for (const [column, value] of [
    [subscribers.email, by.email],
    [subscribers.externalId, by.externalId],
    [subscribers.phone, by.phone],
  ] as const) {
    if (value === undefined) continue;
    const [row] = await db
      .select()
      .from(subscribers)
      .where(and(eq(subscribers.shop, shop), eq(column, value)))
      .limit(1);
    if (row) return rowOf(row);
  }
  return null;
}

/** A subscriber by what the shop's own systems call them. */
export interface NamedSubscriber {
  id: PersonId;
  consent: Consent;
  externalId: string | null;
  phone: string | null;
}

/** The subscribers whom the shop's own systems mean by these names, by name; any number of names is one question. */
export async function subscribersNamed(
  db: Database,
  shop: ShopId,
  by: 'email' | 'externalId' | 'phone',
  names: readonly string[],
): Promise<Map<string, NamedSubscriber>> {
  if (names.length === 0) return new Map();
  const column = subscribers[by];
  const { id, consent, externalId, phone } = subscribers;
  const rows = await db
    .select({ name: column, id, consent, externalId, phone })
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), inArray(column, among([...new Set(names)]))));
  return new Map(
    rows.map(({ name, ...row }) => [
      name ?? '',
      { ...row, id: row.id as PersonId, consent: consentSchema.parse(row.consent) },
    ]),
  );
}

/** What the shop's own systems call a person. */
export interface Names {
  externalId?: string | undefined;
  phone?: string | undefined;
}

/** {@link nameSubscribers} for one. */
export function nameSubscriber(db: Database, shop: ShopId, person: PersonId, names: Names): Promise<void> {
  return nameSubscribers(db, shop, [{ person, ...names }]);
}

/** What the shop's own systems call subscribers; a name that is not given stays. */
export async function nameSubscribers(
  db: Database,
  shop: ShopId,
  list: readonly (Names & { person: PersonId })[],
): Promise<void> {
  const named = list.filter(({ externalId, phone }) => externalId !== undefined || phone !== undefined);
  if (named.length === 0) return;
  const json = JSON.stringify(named);
  const told = (field: 'externalId' | 'phone') =>
    sql`(select told.value->>${field} from json_each(${json}) as told where told.value->>'person' = ${subscribers.id})`;
  await db
    .update(subscribers)
    .set({
      externalId: sql`coalesce(${told('externalId')}, ${subscribers.externalId})`,
      phone: sql`coalesce(${told('phone')}, ${subscribers.phone})`,
    })
    .where(and(eq(subscribers.shop, shop), inArray(subscribers.id, among(named.map(({ person }) => person)))));
}

/** The browsers that belong to a person. */
export async function devicesOf(db: Database, shop: ShopId, person: PersonId): Promise<VisitorId[]> {
  const rows = await db
    .select({ visitor: devices.visitor })
    .from(devices)
    .where(and(eq(devices.shop, shop), eq(devices.subscriber, person)));
  return rows.map((row) => row.visitor as VisitorId);
}

/** Whose a browser is; null: nobody's yet. */
export async function ownerOfDevice(db: Database, shop: ShopId, visitor: VisitorId): Promise<PersonId | null> {
  const [row] = await db
    .select({ subscriber: devices.subscriber })
    .from(devices)
    .where(and(eq(devices.shop, shop), eq(devices.visitor, visitor)))
    .limit(1);
  return row ? (row.subscriber as PersonId) : null;
}

/** Newest first; `q` is a part of the address or of the name. */
export async function listSubscribers(
  db: Database,
  shop: ShopId,
  query: PageQuery,
): Promise<{ rows: SubscriberRow[]; total: number; next: string | null }> {
  const found = query.q ? or(containing(subscribers.email, query.q), containing(subscribers.name, query.q)) : undefined;
  const place = placeOf(query.cursor);
  const after = place
    ? or(
        lt(subscribers.createdAt, Number(place.value)),
        and(eq(subscribers.createdAt, Number(place.value)), lt(subscribers.id, place.id)),
      )
    : undefined;
  const where = and(eq(subscribers.shop, shop), found);
  const [total, rows] = await Promise.all([
    db.$count(subscribers, where),
    db
      .select()
      .from(subscribers)
      .where(and(where, after))
      .orderBy(desc(subscribers.createdAt), desc(subscribers.id))
      .limit(query.limit + 1),
  ]);
  const page = pageFrom(rows, query.limit, (row) => ({ value: row.createdAt, id: row.id }));
  return { rows: page.rows.map(rowOf), total, next: page.next };
}

/** The person wants no more letters. Doing it twice is doing it once. */
export async function unsubscribe(
  db: Database,
  shop: ShopId,
  person: PersonId,
  by: { source: string; now: number; ip?: string | null },
): Promise<{ changed: boolean }> {
  const open = and(eq(subscribers.shop, shop), eq(subscribers.id, person), ne(subscribers.consent, 'unsubscribed'));
  const [, changed] = await db.batch([
    db
      .insert(consentLog)
      .select(
        sql`select null, ${shop}, ${subscribers.id}, 'unsubscribed', ${by.source}, ${by.now}, ${by.ip ?? null}, null, null, null from ${subscribers} where ${open}`,
      ),
    db
      .update(subscribers)
      .set({ consent: 'unsubscribed', changedAt: by.now })
      .where(open)
      .returning({ id: subscribers.id }),
  ]);
  return { changed: changed.length > 0 };
}

export async function consentLogOf(db: Database, shop: ShopId, person: PersonId): Promise<ConsentLine[]> {
  const { at, consent, source, kind, how, ip, wording } = consentLog;
  const rows = await db
    .select({ at, consent, source, kind, how, ip, wording })
    .from(consentLog)
    .where(and(eq(consentLog.shop, shop), eq(consentLog.subscriber, person)))
    .orderBy(desc(consentLog.at), desc(consentLog.id))
    .limit(50);
  return rows.map(({ kind, ...row }) => ({
    ...row,
    consent: consentSchema.parse(row.consent),
    how: consentHowSchema.nullable().catch(null).parse(row.how),
    source: kind === null ? row.source : `${row.source}, only ${kind} letters`,
  }));
}

/** Adds to what the shop knows of people; a field that is null is forgotten, one that is not named stays (RFC 7396). */
export async function addProfiles(
  db: Database,
  shop: ShopId,
  list: readonly { person: PersonId; fields: Record<string, unknown> }[],
): Promise<void> {
  const [first, ...more] = list.map(({ person, fields }) =>
    db
      .update(subscribers)
      .set({ profile: sql`json_patch(${subscribers.profile}, ${JSON.stringify(fields)})` })
      .where(and(eq(subscribers.shop, shop), eq(subscribers.id, person))),
  );
  if (first) await db.batch([first, ...more]);
}

export async function profileOf(db: Database, shop: ShopId, person: PersonId): Promise<Record<string, unknown>> {
  const [row] = await db
    .select({ profile: subscribers.profile })
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), eq(subscribers.id, person)))
    .limit(1);
  return JSON.parse(row?.profile ?? '{}') as Record<string, unknown>;
}

/** A browser belongs to one person at a time: whoever named themselves last. */
export async function putDevice(
  db: Database,
  shop: ShopId,
  visitor: VisitorId,
  person: PersonId,
  now: number,
): Promise<void> {
  await db
    .insert(devices)
    .values({ shop, visitor, subscriber: person, at: now })
    .onConflictDoUpdate({
      target: [devices.shop, devices.visitor],
      set: { subscriber: person, at: now },
      setWhere: sql`${devices.subscriber} <> ${person}`,
    });
}

function rowOf(row: typeof subscribers.$inferSelect): SubscriberRow {
  const { id, email, name, createdAt, changedAt, askedAt, confirmedAt } = row;
  return { id, email, name, consent: consentSchema.parse(row.consent), createdAt, changedAt, askedAt, confirmedAt };
}
