// Double opt-in in the database: who is asked, who confirmed, who said that it was not them. Each is one batch, and doing it
// twice is doing it once. How often one mailbox, one network and one shop ask is counted here, for no browser tells it.
import type { Consent, ConsentHow, EmailAddress, PersonId, ShopId } from '@winback/domain';
import { confirmationLimits, consentSchema, mailboxOf } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, eq, lt, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { confirmationAsks as asks, consentLog, subscribers } from './schema.ts';
import { addressDigest } from './suppressions.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const keepMs = 90 * dayMs;
/** Who said "this was not me" is left alone so long, whatever is typed. */
const refusalLastsMs = 30 * dayMs;
/** An office, a mobile carrier and a busy shop ask less often than this. */
const networkLimits = [
  { letters: 10, withinMs: hourMs },
  { letters: 50, withinMs: dayMs },
] as const;
const shopLimits = [{ letters: 1_000, withinMs: hourMs }] as const;

export interface AskToConfirm {
  person: PersonId;
  email: EmailAddress;
  /** The id of the event that asks: the same again is the same request. */
  ask: string;
  /** `agreed`: somebody ticked a box, so who left may be asked again. `captured`: heard by the way, asked once in a life. */
  word: 'agreed' | 'captured';
  how: ConsentHow;
  source: string;
  wording: string | null;
  ip: string | null;
  /** What stands for the place it came from, as a network; null: unknown. */
  network: string | null;
  now: number;
}

export type Asked = { asked: true; consent: Consent; at: number } | { asked: false; consent: Consent };

/** Asks a person to confirm, unless they, their mailbox, the network or the shop were asked as often as may be. */
export async function askToConfirm(db: Database, shop: ShopId, by: AskToConfirm): Promise<Asked> {
  const { person, ask, source, how, wording, ip, now } = by;
  const mailbox = await addressDigest(shop, mailboxOf(by.email));
  const network = by.network === null ? null : await addressDigest(shop, by.network);
  const theirs = and(eq(subscribers.shop, shop), eq(subscribers.id, person));
  const thisAsk = and(eq(asks.shop, shop), eq(asks.subscriber, person), eq(asks.ask, ask));
  const isNew = sql`exists (select 1 from ${asks} where ${thisAsk} and ${asks.at} = ${now})`;
  const wanted =
    by.word === 'agreed'
      ? sql`${subscribers.consent} <> 'subscribed'`
      : sql`${subscribers.consent} = 'none' and ${subscribers.askedAt} is null`;
  const refused = sql`exists (select 1 from ${consentLog} where ${consentLog.shop} = ${shop} and ${consentLog.subscriber} = ${person} and ${consentLog.how} = 'refused' and ${consentLog.at} > ${now - refusalLastsMs})`;
  const room = sql.join(
    [
      ...confirmationLimits.map((limit) => fewer(sql`${asks.mailbox} = ${mailbox}`, shop, limit, now)),
      ...(network ? networkLimits.map((limit) => fewer(sql`${asks.network} = ${network}`, shop, limit, now)) : []),
      ...shopLimits.map((limit) => fewer(sql`true`, shop, limit, now)),
    ],
    sql` and `,
  );
  const [, , , , rows] = await db.batch([
    db.delete(asks).where(and(eq(asks.shop, shop), lt(asks.at, now - keepMs))),
    db
      .insert(asks)
      .select(
        sql`select ${shop}, ${person}, ${ask}, ${mailbox}, ${network}, ${now} from ${subscribers} where ${theirs} and ${wanted} and not ${refused} and ${room}`,
      )
      .onConflictDoNothing(),
    db
      .insert(consentLog)
      .select(
        sql`select null, ${shop}, ${person}, 'pending', ${source}, ${now}, ${ip}, null, ${how}, ${wording} where ${isNew}`,
      ),
    db
      .update(subscribers)
      .set({
        consent: sql`case when ${subscribers.consent} = 'none' then 'pending' else ${subscribers.consent} end`,
        askedAt: now,
        changedAt: now,
      })
      .where(and(theirs, isNew)),
    db
      .select({
        consent: subscribers.consent,
        at: sql<number | null>`(select ${asks.at} from ${asks} where ${thisAsk})`,
      })
      .from(subscribers)
      .where(theirs),
  ]);
  const [row] = rows;
  const consent = consentSchema.parse(row?.consent ?? 'none');
  return row?.at ? { asked: true, consent, at: row.at } : { asked: false, consent };
}

