// Which products stand in a letter: those that it is about, and those picked beside them. From the catalogue as it is now.
import type { Product, SellableProduct, ShowableProduct } from '@winback/db';
import {
  isSellable,
  isShowable,
  listCategories,
  listProducts,
  ordersById,
  popularProducts,
  productsById,
} from '@winback/db';
import type { Result, ScenarioCode, ShopSettings } from '@winback/domain';
import { formatMoney, isLower, ok, refuse, scenarioIn, usualLeastDropPercent } from '@winback/domain';
import { recommendFor } from '@winback/engine/recommend';
import type { About } from '@winback/engine/triggers';
import type { LetterData, LetterProduct } from '@winback/mail';
import { letterProduct } from '../letter-product.ts';
import { candidatesFor } from '../recommendations.ts';
import type { Brief, Settlement } from '../visitor/answers.ts';
import type { ComposeDeps } from './compose.ts';

export interface LetterContent {
  items: LetterProduct[];
  picks: LetterProduct[];
  about: Pick<LetterData, 'search' | 'category'>;
}

type Written = Extract<Brief, { kind: 'compose' }>;
type Refusal = Pick<Extract<Settlement, { kind: 'suppressed' }>, 'reason' | 'sentence'>;
type Answer = Result<LetterContent, Refusal>;

/** More than this of what a letter is about is a list, not a reminder. */
const mostItems = 8;

/** The products of a letter; refused where it has nothing to show, or is about something that is no more. */
export function letterContent(deps: ComposeDeps, brief: Written, scenario: ScenarioCode): Promise<Answer> {
  const limit = scenarioIn(deps.settings, scenario).recommendations;
  const { about } = brief;
  switch (about.kind) {
    case 'cart':
      return ofCart(deps, brief, about, limit);
    case 'products':
      return ofViews(deps, brief, about, limit);
    case 'back-in-stock':
      return ofReturned(deps, brief, about, limit);
    case 'price-drop':
      return ofCheaper(deps, brief, about, limit);
    case 'supplies':
      return ofSupplies(deps, brief, about, limit);
    case 'order':
      return ofOrder(deps, brief, about, limit);
    case 'category':
      return ofCategory(deps, brief, about, limit);
    case 'search':
      return ofSearch(deps, about, limit);
    case 'person':
      return picksAlone(deps, brief, limit);
  }
}

/** The cart's lines with the catalogue's names and prices of now; what is sold out or gone is left out. */
async function ofCart(
  deps: ComposeDeps,
  brief: Written,
  { lines }: Extract<About, { kind: 'cart' }>,
  limit: number,
): Promise<Answer> {
  const products = lines.map((line) => line.product);
  const [known, picks] = await Promise.all([sellable(deps, products), picksBeside(deps, brief, products, limit)]);
  const items = lines.flatMap((line) => {
    const product = known.get(line.product);
    return product?.inStock ? [{ ...letterProduct(product, deps.settings), quantity: line.quantity }] : [];
  });
  if (items.length === 0)
    return nothing('Not sent: none of the products in the cart is in the catalogue and in stock.');
  return ok({ items, picks, about: {} });
}

async function ofViews(
  deps: ComposeDeps,
  brief: Written,
  { products }: Extract<About, { kind: 'products' }>,
  limit: number,
): Promise<Answer> {
  const [known, picks] = await Promise.all([sellable(deps, products), picksBeside(deps, brief, products, limit)]);
  const items = products.flatMap((id) => {
    const product = known.get(id);
    return product && isShowable(product) ? [letterProduct(product, deps.settings)] : [];
  });
  if (items.length === 0)
    return nothing('Not sent: none of the products that were looked at can be bought and shown now.');
  return ok({ items: items.slice(0, mostItems), picks, about: {} });
}

/** Products that were waited for, as far as they can be bought still. */
async function ofReturned(
  deps: ComposeDeps,
  brief: Written,
  { products }: Extract<About, { kind: 'back-in-stock' }>,
  limit: number,
): Promise<Answer> {
  const [known, picks] = await Promise.all([sellable(deps, products), picksBeside(deps, brief, products, limit)]);
  const items = products.flatMap((id) => {
    const product = known.get(id);
    return product?.inStock ? [letterProduct(product, deps.settings)] : [];
  });
  if (items.length === 0)
    return refuse({ reason: 'sold-out', sentence: 'Not sent: it was sold out again before the letter was written.' });
  return ok({ items: items.slice(0, mostItems), picks, about: {} });
}

/** Products whose price is low enough still, beside the price that it is compared with. */
async function ofCheaper(
  deps: ComposeDeps,
  brief: Written,
  { items: wanted }: Extract<About, { kind: 'price-drop' }>,
  limit: number,
): Promise<Answer> {
  const { settings } = deps;
  const products = wanted.map(({ product }) => product);
  const [known, picks] = await Promise.all([sellable(deps, products), picksBeside(deps, brief, products, limit)]);
  const { leastDropPercent = usualLeastDropPercent } = scenarioIn(settings, 'product_price_decrease');
  const there = wanted.flatMap(({ product: id, from }) => {
    const product = known.get(id);
    return product?.inStock ? [{ product, from }] : [];
  });
  const cheaper = there.filter(({ product: { price }, from }) => isLower(price, from, leastDropPercent));
  const items = cheaper.map(({ product, from }) => ({
    ...letterProduct(product, settings),
    oldPrice: formatMoney(from, settings.language),
  }));
  if (there.length === 0)
    return refuse({ reason: 'sold-out', sentence: 'Not sent: it was sold out before the letter was written.' });
  if (items.length === 0)
    return refuse({
      reason: 'price-back-up',
      sentence: 'Not sent: the price rose again before the letter was written.',
    });
  return ok({ items: items.slice(0, mostItems), picks, about: {} });
}

