// A letter as a page, for mail programs that do not show it well. It is written again from what the letter was about, with the prices of
// now; whoever is sent the address sees the letter, as whoever is sent the mail does.
import { editionAt, isSellable, productsById, readerOf } from '@winback/db';
import type { PersonId, ShopId, ShopSettings } from '@winback/domain';
import { coverIn, templateLanguageSchema, templateUseSchema } from '@winback/domain';
import type { LetterData, LetterLinks, LetterProduct, TokenPayload } from '@winback/mail';
import { plainLinks, renderLetter, signToken, utmUrl } from '@winback/mail';

import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { letterProduct } from '../letter-product.ts';
import { shopSettings } from '../shop-settings.ts';
import type { SentTemplate } from '../templates.ts';
import { builtIn } from '../templates.ts';
import { page } from './page.ts';
import { tokenOf } from './token.ts';

type Viewed = Extract<TokenPayload, { kind: 'view' }>;

const linkLifeMs = 400 * 86_400_000;

/** A merchant wrote it: it may show pictures and lead on, and nothing else. `sandbox` takes our origin from it. */
const policy =
  "default-src 'none'; img-src https: data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

export const view = new Hono<{ Bindings: Env }>().get('/v/:token', async (c) => {
  c.header('referrer-policy', 'no-referrer');
  c.header('cache-control', 'no-store');
  c.header('x-robots-tag', 'noindex');
  c.header('x-content-type-options', 'nosniff');
  c.header('content-security-policy', policy);
  const payload = await tokenOf(c, 'view');
  const html = payload ? await letterPage(c.env, payload) : null;
  return html === null
    ? c.html(page('This letter is not here any more', 'Open the newest letter from the shop.'), 404)
    : c.html(html);
});

/** Null: the shop, the person or the template is no more. */
async function letterPage(env: Env, viewed: Viewed): Promise<string | null> {
  const shop = viewed.shop as ShopId;
  const db = databaseOf(env);
  const [settings, reader] = await Promise.all([
    shopSettings(env, shop, Date.now()),
    readerOf(db, shop, viewed.person as PersonId),
  ]);
  if (!settings || !reader) return null;
  const template = await templateThen(env, viewed, settings);
  if (!template) return null;
  const ids = [...viewed.items.map(([id]) => id), ...viewed.picks];
  const known = new Map((await productsById(db, shop, ids)).filter(isSellable).map((one) => [one.id, one]));
  const shown = (id: string, quantity: number): LetterProduct[] => {
    const product = known.get(id);
    return product ? [{ ...letterProduct(product, template), quantity }] : [];
  };
  const { name, email, id, phone, externalId, profile } = reader;
  const data: LetterData = {
    shop: {
      ...{ name: settings.name, url: settings.url, language: template.language },
      postalAddress: settings.sender.postalAddress,
      logoUrl: settings.brand.logoUrl,
    },
    person: { name, email, id, phone, externalId, profile },
    items: viewed.items.flatMap(([product, quantity]) => shown(product, quantity)),
    picks: viewed.picks.flatMap((product) => shown(product, 1)),
    ...(viewed.query === undefined ? {} : { search: { query: viewed.query } }),
    ...(viewed.category === undefined ? {} : { category: { name: viewed.category } }),
    cartUrl: new URL('cart', `${settings.url.replace(/\/$/, '')}/`).href,
    unsubscribeUrl: await wayOut(env, viewed),
    letter: { id: viewed.letter, campaign: viewed.use },
  };
  const { subject, preheader } = template;
  return renderLetter({ template, subject, preheader, data, links: linksOn(env, viewed) }).html;
}

/** They lead to the shop by themselves: whoever follows one of a page did not follow the letter's. */
function linksOn(env: Env, viewed: Viewed): LetterLinks {
  const ours = `${settingsOf(env).PUBLIC_URL.replace(/\/$/, '')}/`;
  const utm = { source: 'winback', medium: 'email', campaign: viewed.use, content: viewed.letter };
  const to = (url: string) => {
    const address = plainLinks.to(url, 0);
    return address.startsWith('http') && !address.startsWith(ours) ? utmUrl(address, utm) : address;
  };
  return { to, opened: null, trap: null };
}

async function wayOut(env: Env, { shop, person, letter }: Viewed): Promise<string> {
  const { LINK_SECRET: secret, PUBLIC_URL: publicUrl } = settingsOf(env);
  const expiresAt = Date.now() + linkLifeMs;
  return `${publicUrl}/u/${await signToken(secret, { kind: 'unsubscribe', shop, person, letter, expiresAt })}`;
}

/** The template that the letter was written with. */
async function templateThen(env: Env, viewed: Viewed, settings: ShopSettings): Promise<SentTemplate | null> {
  const use = templateUseSchema.safeParse(viewed.use);
  const language = templateLanguageSchema.safeParse(viewed.language);
  if (!use.success || !language.success) return null;
  const key = { use: use.data, language: language.data };
  if (viewed.version === 0) return builtIn(key, settings);
  const edition = await editionAt(databaseOf(env), viewed.shop as ShopId, key, viewed.version);
  if (!edition) return null;
  const { html, text, version } = edition;
  return { language: key.language, version, html, text, ...coverIn(settings, key.use, key.language) };
}
