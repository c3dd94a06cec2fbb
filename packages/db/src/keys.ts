import type { ShopId } from '@winback/domain';
import { newToken } from '@winback/domain';
import { and, desc, eq, isNull } from 'drizzle-orm';
import type { Database } from './database.ts';
import { shopKeys } from './schema.ts';

export interface ShopKey {
  id: string;
  name: string;
  /** The last four characters. */
  hint: string;
  createdAt: number;
  revokedAt: number | null;
}

const prefix = 'wbk_';

/** A new secret key of the shop. `secret` is seen here once: the database keeps its digest. */
export async function makeKey(
  db: Database,
  shop: ShopId,
  of: { name: string; now: number },
): Promise<ShopKey & { secret: string }> {
  const secret = `${prefix}${newToken()}${newToken()}`;
  const key = await putKey(db, shop, { ...of, secret });
  if (!key) throw new Error('a new key is nobody else’s');
  return { ...key, secret };
}

/**
 * Takes a secret that the shop's systems use already, so that they need not be changed. Null where another shop, or this
 * one, has the same.
 */
export async function putKey(
  db: Database,
  shop: ShopId,
  of: { name: string; secret: string; now: number },
): Promise<ShopKey | null> {
  const key = { id: newToken(), name: of.name, hint: of.secret.slice(-4), createdAt: of.now, revokedAt: null };
  const made = await db
    .insert(shopKeys)
    .values({ ...key, shop, digest: await digestOf(of.secret) })
    .onConflictDoNothing()
    .returning({ id: shopKeys.id });
  return made.length > 0 ? key : null;
}

/** Newest first, revoked ones too. */
export async function listKeys(db: Database, shop: ShopId): Promise<ShopKey[]> {
  return db
    .select({
      id: shopKeys.id,
      name: shopKeys.name,
      hint: shopKeys.hint,
      createdAt: shopKeys.createdAt,
      revokedAt: shopKeys.revokedAt,
    })
    .from(shopKeys)
    .where(eq(shopKeys.shop, shop))
    .orderBy(desc(shopKeys.createdAt), desc(shopKeys.id));
}

/** From now on the key opens nothing. */
export async function revokeKey(db: Database, shop: ShopId, id: string, now: number): Promise<{ revoked: boolean }> {
  const rows = await db
    .update(shopKeys)
    .set({ revokedAt: now })
    .where(and(eq(shopKeys.shop, shop), eq(shopKeys.id, id), isNull(shopKeys.revokedAt)))
    .returning({ id: shopKeys.id });
  return { revoked: rows.length > 0 };
}

/** The shop that a secret key opens; null: none, or no longer. */
export async function shopOfKey(db: Database, secret: string): Promise<ShopId | null> {
  const [row] = await db
    .select({ shop: shopKeys.shop })
    .from(shopKeys)
    .where(and(eq(shopKeys.digest, await digestOf(secret)), isNull(shopKeys.revokedAt)))
    .limit(1);
  return row ? (row.shop as ShopId) : null;
}

/** Keys are long and random: a plain digest cannot be guessed back (unlike a password's). */
async function digestOf(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
