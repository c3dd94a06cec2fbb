// A shop in the database, and its shoppers' browsers: builders of settings, events and beacons, posted to the front door.
import { env, exports } from 'cloudflare:workers';
import { putShop } from '@winback/db';
import type { EmailAddress, ScenarioSettings, ShopId, ShopSettings, VisitorId } from '@winback/domain';
import { deviceName, feedGuards, scenarioDefaults, storefrontDefaults, voiceDefaults } from '@winback/domain';
import { databaseOf } from '../env.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** A shop whose cart letters wait an hour, with `more` on top. */
export function settingsOfShop(more: Partial<ShopSettings> = {}): ShopSettings {
  return {
    name: 'Fjell & Fern',
    url: 'https://shop.example',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    language: 'en',
    sender: {
      name: 'Fjell & Fern',
      address: 'letters@shop.example' as EmailAddress,
      postalAddress: 'Weg 1, 10115 Berlin',
    },
    brand: { color: '#1a6b7c', logoUrl: null },
    // Tests run at any hour.
    voice: { ...voiceDefaults, hours: null },
    ...storefrontDefaults,
    scenarios: { abandoned_cart: cartLetters() },
    feed: { url: null, everyMs: hour, guards: feedGuards },
    ...more,
  };
}

export function cartLetters(more: Partial<ScenarioSettings> = {}): ScenarioSettings {
  return { ...scenarioDefaults.abandoned_cart, on: true, holdOutPercent: 0, ...more };
}

/** A new shop of its own name. */
export async function newShop(more: Partial<ShopSettings> = {}): Promise<ShopId> {
  const shop = `shop-${token()}` as ShopId;
  await putShop(databaseOf(env), shop, settingsOfShop(more), Date.now());
  return shop;
}

export function newVisitor(): VisitorId {
  return `visitor-${token()}` as VisitorId;
}

export function visitorAt(name: string) {
  return env.VISITOR.getByName(name);
}

export function deviceAt(shop: ShopId, visitor: VisitorId) {
  return visitorAt(deviceName(shop, visitor));
}

/** An event as a storefront sends it: a view, unless `more` says otherwise. */
export function event(more: Record<string, unknown> = {}): Record<string, unknown> {
  const base = { id: `event-${token()}`, at: Date.now() };
  return 'type' in more ? { ...base, ...more } : { ...base, type: 'view', product: 'p1', ...more };
}

export function cart(...products: string[]): Record<string, unknown> {
  return event({
    type: 'cart',
    change: 'full',
    items: products.map((product) => ({ product, quantity: 1, price: 19.9 })),
  });
}

export function identify(email: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return event({ type: 'identify', email, consent: true, source: 'checkout', ...more });
}

export function purchase(order: string, ...products: string[]): Record<string, unknown> {
  return event({ type: 'purchase', order, items: products.map((product) => ({ product, quantity: 1, price: 19.9 })) });
}

export function beacon(shop: string, visitor: string, ...events: unknown[]): Record<string, unknown> {
  return { shop, visitor, sentAt: Date.now(), events };
}

/** Posts a body as it is; anything but a text or a stream as JSON. The type is the tracker's unless `contentType` is given. */
export async function post(
  body: unknown,
  contentType = 'text/plain;charset=UTF-8',
): Promise<{ status: number; body: Answer }> {
  const raw = typeof body === 'string' || body instanceof ReadableStream ? body : JSON.stringify(body);
  const response = await exports.default.fetch('https://winback.test/e', {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: raw,
  });
  return { status: response.status, body: await response.json<Answer>() };
}

/** Posts a beacon that must be taken. */
export async function send(shop: ShopId, visitor: VisitorId, ...events: unknown[]): Promise<void> {
  const answer = await post(beacon(shop, visitor, ...events));
  if (answer.status !== 202) throw new Error(`a good beacon was refused: ${JSON.stringify(answer)}`);
}

export interface Answer {
  accepted?: number;
  repeated?: number;
  code?: string;
  message?: string;
  problems?: { path: string; code: string; message: string }[];
}

export function token(): string {
  return crypto.randomUUID().slice(0, 8);
}
