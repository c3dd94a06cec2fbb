// What a letter is shown with before it is sent: a real person's name, cart and views, and the shop's own products; where the shop has
// none that can be shown, some that are drawn here.
import type { Product, Reader, ShowableProduct } from '@winback/db';
import { isShowable, popularProducts, productsById, readerOf } from '@winback/db';
import type { Money, PersonId, ShopId, ShopSettings, TemplateUse } from '@winback/domain';
import { formatMoney, homeName, scenarioIn } from '@winback/domain';
import type { ConfirmationData, LetterData, LetterProduct } from '@winback/mail';
import { askedWords } from '../asked-words.ts';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { letterProduct } from '../letter-product.ts';

interface Wanted {
  use: TemplateUse;
  /** In the letter's language. */
  settings: ShopSettings;
  /** Null: nobody in particular. */
  person: PersonId | null;
}

export interface SampleLetter {
  data: LetterData | ConfirmationData;
  ownProducts: boolean;
}

/** Null: there is no such person. */
export async function sampleLetter(env: Env, shop: ShopId, wanted: Wanted): Promise<SampleLetter | null> {
  const { use, settings, person } = wanted;
  const { PUBLIC_URL: publicUrl } = settingsOf(env);
  const reader = person === null ? null : await readerOf(databaseOf(env), shop, person);
  if (person !== null && !reader) return null;
  if (use === 'double_opt_in') return { data: confirmationData(publicUrl, settings), ownProducts: true };
  const acts = reader ? await actsOf(env, shop, reader) : null;
  const shown = await productsFor(env, shop, { ...wanted, acts });
  const data: LetterData = {
    shop: shopData(settings),
    person: reader ? personOf(reader) : { name: null },
    ...shown.products,
    items: shown.products.items.map((item) =>
      use === 'recently_purchased' ? { ...item, rateUrl: `${publicUrl}/rate/preview` } : item,
    ),
    search: { query: acts?.query ?? shown.products.items[0]?.name.split(' ')[0]?.toLowerCase() ?? '' },
    category: { name: shown.category },
    cartUrl: new URL('cart', `${settings.url.replace(/\/$/, '')}/`).href,
    unsubscribeUrl: `${publicUrl}/u/preview`,
    viewOnlineUrl: `${publicUrl}/v/preview`,
    utmParams: `utm_source=winback&utm_medium=email&utm_campaign=${use}`,
    letter: { id: 'preview', campaign: use },
  };
  return { data, ownProducts: shown.own };
}

function shopData({ name, url, sender, language, brand }: ShopSettings): LetterData['shop'] {
  return { name, url, postalAddress: sender.postalAddress, language, logoUrl: brand.logoUrl };
}

function personOf({ name, email, id, phone, externalId, profile }: Reader): LetterData['person'] {
  return { name, email, id, phone, externalId, profile };
}

function confirmationData(publicUrl: string, settings: ShopSettings): ConfirmationData {
  const asked = askedWords({ at: Date.now(), source: 'popup' }, settings);
  return { shop: shopData(settings), confirmUrl: `${publicUrl}/confirm/preview`, asked };
}

interface Acts {
  cart: { product: string; quantity: number }[];
  products: string[];
  query: string | null;
}

/** What the person did, as their home knows it. */
async function actsOf(env: Env, shop: ShopId, reader: Reader): Promise<Acts> {
  const { cart, entries } = await env.VISITOR.getByName(homeName(shop, reader.id as PersonId)).timeline();
  const products = entries.flatMap(({ product }) => product ?? []);
  return { cart, products: [...new Set(products)], query: entries.find(({ query }) => query)?.query ?? null };
}

async function productsFor(env: Env, shop: ShopId, { use, settings, acts }: Wanted & { acts: Acts | null }) {
  const db = databaseOf(env);
  const wanted = use === 'digest' ? 6 : scenarioIn(settings, use).recommendations;
  const own = [...(acts?.cart.map(({ product }) => product) ?? []), ...(acts?.products ?? [])];
  const [popular, theirs] = await Promise.all([
    popularProducts(db, shop, wanted + 3),
    productsById(db, shop, [...new Set(own)].slice(0, 50)),
  ]);
  const known = new Map(theirs.filter(isShowable).map((product) => [product.id, product]));
  const about = [...new Set(own)].flatMap((id) => known.get(id) ?? []).slice(0, 3);
  const rest = popular.filter(
    (product): product is ShowableProduct => isShowable(product) && !about.some(({ id }) => id === product.id),
  );
  const items = about.length > 0 ? about : rest.splice(0, 2);
  if (items.length === 0)
    return { own: false, category: drawnCategory[settings.language], products: drawn(settings, wanted) };
  const pieces = new Map(acts?.cart.map(({ product, quantity }) => [product, quantity]));
  return {
    own: true,
    category: categoryOf(popular),
    products: {
      items: items.map((product, at) => ({
        ...withDrop(product, settings, use),
        quantity: pieces.get(product.id) ?? at + 1,
      })),
      picks: rest.slice(0, wanted).map((product) => letterProduct(product, settings)),
    },
  };
}

function categoryOf(products: readonly Product[]): string {
  return products.find(({ category }) => category !== null)?.category ?? '';
}

/** A letter about a lower price needs one that was higher: in a preview nobody has waited yet. */
function withDrop(product: ShowableProduct, settings: ShopSettings, use: TemplateUse): LetterProduct {
  const shown = letterProduct(product, settings);
  if (shown.oldPrice !== null || use !== 'product_price_decrease') return shown;
  return { ...shown, oldPrice: formatMoney(tenthMore(product.price), settings.language) };
}

function tenthMore({ minor, currency }: Money): Money {
  return { minor: Math.round(minor * 1.1), currency };
}

const drawnNames = {
  en: [
    'Linen shirt',
    'Clay jug',
    'Wool blanket',
    'Oak board',
    'Field notebook',
    'Brass lamp',
    'Tea tin',
    'Felt slippers',
  ],
  ru: [
    'Льняная рубашка',
    'Глиняный кувшин',
    'Шерстяной плед',
    'Дубовая доска',
    'Блокнот',
    'Латунная лампа',
    'Банка для чая',
    'Войлочные тапочки',
  ],
} as const;
const drawnCategory = { en: 'At home', ru: 'Дом' } as const;

/** For shops without a catalogue: names and prices, no pictures. */
function drawn(settings: ShopSettings, picks: number): Pick<LetterData, 'items' | 'picks'> {
  const all = drawnNames[settings.language].map(
    (name, at): LetterProduct => ({
      ...{ id: `drawn-${at}`, name, url: settings.url, picture: null, oldPrice: null },
      price: formatMoney({ minor: 1_900 + at * 700, currency: settings.currency }, settings.language),
    }),
  );
  return {
    items: all.slice(0, 2).map((item, at) => ({ ...item, quantity: at + 1 })),
    picks: all.slice(2, 2 + picks),
  };
}
