// What became of consent and of addresses, in the order of time: the log of what people said, and the addresses that mail
// systems gave up.
import type { ShopId } from '@winback/domain';
import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { consentLog, subscribers, suppressions } from './schema.ts';

export interface ConsentChange {
  email: string;
  at: number;
  /** `subscribed` or `unsubscribed` as somebody said it; `suppressed` where an address was given up, and `source` says why. */
  what: 'subscribed' | 'unsubscribed' | 'suppressed';
  /** The kind of letters that was meant; null: all. */
  kind: string | null;
  /** Where it was said. */
  source: string;
  ip: string | null;
}

export interface ConsentChangeQuery {
  from: number;
  until: number;
  /** Of one address only. */
  email: string | null;
  offset: number;
  limit: number;
}

/** Oldest first. */
export async function consentChanges(db: Database, shop: ShopId, query: ConsentChangeQuery): Promise<ConsentChange[]> {
  const { from, until, email, offset, limit } = query;
  const said = db
    .select({
      email: sql<string>`${subscribers.email}`.as('email'),
      at: sql<number>`${consentLog.at}`.as('at'),
      what: sql<string>`${consentLog.consent}`.as('what'),
      kind: sql<string | null>`${consentLog.kind}`.as('kind'),
      source: sql<string>`${consentLog.source}`.as('source'),
      ip: sql<string | null>`${consentLog.ip}`.as('ip'),
    })
    .from(consentLog)
    .innerJoin(subscribers, sql`${subscribers.id} = ${consentLog.subscriber} and ${subscribers.shop} = ${shop}`)
    .where(
      sql`${consentLog.shop} = ${shop} and ${consentLog.consent} not in ('none', 'pending') and ${consentLog.at} >= ${from} and ${consentLog.at} < ${until} and (${email} is null or ${subscribers.email} = ${email})`,
    );
  const givenUp = db
    .select({
      email: sql<string>`${suppressions.email}`.as('email'),
      at: sql<number>`${suppressions.at}`.as('at'),
      what: sql<string>`'suppressed'`.as('what'),
      kind: sql<string | null>`null`.as('kind'),
      source: sql<string>`${suppressions.reason}`.as('source'),
      ip: sql<string | null>`null`.as('ip'),
    })
    .from(suppressions)
    .where(
      sql`${suppressions.shop} = ${shop} and ${suppressions.reason} <> 'erased' and ${suppressions.at} >= ${from} and ${suppressions.at} < ${until} and (${email} is null or ${suppressions.email} = ${email})`,
    );
  const rows = await said.unionAll(givenUp).orderBy(sql`at`, sql`email`).limit(limit).offset(offset);
  return rows.map((row) => ({ ...row, what: whatOf(row.what) }));
}

function whatOf(word: string): ConsentChange['what'] {
  return word === 'subscribed' || word === 'suppressed' ? word : 'unsubscribed';
}
