// What concerns the storefront: how shoppers are counted, what they allow, where they leave an address, the form that asks.
import { writeSettings } from '@winback/db';
import type { ErrorBody, ShopSettings, Storefront, StorefrontPatch } from '@winback/domain';
import { shopSettingsSchema, storefrontPatchSchema, storefrontSchema } from '@winback/domain';
import type { Context } from 'hono';
import { Hono } from 'hono';
import ipaddr from 'ipaddr.js';
import { answers, takes } from '../described.ts';
import { databaseOf, settingsOf } from '../env.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

export const storefront = new Hono<ShopEnv>()
  .get('/settings/storefront', answers('What concerns the storefront.', storefrontSchema), (c) =>
    c.json(storefrontOf(c, c.var.record.settings)),
  )
  .patch(
    '/settings/storefront',
    answers('Changes what concerns the storefront; fields that are not named stay.', storefrontSchema),
    takes('json', storefrontPatchSchema),
    async (c) => {
      const patch = c.req.valid('json');
      const wrong = (patch.traffic?.internalAddresses ?? []).findIndex((one) => !isNetwork(one));
      if (wrong >= 0) return refused(c, 400, noNetwork(wrong));
      const { shop, record } = c.var;
      const settings = patched(record.settings, patch, Date.now());
      await writeSettings(databaseOf(c.env), shop, settings);
      return c.json(storefrontOf(c, settings));
    },
  );

function storefrontOf(
  c: Context<ShopEnv>,
  { traffic, privacy, capture, consent, form, standing }: ShopSettings,
): Storefront {
  const { shop } = c.var;
  return {
    ...{ traffic, privacy, capture, consent, form, standing },
    yourAddress: c.req.header('cf-connecting-ip') ?? null,
    formPreviewUrl: `${settingsOf(c.env).PUBLIC_URL}/form-preview?shop=${shop}`,
  };
}

function patched(
  settings: ShopSettings,
  { traffic, privacy, capture, consent, form, open }: StorefrontPatch,
  now: number,
): ShopSettings {
  const isNews = open !== undefined && open !== settings.standing.open;
  return shopSettingsSchema.parse({
    ...settings,
    traffic: { ...settings.traffic, ...traffic },
    privacy: { ...settings.privacy, ...privacy },
    capture: { ...settings.capture, ...capture },
    consent: { ...settings.consent, ...consent },
    form: { ...settings.form, ...form },
    standing: isNews ? { open, since: now } : settings.standing,
  });
}

/** The schema looks at the letters; whether they make an address, and the number a network of it, is seen here. */
function isNetwork(text: string): boolean {
  return text.includes('/') ? ipaddr.isValidCIDR(text) : ipaddr.isValid(text);
}

function noNetwork(at: number): ErrorBody {
  const path = `traffic.internalAddresses.${at}`;
  const message = 'this is no address and no network: write 203.0.113.7 or 203.0.113.0/24';
  return { code: 'bad-request', message: `${path}: ${message}`, problems: [{ path, code: 'format', message }] };
}
