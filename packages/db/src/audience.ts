// People whom the shop's systems bring, many at once. An import tells who somebody is; it may take consent away and give what
// was never refused, but it turns nothing back: who unsubscribed, refused a kind of letters or is suppressed stays so.
import type { Consent, EmailAddress, PersonId, ShopId } from '@winback/domain';
import { consentSchema } from '@winback/domain';
import { and, eq, inArray, or, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { runAll } from './database.ts';
import { among, chunksOf, insertRows } from './rows.ts';
import { consentLog, subscribers } from './schema.ts';
import { suppressedAmong } from './suppressions.ts';

/** Kinds of letters that are agreed to and refused by name. */
export const letterKinds = ['bulk', 'chain', 'transactional'] as const;
export type LetterKind = (typeof letterKinds)[number];

export interface Arriving {
  /** Used where the address is new. */
  id: PersonId;
  email: EmailAddress;
  name: string | null;
  externalId: string | null;
  phone: string | null;
  /** What is said of each kind of letters; a kind that is not named is left as it is. */
  kinds: Partial<Record<LetterKind, boolean>>;
  /** What else is known, by the shop's own names. */
  profile: Record<string, unknown>;
}

export interface Arrived {
  id: PersonId;
  email: EmailAddress;
  created: boolean;
  consent: Consent;
  /** The consent is another than before. */
  consentChanged: boolean;
}

/** Stores people, one for each address; the same again changes nothing. Addresses must differ within the list. */
export async function importPeople(
  db: Database,
  shop: ShopId,
  people: readonly Arriving[],
  by: { source: string; now: number; ip: string | null },
): Promise<Arrived[]> {
  const emails = people.map((one) => one.email);
  const [known, suppressed] = await Promise.all([knownBy(db, shop, emails), suppressedAmong(db, shop, emails)]);
  const changes = people.map((one) => changeOf(one, known.get(one.email), suppressed.has(one.email)));
  const rows = changes
    .filter((one) => one.writes)
    .map(({ row }) => ({ ...row, shop, createdAt: by.now, changedAt: by.now }));
  const lines = changes.flatMap(({ arrived, log }) =>
    log.map((line) => ({
      ...{ ...line, shop, subscriber: arrived.id, source: by.source, at: by.now, ip: by.ip },
      how: line.consent === 'subscribed' ? ('import' as const) : null,
    })),
  );
  const former = await formerOwners(db, shop, rows);
  await runAll(db, [
    ...(former.length === 0 ? [] : [takeIds(db, shop, former)]),
    ...chunksOf(rows).map((chunk) => upsertOf(db, chunk)),
    ...chunksOf(lines).map((chunk) => insertRows(db, consentLog, chunk)),
  ]);
  return changes.map(({ arrived }) => arrived);
}

type Known = typeof subscribers.$inferSelect;

async function knownBy(db: Database, shop: ShopId, emails: readonly string[]): Promise<Map<string, Known>> {
  const rows = await db
    .select()
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), inArray(subscribers.email, among(emails))));
  return new Map(rows.map((row) => [row.email, row]));
}

/** What an import makes of one person, and what of it is worth writing. */
function changeOf(one: Arriving, known: Known | undefined, isSuppressed: boolean) {
  const before = known ? consentSchema.parse(known.consent) : 'none';
  const refused = JSON.parse(known?.kinds ?? '{}') as Record<string, boolean>;
  const said = letterKinds.filter((kind) => one.kinds[kind] !== undefined);
  const kinds = Object.fromEntries(
    said
      .filter((kind) => one.kinds[kind] === false || (refused[kind] !== false && !isSuppressed))
      .map((kind) => [kind, one.kinds[kind]]),
  );
  const consent = isSuppressed && !leaves(one) ? before : consentAfter(before, one);
  const id = (known?.id ?? one.id) as PersonId;
  const profile = JSON.parse(known?.profile ?? '{}') as Record<string, unknown>;
  const { email, name, externalId, phone } = one;
  const writes =
    !known ||
    consent !== before ||
    (name !== null && name !== known.name) ||
    (externalId !== null && externalId !== known.externalId) ||
    (phone !== null && phone !== known.phone) ||
    Object.entries(kinds).some(([kind, agreed]) => refused[kind] !== agreed) ||
    Object.entries(one.profile).some(
      ([field, value]) => JSON.stringify(profile[field] ?? null) !== JSON.stringify(value),
    );
  const newlyRefused = said.filter((kind) => one.kinds[kind] === false && refused[kind] !== false);
  const log = [
    ...(known && consent === before ? [] : [{ consent, kind: null }]),
    ...(consent === 'unsubscribed' ? [] : newlyRefused.map((kind) => ({ consent: 'unsubscribed' as const, kind }))),
  ];
  const row = {
    id: one.id,
    email,
    name,
    externalId,
    phone,
    consent,
    kinds: JSON.stringify(kinds),
    profile: JSON.stringify(one.profile),
  };
  const arrived: Arrived = { id, email, created: !known, consent, consentChanged: consent !== before };
  return { row, log, writes, arrived };
}

