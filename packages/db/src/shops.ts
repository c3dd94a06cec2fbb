import type { Role, ShopId, ShopSettings } from '@winback/domain';
import { roleSchema, shopSettingsSchema } from '@winback/domain';
import { and, asc, eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { memberships, shops } from './schema.ts';

export interface ShopRecord {
  id: ShopId;
  settings: ShopSettings;
  createdAt: number;
  /** Until when somebody is taken to look at the dashboard. */
  watchedUntil: number;
}

export async function shopById(db: Database, shop: ShopId): Promise<ShopRecord | null> {
  const [row] = await db.select().from(shops).where(eq(shops.id, shop)).limit(1);
  return row
    ? {
        id: shop,
        settings: shopSettingsSchema.parse(JSON.parse(row.settings)),
        createdAt: row.createdAt,
        watchedUntil: row.watchedUntil,
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
    .values({ id: shop, settings: JSON.stringify(settings), createdAt: now })
    .onConflictDoNothing();
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
