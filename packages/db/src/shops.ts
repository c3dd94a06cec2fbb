import type { Role, ScenarioWorths, ShopId, ShopSettings } from '@winback/domain';
import { roleSchema, scenarioWorthsSchema, shopSettingsSchema } from '@winback/domain';
import { and, asc, eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { memberships, shops, user } from './schema.ts';

export interface ShopRecord {
  id: ShopId;
  settings: ShopSettings;
  createdAt: number;
  /** Until when somebody is taken to look at the dashboard. */
  watchedUntil: number;
  /** What each scenario's letters brought lately; those that are not named were not weighed yet. */
  worths: ScenarioWorths;
}

export async function shopById(db: Database, shop: ShopId): Promise<ShopRecord | null> {
  const [row] = await db.select().from(shops).where(eq(shops.id, shop)).limit(1);
  return row
    ? {
        id: shop,
        settings: shopSettingsSchema.parse(JSON.parse(row.settings)),
        createdAt: row.createdAt,
        watchedUntil: row.watchedUntil,
        worths: scenarioWorthsSchema.parse(JSON.parse(row.worths)),
      }
    : null;
}

/** The shops that a person may see, by name. */
export async function shopsOf(db: Database, userId: string): Promise<{ id: string; name: string; role: Role }[]> {
  const rows = await db
    .select({ id: shops.id, settings: shops.settings, role: memberships.role })
    .from(memberships)
    .innerJoin(shops, eq(shops.id, memberships.shop))
    .where(eq(memberships.userId, userId))
    .orderBy(asc(shops.id));
  return rows.map((row) => ({
    id: row.id,
    name: shopSettingsSchema.parse(JSON.parse(row.settings)).name,
    role: roleSchema.parse(row.role),
  }));
}

/** What a person may do in a shop; null: nothing, as if the shop were not there. */
export async function roleIn(db: Database, shop: ShopId, userId: string): Promise<Role | null> {
  const [row] = await db
    .select({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.shop, shop), eq(memberships.userId, userId)))
    .limit(1);
  return row ? roleSchema.parse(row.role) : null;
}

/** Makes a shop; one that is there already stays as it is. */
export async function putShop(db: Database, shop: ShopId, settings: ShopSettings, now: number): Promise<void> {
  await db
    .insert(shops)
    .values({ id: shop, settings: JSON.stringify(settings), createdAt: now, legacyId: await legacyIdFor(shop) })
    .onConflictDoNothing();
}

/** The 30 hex digits that a shop is called by on PersonaClick's wire, unless it brought its own along. */
async function legacyIdFor(shop: ShopId): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`winback legacy ${shop}`));
  return [...new Uint8Array(digest).slice(0, 15)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The shop that PersonaClick's plugins and SDKs call by this id. */
export async function shopByLegacyId(db: Database, legacyId: string): Promise<ShopId | null> {
  const [row] = await db.select({ id: shops.id }).from(shops).where(eq(shops.legacyId, legacyId)).limit(1);
  return row ? (row.id as ShopId) : null;
}

export async function legacyIdOf(db: Database, shop: ShopId): Promise<string | null> {
  const [row] = await db.select({ legacyId: shops.legacyId }).from(shops).where(eq(shops.id, shop)).limit(1);
  return row?.legacyId ?? null;
}

/** Gives the shop the id that it had before it came here. False where another shop has it. */
export async function writeLegacyId(db: Database, shop: ShopId, legacyId: string): Promise<boolean> {
  const owner = await shopByLegacyId(db, legacyId);
  if (owner !== null) return owner === shop;
  await db.update(shops).set({ legacyId }).where(eq(shops.id, shop));
  return true;
}

export async function writeSettings(db: Database, shop: ShopId, settings: ShopSettings): Promise<void> {
  await db
    .update(shops)
    .set({ settings: JSON.stringify(settings) })
    .where(eq(shops.id, shop));
}

/** Somebody looks at the dashboard; they are taken to look on until then. */
export async function watchShop(db: Database, shop: ShopId, until: number): Promise<void> {
  await db.update(shops).set({ watchedUntil: until }).where(eq(shops.id, shop));
}

export async function addMember(db: Database, shop: ShopId, userId: string, role: Role, now: number): Promise<void> {
  await db.insert(memberships).values({ shop, userId, role, createdAt: now }).onConflictDoNothing();
}

/** The addresses of everybody who works for a shop. */
export async function memberAddressesOf(db: Database, shop: ShopId): Promise<string[]> {
  const rows = await db
    .select({ email: user.email })
    .from(memberships)
    .innerJoin(user, eq(user.id, memberships.userId))
    .where(eq(memberships.shop, shop));
  return rows.map(({ email }) => email);
}

/** Who answers for a shop, and where a letter reaches them. */
export async function ownersOf(db: Database, shop: ShopId): Promise<{ id: string; name: string; email: string }[]> {
  return db
    .select({ id: user.id, name: user.name, email: user.email })
    .from(memberships)
    .innerJoin(user, eq(user.id, memberships.userId))
    .where(and(eq(memberships.shop, shop), eq(memberships.role, 'owner')))
    .orderBy(asc(user.id));
}