/** Every kind that is named is refused, and the two that market are among them. */
function leaves({ kinds }: Arriving): boolean {
  return kinds.bulk === false && kinds.chain === false;
}

function consentAfter(before: Consent, one: Arriving): Consent {
  if (leaves(one)) return 'unsubscribed';
  const agrees = one.kinds.bulk === true || one.kinds.chain === true;
  return (before === 'none' || before === 'pending') && agrees ? 'subscribed' : before;
}

/** One id of the shop's is one person: whoever has it under another address (they moved, say) will have it no more. */
async function formerOwners(
  db: Database,
  shop: ShopId,
  rows: readonly { externalId: string | null; email: string }[],
): Promise<string[]> {
  const emails = new Map(rows.flatMap(({ externalId, email }) => (externalId === null ? [] : [[externalId, email]])));
  if (emails.size === 0) return [];
  const owners = await db
    .select({ id: subscribers.id, externalId: subscribers.externalId, email: subscribers.email })
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), inArray(subscribers.externalId, among([...emails.keys()]))));
  return owners.filter(({ externalId, email }) => emails.get(externalId ?? '') !== email).map(({ id }) => id);
}

function takeIds(db: Database, shop: ShopId, people: readonly string[]) {
  return db
    .update(subscribers)
    .set({ externalId: null })
    .where(and(eq(subscribers.shop, shop), inArray(subscribers.id, among(people))));
}

/** Somebody may have left between our reading and our writing: the database looks again. */
function upsertOf(db: Database, chunk: readonly Partial<Known>[]) {
  return insertRows(db, subscribers, chunk).onConflictDoUpdate({
    target: [subscribers.shop, subscribers.email],
    set: {
      name: sql`coalesce(excluded.name, ${subscribers.name})`,
      externalId: sql`coalesce(excluded.external_id, ${subscribers.externalId})`,
      phone: sql`coalesce(excluded.phone, ${subscribers.phone})`,
      consent: sql`case when excluded.consent = 'unsubscribed' or ${subscribers.consent} = 'none' or (${subscribers.consent} = 'pending' and excluded.consent = 'subscribed') then excluded.consent else ${subscribers.consent} end`,
      kinds: sql`json_patch(${subscribers.kinds}, excluded.kinds)`,
      profile: sql`json_patch(${subscribers.profile}, excluded.profile)`,
      changedAt: sql`excluded.changed_at`,
    },
  });
}

/** The subscribers whom the shop's systems mean by their own ids or phones; by each name in turn. */
export async function peopleNamed(
  db: Database,
  shop: ShopId,
  names: { externalIds: readonly string[]; phones: readonly string[] },
): Promise<{ byExternalId: Map<string, PersonId>; byPhone: Map<string, PersonId> }> {
  const rows = await db
    .select({ id: subscribers.id, externalId: subscribers.externalId, phone: subscribers.phone })
    .from(subscribers)
    .where(
      and(
        eq(subscribers.shop, shop),
        or(
          sql`${subscribers.externalId} in ${among(names.externalIds)}`,
          sql`${subscribers.phone} in ${among(names.phones)}`,
        ),
      ),
    );
  const byExternalId = new Map<string, PersonId>();
  const byPhone = new Map<string, PersonId>();
  for (const { id, externalId, phone } of rows) {
    if (externalId !== null) byExternalId.set(externalId, id as PersonId);
    if (phone !== null) byPhone.set(phone, id as PersonId);
  }
  return { byExternalId, byPhone };
}

/** What a person said of kinds of letters by name. */
export async function kindsOf(db: Database, shop: ShopId, person: PersonId): Promise<Partial<Record<string, boolean>>> {
  const [row] = await db
    .select({ kinds: subscribers.kinds })
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), eq(subscribers.id, person)));
  return JSON.parse(row?.kinds ?? '{}') as Partial<Record<string, boolean>>;
}