function fewer(of: SQL, shop: ShopId, { letters, withinMs }: { letters: number; withinMs: number }, now: number): SQL {
  return sql`(select count(*) from (select 1 from ${asks} where ${asks.shop} = ${shop} and ${of} and ${asks.at} > ${now - withinMs} limit ${letters})) < ${letters}`;
}

/** When a request may still be answered with yes: it is the person's newest word. */
export interface Request {
  askedAt: number;
  now: number;
}

/** Whether the person has left since they were asked. */
const leftSince = (shop: ShopId, person: PersonId, askedAt: number) =>
  sql`exists (select 1 from ${consentLog} where ${consentLog.shop} = ${shop} and ${consentLog.subscriber} = ${person} and ${consentLog.consent} = 'unsubscribed' and ${consentLog.kind} is null and ${consentLog.at} >= ${askedAt})`;

/** How a person stands to a request; null: there is no such person. `over`: they left after they were asked. */
export async function requestOf(
  db: Database,
  shop: ShopId,
  person: PersonId,
  askedAt: number,
): Promise<{ email: EmailAddress; consent: Consent; over: boolean } | null> {
  const [row] = await db
    .select({
      email: subscribers.email,
      consent: subscribers.consent,
      over: sql<number>`${leftSince(shop, person, askedAt)}`,
    })
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), eq(subscribers.id, person)))
    .limit(1);
  if (!row) return null;
  return { email: row.email as EmailAddress, consent: consentSchema.parse(row.consent), over: Boolean(row.over) };
}

/**
 * The person confirms what they were asked at that moment. Who left afterwards stays away. Whoever comes back by it gets all
 * kinds of letters again. Answers the consent as it is then; null: there is no such person.
 */
export async function confirmSubscription(
  db: Database,
  shop: ShopId,
  person: PersonId,
  by: Request & { source: string; ip: string | null; wording: string },
): Promise<Consent | null> {
  const { askedAt, now, source, ip, wording } = by;
  const theirs = and(eq(subscribers.shop, shop), eq(subscribers.id, person));
  const open = sql`${theirs} and ${subscribers.consent} <> 'subscribed' and not ${leftSince(shop, person, askedAt)}`;
  const [, , rows] = await db.batch([
    db
      .insert(consentLog)
      .select(
        sql`select null, ${shop}, ${subscribers.id}, 'subscribed', ${source}, ${now}, ${ip}, null, 'confirmed', ${wording} from ${subscribers} where ${open}`,
      ),
    db
      .update(subscribers)
      .set({
        consent: 'subscribed',
        confirmedAt: now,
        changedAt: now,
        kinds: sql`case when ${subscribers.consent} = 'unsubscribed' then json_remove(${subscribers.kinds}, '$.bulk', '$.chain') else ${subscribers.kinds} end`,
      })
      .where(open),
    db.select({ consent: subscribers.consent }).from(subscribers).where(theirs),
  ]);
  const [row] = rows;
  return row ? consentSchema.parse(row.consent) : null;
}

/** "This was not me": no letters, and nobody asks this address again for a month. Once for a request. */
export async function refuseConfirmation(
  db: Database,
  shop: ShopId,
  person: PersonId,
  by: Request & { source: string; ip: string | null; wording: string },
): Promise<void> {
  const { askedAt, now, source, ip, wording } = by;
  const theirs = and(eq(subscribers.shop, shop), eq(subscribers.id, person));
  const before = sql`exists (select 1 from ${consentLog} where ${consentLog.shop} = ${shop} and ${consentLog.subscriber} = ${person} and ${consentLog.how} = 'refused' and ${consentLog.at} >= ${askedAt})`;
  await db.batch([
    db
      .insert(consentLog)
      .select(
        sql`select null, ${shop}, ${subscribers.id}, 'unsubscribed', ${source}, ${now}, ${ip}, null, 'refused', ${wording} from ${subscribers} where ${theirs} and (${subscribers.consent} <> 'unsubscribed' or not ${before})`,
      ),
    db
      .update(subscribers)
      .set({ consent: 'unsubscribed', changedAt: now })
      .where(sql`${theirs} and ${subscribers.consent} <> 'unsubscribed'`),
  ]);
}
