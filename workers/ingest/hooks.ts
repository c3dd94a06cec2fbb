// Webhooks of shop platforms. Believed only where the raw body is signed with the secret that the merchant gave us; every
// other answer is the same, whether the shop, the connection or the signature is wrong. 200 says that it is on disk; a
// delivery that comes again is stored once, by ids that are made from the order or the delivery.
import type { Heard } from '@winback/connectors';
import { eventsOfShopify, eventsOfWooCommerce } from '@winback/connectors';
import { connectionTo, noteConnection } from '@winback/db';
import type { ErrorBody, Platform, ShopId } from '@winback/domain';
import { serverLimits, shopIdSchema } from '@winback/domain';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { unseal } from '../sealed.ts';
import { shopSettings } from '../shop-settings.ts';
import type { Outcome, Speaker } from './heard.ts';
import { note, storeHeard } from './heard.ts';
import { isSignedBy } from './hook-signature.ts';
import { jsonOf, textWithin } from './parse.ts';
import { damAddress, damConnection } from './server-dam.ts';

type HookContext = Context<{ Bindings: Env }>;

interface Dialect {
  platform: Platform;
  signature: string;
  topic: string;
  read: (payload: unknown, hook: { topic: string; headers: Headers; now: number }) => Promise<Heard[]>;
}

const shopify: Dialect = {
  platform: 'shopify',
  signature: 'x-shopify-hmac-sha256',
  topic: 'x-shopify-topic',
  read: (payload, { topic, headers, now }) =>
    eventsOfShopify(payload, { topic, delivery: headers.get('x-shopify-webhook-id') ?? `at-${now}`, now }),
};
const woocommerce: Dialect = {
  platform: 'woocommerce',
  signature: 'x-wc-webhook-signature',
  topic: 'x-wc-webhook-topic',
  read: (payload, { topic, now }) => eventsOfWooCommerce(payload, { topic, now }),
};

export const hooks = new Hono<{ Bindings: Env }>()
  .post('/hooks/shopify/:shop', (c) => hear(c, shopify, c.req.param('shop')))
  .post('/hooks/woocommerce/:shop', async (c) => {
    // Saving a webhook sends `webhook_id=1`, unsigned, and expects 200 (WC_Webhook::deliver_ping): it says nothing.
    const isPing = !c.req.header(woocommerce.signature) && !c.req.header(woocommerce.topic);
    return isPing ? c.json({ ok: true }) : hear(c, woocommerce, c.req.param('shop'));
  });

async function hear(c: HookContext, dialect: Dialect, named: string): Promise<Response> {
  const now = Date.now();
  const shop = shopIdSchema.safeParse(named);
  const ofAddress = damAddress(c, now);
  if (ofAddress) return ofAddress;
  const settings = shop.success ? await shopSettings(c.env, shop.data, now) : null;
  const { text, whole } = await textWithin(c.req.raw, serverLimits.bytes);
  if (!whole) return c.json(tooLarge, 413);
  if (!shop.success || !settings) return c.json(notSigned, 401);
  const keepAlive = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const speaker: Speaker = { shop: shop.data, settings, platform: dialect.platform, keepAlive };
  if (!(await isBelieved(c.env, speaker, text, c.req.header(dialect.signature) ?? null))) {
    note(c.env, speaker, { reason: 'bad-signature', path: '', message: notSigned.message }, now);
    return c.json(notSigned, 401);
  }
  // Counted only where it is signed: nobody else can use up what the platform may bring.
  const ofConnection = damConnection(c, shop.data, dialect.platform, now);
  if (ofConnection) return ofConnection;
  const topic = (c.req.header(dialect.topic) ?? '').toLowerCase().slice(0, 100);
  const json = jsonOf(text);
  if (!json.ok) {
    note(c.env, speaker, { reason: 'bad-json', path: '', message: json.because }, now);
    return c.json({ code: 'bad-json', message: `this is not JSON: ${json.because}` }, 400);
  }
  const heard = await dialect.read(json.value, { topic, headers: c.req.raw.headers, now });
  const outcome = await storeHeard(c.env, speaker, [heard], now);
  await noteConnection(databaseOf(c.env), speaker.shop, { platform: dialect.platform, topic, now });
  return c.json<Outcome>(outcome);
}

const tooLarge: ErrorBody = { code: 'too-large', message: 'a webhook has at most 2 MB' };
const notSigned: ErrorBody = {
  code: 'bad-signature',
  message: 'the signature does not fit the body: paste this webhook’s secret into Settings, Connections',
};

/** True where the body is signed with the secret of this shop's connection. */
async function isBelieved(
  env: Env,
  { shop, platform }: { shop: ShopId; platform: Platform },
  body: string,
  signature: string | null,
): Promise<boolean> {
  // What cannot be a signature costs no look into the database.
  if (!/^[A-Za-z0-9+/]{43}=$/.test(signature ?? '')) return false;
  const connection = await connectionTo(databaseOf(env), shop, platform);
  if (!connection?.sealed) return false;
  const secret = await unseal(env, { shop, platform }, connection.sealed);
  return secret.ok && isSignedBy(secret.value, body, signature);
}