/** What runs out, as far as it can be bought again. */
async function ofSupplies(
  deps: ComposeDeps,
  brief: Written,
  { products }: Extract<About, { kind: 'supplies' }>,
  limit: number,
): Promise<Answer> {
  const [known, picks] = await Promise.all([sellable(deps, products), picksBeside(deps, brief, products, limit)]);
  const items = products.flatMap((id) => {
    const product = known.get(id);
    return product?.inStock ? [letterProduct(product, deps.settings)] : [];
  });
  if (items.length === 0)
    return refuse({
      reason: 'sold-out',
      sentence: 'Not sent: what runs out cannot be bought again now: it is sold out.',
    });
  return ok({ items: items.slice(0, mostItems), picks, about: {} });
}

/** What was ordered, dearest first, whether there is more of it or not. */
async function ofOrder(
  deps: ComposeDeps,
  brief: Written,
  about: Extract<About, { kind: 'order' }>,
  limit: number,
): Promise<Answer> {
  const [order] = await ordersById(deps.db, deps.shop, [about.order]);
  if (order?.status === 'cancelled')
    return refuse({ reason: 'order-cancelled', sentence: 'Not sent: the order was cancelled.' });
  // The shop and its storefront may number one order differently: one of the two numbers says thanks.
  if (order?.twin && order.twin < order.id)
    return refuse({
      reason: 'lost-to-another',
      sentence: `Not sent: this is order ${order.twin} under its other number.`,
    });
  const [known, picks] = await Promise.all([
    sellable(deps, about.products),
    picksBeside(deps, brief, about.products, limit),
  ]);
  const items = [...known.values()]
    .sort((a, b) => b.price.minor - a.price.minor)
    .map((product) => letterProduct(product, deps.settings));
  if (items.length === 0 && picks.length === 0)
    return nothing('Not sent: nothing of the order is in the catalogue, and nothing goes with it.');
  return ok({ items: items.slice(0, mostItems), picks, about: {} });
}

/** The best of what was browsed; not for who went on to a product of it: that is another letter's business. */
async function ofCategory(
  { db, shop, settings }: ComposeDeps,
  { views, ordered }: Written,
  { categories }: Extract<About, { kind: 'category' }>,
  limit: number,
): Promise<Answer> {
  const wanted = new Set(categories);
  const [seen, popular, names] = await Promise.all([
    productsById(db, shop, views),
    popularProducts(db, shop, limit * 3, categories),
    listCategories(db, shop),
  ]);
  if (seen.some(({ categoryId }) => categoryId !== null && wanted.has(categoryId)))
    return refuse({ reason: 'lost-to-another', sentence: 'Not sent: products of the category were looked at.' });
  const picks = showable(popular, new Set(ordered), limit, settings);
  if (picks.length === 0) return nothing('Not sent: nothing of the category can be bought and shown now.');
  const name = names.find(({ id }) => id === categories[0])?.name;
  return ok({ items: [], picks, about: name === undefined ? {} : { category: { name } } });
}

async function ofSearch(
  { db, shop, settings }: ComposeDeps,
  { query }: Extract<About, { kind: 'search' }>,
  limit: number,
): Promise<Answer> {
  const { rows } = await listProducts(db, shop, { q: query, stock: 'in', limit: Math.max(1, limit * 2) });
  const picks = showable(rows, new Set(), limit, settings);
  if (picks.length === 0) return nothing('Not sent: nothing that can be bought and shown now fits the search.');
  return ok({ items: [], picks, about: { search: { query } } });
}

async function picksAlone(deps: ComposeDeps, brief: Written, limit: number): Promise<Answer> {
  const picks = await picksBeside(deps, brief, [], limit);
  return picks.length === 0
    ? nothing('Not sent: there is nothing to recommend that can be bought and shown now.')
    : ok({ items: [], picks, about: {} });
}

/** Recommendations that may stand beside what the letter is about: in stock, with a picture, none of it and not bought before. */
async function picksBeside(
  { db, shop, settings }: ComposeDeps,
  { views, ordered }: Written,
  beside: readonly string[],
  limit: number,
): Promise<LetterProduct[]> {
  if (limit === 0) return [];
  const exclude = new Set([...beside, ...ordered]);
  const ranked = recommendFor({
    cart: beside,
    views,
    ...(await candidatesFor(db, { shop, around: [...beside, ...views], categories: [], limit: limit * 5 })),
    exclude,
    limit: limit * 3,
  });
  const products = new Map((await productsById(db, shop, ranked)).map((product) => [product.id, product]));
  return showable(
    ranked.flatMap((id) => products.get(id) ?? []),
    exclude,
    limit,
    settings,
  );
}

function showable(
  products: readonly Product[],
  exclude: ReadonlySet<string>,
  limit: number,
  settings: ShopSettings,
): LetterProduct[] {
  return products
    .filter((product): product is ShowableProduct => isShowable(product) && !exclude.has(product.id))
    .slice(0, limit)
    .map((product) => letterProduct(product, settings));
}

async function sellable(
  { db, shop }: ComposeDeps,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SellableProduct>> {
  const products = await productsById(db, shop, ids);
  return new Map(products.filter(isSellable).map((product) => [product.id, product]));
}

function nothing(sentence: string): Answer {
  return refuse({ reason: 'nothing-to-show', sentence });
}
