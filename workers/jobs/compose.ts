// A letter's words and products, from what is true now: the subscriber, the catalogue, the shop's template.

import type { Database, SellableProduct } from '@winback/db';
import { isSellable, isShowable, kindsOf, productsById, subscriberById, suppressionOf, templateFor } from '@winback/db';
import type { ScenarioCode, ShopId, ShopSettings } from '@winback/domain';
import { formatMoney } from '@winback/domain';
import { recommendFor } from '@winback/engine/recommend';
import type { LetterProduct, OutgoingMessage } from '@winback/mail';
import { letterMessage, renderLetter, signToken, utmUrl } from '@winback/mail';
import { candidatesFor } from '../recommendations.ts';
import type { Brief, Settlement } from '../visitor/answers.ts';

export interface ComposeDeps {
  db: Database;
  shop: ShopId;
  settings: ShopSettings;
  linkSecret: string;
  publicUrl: string;
  now: number;
}

export type Composed =
  | { ok: true; message: OutgoingMessage }
  | { ok: false; settlement: Extract<Settlement, { kind: 'suppressed' }> };

/** Writes the letter, or says why it cannot be written. A letter without an address, consent or product is suppressed. */
export async function composeLetter(
  deps: ComposeDeps,
  letter: string,
  brief: Extract<Brief, { kind: 'compose' }>,
): Promise<Composed> {
  const { db, shop, settings } = deps;
  const scenario = brief.scenario as ScenarioCode;
  const subscriber = await subscriberById(db, shop, brief.person);
  if (!subscriber) return stopped('no-address', 'Not sent: the subscriber was deleted.');
  if (subscriber.consent === 'unsubscribed')
    return stopped('unsubscribed', 'Not sent: the subscriber has unsubscribed.');
  if (subscriber.consent !== 'subscribed')
    return stopped('no-consent', 'Not sent: the subscriber has not agreed to letters.');
  // Every letter of ours answers something that somebody did: that kind is called a chain.
  if ((await kindsOf(db, shop, brief.person))['chain'] === false)
    return stopped('no-consent', 'Not sent: the subscriber wants no letters of this kind.');
  const suppression = await suppressionOf(db, shop, subscriber.email);
  if (suppression === 'erased')
    return stopped('unsubscribed', 'Not sent: the owner of this address wanted to be forgotten.');
  if (suppression !== null) return stopped('bounced', 'Not sent: letters to this address came back.');
  const [items, picks, template] = await Promise.all([
    cartItems(deps, brief),
    picksFor(deps, brief, scenario),
    templateFor(db, shop, scenario),
  ]);
  if (items.length === 0)
    return stopped('nothing-to-show', 'Not sent: none of the products in the cart is in the catalogue and in stock.');
  if (!template) throw new Error(`the shop has no template for ${scenario}`);
  const links = linksFor(deps, { letter, scenario, person: brief.person });
  const unsubscribeUrl = await links.unsubscribe();
  const data = {
    shop: {
      name: settings.name,
      url: await links.to(settings.url),
      postalAddress: settings.sender.postalAddress,
      language: settings.language,
    },
    person: { name: subscriber.name },
    items: await Promise.all(items.map(async (item) => ({ ...item, url: await links.to(item.url) }))),
    picks: await Promise.all(picks.map(async (pick) => ({ ...pick, url: await links.to(pick.url) }))),
    cartUrl: await links.to(new URL('cart', `${settings.url.replace(/\/$/, '')}/`).href),
    unsubscribeUrl,
  };
  const { subject, preheader } = settings.scenarios[scenario];
  const rendered = renderLetter({ template, subject, preheader, data });
  return {
    ok: true,
    message: letterMessage({
      letter,
      shop,
      scenario,
      sender: settings.sender,
      to: { name: subscriber.name, address: subscriber.email },
      unsubscribeUrl,
      ...rendered,
    }),
  };
}

function stopped(reason: Extract<Settlement, { kind: 'suppressed' }>['reason'], sentence: string): Composed {
  return { ok: false, settlement: { kind: 'suppressed', reason, sentence } };
}

/** The cart's lines with the catalogue's names and prices of now; what is sold out or gone is left out. */
async function cartItems(
  { db, shop, settings }: ComposeDeps,
  brief: Extract<Brief, { kind: 'compose' }>,
): Promise<LetterProduct[]> {
  const products = await productsById(
    db,
    shop,
    brief.cart.map((line) => line.product),
  );
  const known = new Map(products.map((product) => [product.id, product]));
  return brief.cart.flatMap((line) => {
    const product = known.get(line.product);
    return product?.inStock && isSellable(product)
      ? [{ ...letterProduct(product, settings), quantity: line.quantity }]
      : [];
  });
}

/** Recommendations that may stand beside the cart: in stock, with a picture, not in it and not bought before. */
async function picksFor(
  { db, shop, settings }: ComposeDeps,
  brief: Extract<Brief, { kind: 'compose' }>,
  scenario: ScenarioCode,
): Promise<LetterProduct[]> {
  const limit = settings.scenarios[scenario].recommendations;
  if (limit === 0) return [];
  const cart = brief.cart.map((line) => line.product);
  const around = [...cart, ...brief.views];
  const exclude = new Set([...cart, ...brief.ordered]);
  const ranked = recommendFor({
    cart,
    views: brief.views,
    ...(await candidatesFor(db, { shop, around, categories: [], limit: limit * 5 })),
    exclude,
    limit: limit * 3,
  });
  const products = new Map((await productsById(db, shop, ranked)).map((product) => [product.id, product]));
  return ranked
    .flatMap((id) => products.get(id) ?? [])
    .filter(isShowable)
    .slice(0, limit)
    .map((product) => letterProduct(product, settings));
}

function letterProduct(product: SellableProduct, { language }: ShopSettings): LetterProduct {
  return {
    id: product.id,
    name: product.name,
    url: product.url,
    picture: product.picture,
    price: formatMoney(product.price, language),
    oldPrice: product.oldPrice ? formatMoney(product.oldPrice, language) : null,
  };
}

/** Links of one letter: the shop's own addresses behind a signed redirect that names the letter, and the way out. */
function linksFor(
  { shop, linkSecret, publicUrl, now }: ComposeDeps,
  of: { letter: string; scenario: ScenarioCode; person: string },
) {
  const utm = { source: 'winback', medium: 'email', campaign: of.scenario, content: of.letter };
  const expiresAt = now + linkLifeMs;
  return {
    to: async (url: string) => {
      const token = await signToken(linkSecret, {
        kind: 'click',
        shop,
        letter: of.letter,
        url: utmUrl(url, utm),
        expiresAt,
      });
      return `${publicUrl}/c/${token}`;
    },
    unsubscribe: async () => {
      const token = await signToken(linkSecret, {
        kind: 'unsubscribe',
        shop,
        person: of.person,
        letter: of.letter,
        expiresAt,
      });
      return `${publicUrl}/u/${token}`;
    },
  };
}

/** People find letters years later; the law wants the way out to work for at least a month, kindness wants longer. */
const linkLifeMs = 400 * 86_400_000;
