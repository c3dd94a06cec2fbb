// The subscription form's script, and the page on which the dashboard shows it while it is designed.
import type { ShopId, ShopSettings } from '@winback/domain';
import { shopIdSchema } from '@winback/domain';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import { serveScript, unknownShopScript } from './script.ts';
import { formScript } from './tracker.gen.ts';

type FormContext = Context<{ Bindings: Env }>;

export const formRoute = new Hono<{ Bindings: Env }>()
  .get('/form.js', async (c) => {
    const found = await formOf(c);
    if (!found) return unknownShopScript(c, c.req.query('shop') ?? '');
    const isPreview = c.req.query('preview') !== undefined;
    if (isPreview) return serveScript(c, scriptOf(found.settings, designersOf(c)), 'no-store');
    return serveScript(c, found.settings.form.on && found.settings.standing.open ? scriptOf(found.settings, null) : '');
  })
  .get('/form-preview', async (c) => {
    const found = await formOf(c);
    if (!found) return c.text('There is no shop with this id.', 404);
    c.header('cache-control', 'no-store');
    c.header('referrer-policy', 'no-referrer');
    c.header('x-content-type-options', 'nosniff');
    c.header('x-robots-tag', 'noindex');
    c.header(
      'content-security-policy',
      `default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ${["'self'", ...designersOf(c)].join(' ')}`,
    );
    return c.html(previewPage(found.shop, found.settings));
  });

async function formOf(c: FormContext): Promise<{ shop: ShopId; settings: ShopSettings } | null> {
  const read = shopIdSchema.safeParse(c.req.query('shop'));
  const settings = read.success ? await shopSettings(c.env, read.data, Date.now()) : null;
  return read.success && settings ? { shop: read.data, settings } : null;
}

function scriptOf({ language, brand, form, consent }: ShopSettings, designers: readonly string[] | null): string {
  const { on: _on, ...design } = form;
  const mustConfirm = consent.confirm === 'always';
  return `{const WF=${JSON.stringify({ language, color: brand.color, form: design, mustConfirm, designers })};${formScript}}`;
}

/** Where merchants design: who may frame the preview, and whose messages it hears. */
function designersOf(c: FormContext): string[] {
  const { PUBLIC_URL, DASHBOARD_URL } = settingsOf(c.env);
  return [...new Set([c.req.url, PUBLIC_URL, DASHBOARD_URL ?? PUBLIC_URL].map((url) => new URL(url).origin))];
}

function previewPage(shop: ShopId, { language, name }: ShopSettings) {
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${name}</title></head>
<body><script src="/form.js?shop=${shop}&preview=1"></script></body></html>`;
}
