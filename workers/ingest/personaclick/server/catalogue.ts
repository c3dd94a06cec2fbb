// The catalogue without a feed: categories, products, what is in stock. Answers 204 and nothing else, as the plugins demand: what
// was wrong is told on the Feed page, among the imports.
import type { PushReport } from '@winback/db';
import { dropCategories, missingFrom, notePush, productsAmong, putCategories, putOffers, setStock } from '@winback/db';
import type { FeedProblem } from '@winback/domain';
import { Hono } from 'hono';
import { databaseOf } from '../../../env.ts';
import { stagedOf } from '../../../staged-offer.ts';
import { answeredEmpty } from '../answers.ts';
import type { WireCall, WireContext, WireEnv } from '../call.ts';
import { secretCallOf } from '../call.ts';
import { bodyLimits, textIn } from '../params.ts';
import { noteOf } from '../take.ts';
import type { RefusedItem } from './batch.ts';
import { itemsIn, lastOfEach, readEach } from './batch.ts';
import { categoryOf, namedProduct, productOf } from './product-item.ts';

const mostCategories = 10_000;
/** The original advises 5,000 at once. */
const mostProducts = 10_000;
const mostNamed = 200_000;

export const catalogue = new Hono<WireEnv>()
  .post('/import/categories', (c) => takeCategories(c, 'whole'))
  .put('/import/categories', (c) => takeCategories(c, 'part'))
  .delete('/import/categories', async (c) => {
    const call = await catalogueCallOf(c);
    const { good, refused } = readEach(itemsIn(call.params, 'categories', mostCategories), namedProduct);
    await dropCategories(databaseOf(c.env), call.shop, good);
    return report(c, call, { problems: refused.map(problemOf) });
  })
  // Stock by place is not kept: what is said of places is counted as not ours.
  .post('/import/locations', async (c) => {
    const call = await catalogueCallOf(c);
    noteOf(c, call, 'not-ours');
    return answeredEmpty(c);
  })
  .put('/import/products', async (c) => putProducts(c, await catalogueCallOf(c)))
  .patch('/import/products', async (c) => keepInStock(c, await catalogueCallOf(c)))
  .delete('/import/products', async (c) => sellOut(c, await catalogueCallOf(c)))
  // Shopware and Magento 1 cannot send a PATCH and name the method in the body.
  .post('/import/products', async (c) => {
    const call = await catalogueCallOf(c);
    const method = textIn(call.params, 'method')?.toUpperCase();
    if (method === 'PATCH') return keepInStock(c, call);
    return method === 'DELETE' ? sellOut(c, call) : putProducts(c, call);
  });

function catalogueCallOf(c: WireContext): Promise<WireCall> {
  return secretCallOf(c, bodyLimits.import);
}

async function takeCategories(c: WireContext, extent: 'whole' | 'part'): Promise<Response> {
  const call = await catalogueCallOf(c);
  const { good, refused } = readEach(itemsIn(call.params, 'categories', mostCategories), categoryOf);
  const problems = refused.map(problemOf);
  if (good.length === 0) return report(c, call, { problems: [...problems, nothingLeft('categories')] });
  const list = lastOfEach(good, (one) => one.id);
  await putCategories(databaseOf(c.env), call.shop, list, extent);
  return report(c, call, { problems });
}

async function putProducts(c: WireContext, call: WireCall): Promise<Response> {
  const items = itemsIn(call.params, 'items', mostProducts);
  const problems: FeedProblem[] = [];
  const offers = items.flatMap((item, index) => {
    const read = productOf(item, { currency: call.settings.currency, now: call.now });
    const offer = read.ok ? read.value.offer.id : null;
    const complaints = read.ok ? read.value.complaints : [read.because];
    problems.push(...complaints.map((complaint) => ({ ...complaint, ...placeOf(index), offer })));
    return read.ok ? [read.value.offer] : [];
  });
  const list = lastOfEach(offers, (offer) => offer.id);
  const staged = list.map((offer) => stagedOf(offer, call.settings.currency));
  const counts = await putOffers(databaseOf(c.env), call.shop, staged, call.now);
  return report(c, call, { ...counts, offers: list.length, problems });
}

/** These are in stock, all others are not. A list that names nothing we know is a mistake and changes nothing. */
async function keepInStock(c: WireContext, call: WireCall): Promise<Response> {
  const db = databaseOf(c.env);
  const { shop, now } = call;
  const { good, refused } = readEach(itemsIn(call.params, 'items', mostNamed), namedProduct);
  const problems = refused.map(problemOf);
  const ids = [...new Set(good)];
  const known = await productsAmong(db, shop, ids);
  if (known.size === 0) return report(c, call, { problems: [...problems, nothingLeft('products')] });
  const { missing } = await missingFrom(db, shop, new Set(ids));
  const back = await setStock(db, shop, ids, { inStock: true, now });
  const gone = await setStock(db, shop, missing, { inStock: false, now });
  return report(c, call, { offers: known.size, changed: back, gone, problems });
}

async function sellOut(c: WireContext, call: WireCall): Promise<Response> {
  const { good, refused } = readEach(itemsIn(call.params, 'items', mostNamed), namedProduct);
  const gone = await setStock(databaseOf(c.env), call.shop, good, { inStock: false, now: call.now });
  return report(c, call, { gone, problems: refused.map(problemOf) });
}

/** A call that changed nothing and had nothing wrong with it is no news. */
async function report(c: WireContext, call: WireCall, told: Partial<PushReport>): Promise<Response> {
  const bytes = Number(c.req.header('content-length') ?? 0);
  const sums = { offers: 0, added: 0, changed: 0, gone: 0, problems: [], bytes, now: call.now, ...told };
  const isNews = sums.added + sums.changed + sums.gone + sums.problems.length > 0;
  if (isNews) await notePush(databaseOf(c.env), call.shop, sums);
  return answeredEmpty(c);
}

function problemOf({ index, message }: RefusedItem): FeedProblem {
  return { kind: 'bad-item', ...placeOf(index), offer: null, message, sample: '' };
}

/** The place in the list stands where a feed's problem has its line. */
function placeOf(index: number): Pick<FeedProblem, 'line' | 'column'> {
  return { line: index + 1, column: 0 };
}

function nothingLeft(noun: string): FeedProblem {
  const message = `the list names no ${noun} that we know or could take: nothing was changed`;
  return { kind: 'empty-list', line: 0, column: 0, offer: null, message, sample: '' };
}
