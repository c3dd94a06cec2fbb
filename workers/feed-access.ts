// What a feed's server wants to see: basic authentication (RFC 7617). The password goes in and never comes out: it is sealed for
// the origin of the feed's address, and opens for no other, whoever changes the address later.
import { feedAccess, putFeedAccess } from '@winback/db';
import type { ShopId } from '@winback/domain';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';
import { seal, unseal } from './sealed.ts';

export interface Credentials {
  userName: string;
  password: string;
}

/** The headers that this shop's feed is asked with; none for an address of another origin than the password was given for. */
export async function accessHeaders(env: Env, shop: ShopId, url: string): Promise<Record<string, string>> {
  const credentials = await credentialsFor(env, shop, url);
  return credentials ? basic(credentials) : {};
}

/** Keeps the credentials for an address; null forgets them. */
export async function keepCredentials(
  env: Env,
  shop: ShopId,
  of: { url: string; credentials: Credentials | null },
): Promise<void> {
  const db = databaseOf(env);
  if (!of.credentials) return putFeedAccess(db, shop, { userName: null, sealed: null });
  const { userName, password } = of.credentials;
  const place = { shop, feedOrigin: new URL(of.url).origin };
  return putFeedAccess(db, shop, { userName, sealed: await seal(env, place, password) });
}

/** Null: none were given, they were for another origin, or what they were sealed under is gone. */
export async function credentialsFor(env: Env, shop: ShopId, url: string): Promise<Credentials | null> {
  const { userName, sealed } = await feedAccess(databaseOf(env), shop);
  if (userName === null || sealed === null || !URL.canParse(url)) return null;
  const opened = await unseal(env, { shop, feedOrigin: new URL(url).origin }, sealed);
  return opened.ok ? { userName, password: opened.value } : null;
}

/** RFC 7617 § 2.1: in UTF-8, as every server of today reads it. */
export function basic({ userName, password }: Credentials): Record<string, string> {
  const bytes = new TextEncoder().encode(`${userName}:${password}`);
  return { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}
