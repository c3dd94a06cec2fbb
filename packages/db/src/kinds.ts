// Letters of one kind that somebody refused or agreed to by name. Who left altogether is the subscriber's consent, not this.
import type { PersonId, ShopId } from '@winback/domain';
import { and, eq, sql } from 'drizzle-orm';
import { kindsOf } from './audience.ts';
import type { Database } from './database.ts';
import { runAll } from './database.ts';
import { insertRows } from './rows.ts';
import { consentLog, subscribers } from './schema.ts';

export interface KindsSaid {
  /** A kind that is not named stays as it is. */
  kinds: Readonly<Record<string, boolean>>;
  source: string;
  ip: string | null;
  now: number;
}

/** Writes what a person says of kinds of letters, with a line of the log for each that is news. Answers all that is known then. */
export async function putKinds(
  db: Database,
  shop: ShopId,
  person: PersonId,
  { kinds, source, ip, now }: KindsSaid,
): Promise<Partial<Record<string, boolean>>> {
  const before = await kindsOf(db, shop, person);
  const news = Object.entries(kinds).filter(([kind, agreed]) => before[kind] !== agreed);
  if (news.length === 0) return before;
  const said = Object.fromEntries(news);
  const lines = news.map(([kind, agreed]) => ({
    shop,
    subscriber: person,
    consent: agreed ? 'subscribed' : 'unsubscribed',
    kind,
    source,
    ip,
    at: now,
  }));
  await runAll(db, [
    db
      .update(subscribers)
      .set({ kinds: sql`json_patch(${subscribers.kinds}, ${JSON.stringify(said)})`, changedAt: now })
      .where(and(eq(subscribers.shop, shop), eq(subscribers.id, person))),
    insertRows(db, consentLog, lines),
  ]);
  return { ...before, ...said };
}
