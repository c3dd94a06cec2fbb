// The catalogue without a feed: categories, products, what is in stock. Answers 204 and nothing else, as the plugins demand: what
// was wrong is told on the Feed page, among the imports.
import type { PushReport } from '@winback/db';
import {
  dropCategories,
  missingFrom,
  notePush,
  productsAmong,
  putCategories,
  putOffers,
  putPlaces,
  setStock,
} from '@winback/db';
import type { FeedProblem } from '@winback/domain';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { databaseOf } from '../../../env.ts';
import { stagedOf } from '../../../staged-offer.ts';
import { answeredEmpty } from '../answers.ts';
import type { WireCall, WireContext, WireEnv } from '../call.ts';
import { textIn } from '../params.ts';
import type { RefusedItem } from './batch.ts';
import { lastOfEach, readEach } from './batch.ts';
import type { ImportCall } from './import-call.ts';
import type { Imported } from './importing.ts';
import { importing } from './importing.ts';
import { categoryOf, locationOf, namedProduct, productOf } from './product-item.ts';

const mostCategories = 10_000;
const mostPlaces = 10_000;
/** The original advises 5,000 at once. */
const mostProducts = 10_000;
const mostNamed = 200_000;

export const catalogue = new Hono<WireEnv>()
  .post('/import/categories', (c) => importing(c, (call) => takeCategories(c, call, 'whole')))
  .put('/import/categories', (c) => importing(c, (call) => takeCategories(c, call, 'part')))
  .delete('/import/categories', (c) =>
    importing(c, async (call) => {
      const { good, refused } = readEach(call.whole('categories', mostCategories), namedProduct);
      await dropCategories(databaseOf(c.env), call.shop, good);
      return report(c, call, { accepted: good.length, problems: refused.map(problemOf) });
    }),
  )
  // A product keeps what it costs by the place's id; what the place is called is kept here.
  .post('/import/locations', (c) =>
    importing(c, async (call) => {
      const { good, refused } = readEach(call.whole('locations', mostPlaces), locationOf);
      const problems = refused.map(problemOf);
      if (good.length === 0) return report(c, call, { accepted: 0, problems: [...problems, nothingLeft('places')] });
      await putPlaces(
        databaseOf(c.env),
        call.shop,
        lastOfEach(good, (one) => one.id),
      );
      return report(c, call, { accepted: good.length, problems });
    }),
  )
  .put('/import/products', (c) => importing(c, (call) => putProducts(c, call)))
  .patch('/import/products', (c) => importing(c, (call) => keepInStock(c, call)))
  .delete('/import/products', (c) => importing(c, (call) => sellOut(c, call)))
  // Shopware and Magento 1 cannot send a PATCH and name the method in the body.
  .post('/import/products', (c) =>
    importing(c, async (call) => {
      const method = () => textIn(call.params, 'method')?.toUpperCase();
      if (method() === 'PATCH') return keepInStock(c, call);
      if (method() === 'DELETE') return sellOut(c, call);
      const done = await putProducts(c, call);
      // Said behind a list that was too long to wait for its end.
      if (method() === 'PATCH' || method() === 'DELETE')
        throw new HTTPException(422, { message: 'method comes before items in a large body' });
      return done;
    }),
  );

async function takeCategories(c: WireContext, call: ImportCall, extent: 'whole' | 'part'): Promise<Imported> {
  const { good, refused } = readEach(call.whole('categories', mostCategories), categoryOf);
  const problems = refused.map(problemOf);
  if (good.length === 0) return report(c, call, { accepted: 0, problems: [...problems, nothingLeft('categories')] });
  const list = lastOfEach(good, (one) => one.id);
  await putCategories(databaseOf(c.env), call.shop, list, extent);
  return report(c, call, { accepted: good.length, problems });
}

async function putProducts(c: WireContext, call: ImportCall): Promise<Imported> {
  const sum = { offers: 0, added: 0, changed: 0, problems: [] as FeedProblem[] };
  for await (const { from, items } of call.batches('items', mostProducts)) {
    const offers = items.flatMap((item, index) => {
      const read = productOf(item, { currency: call.settings.currency, now: call.now });
      const offer = read.ok ? read.value.offer.id : null;
      const complaints = read.ok ? read.value.complaints : [read.because];
      sum.problems.push(...complaints.map((complaint) => ({ ...complaint, ...placeOf(from + index), offer })));
      return read.ok ? [read.value.offer] : [];
    });
    const list = lastOfEach(offers, (offer) => offer.id);
    const { added, changed } = await putOffers(
      databaseOf(c.env),
      call.shop,
      list.map((offer) => stagedOf(offer, call.settings.currency)),
      call.now,
    );
    sum.offers += list.length;
    sum.added += added;
    sum.changed += changed;
  }
  return report(c, call, { ...sum, accepted: sum.offers });
}

/** These are in stock, all others are not. A list that names nothing we know is a mistake and changes nothing. */
async function keepInStock(c: WireContext, call: ImportCall): Promise<Imported> {
  const db = databaseOf(c.env);
  const { shop, now } = call;
  const { ids, problems } = await namedIn(call);
  const known = await productsAmong(db, shop, ids);
  if (known.size === 0) return report(c, call, { accepted: 0, problems: [...problems, nothingLeft('products')] });
  const { missing } = await missingFrom(db, shop, new Set(ids));
  const back = await setStock(db, shop, ids, { inStock: true, now });
  const gone = await setStock(db, shop, missing, { inStock: false, now });
  return report(c, call, { accepted: known.size, offers: known.size, changed: back, gone, problems });
}

async function sellOut(c: WireContext, call: ImportCall): Promise<Imported> {
  const { ids, problems } = await namedIn(call);
  const gone = await setStock(databaseOf(c.env), call.shop, ids, { inStock: false, now: call.now });
  return report(c, call, { accepted: ids.length, gone, problems });
}

/** The products that the list names: of what describes them only the ids are kept. */
async function namedIn(call: ImportCall): Promise<{ ids: string[]; problems: FeedProblem[] }> {
  const ids = new Set<string>();
  const problems: FeedProblem[] = [];
  for await (const { from, items } of call.batches('items', mostNamed)) {
    const { good, refused } = readEach(items, namedProduct, from);
    for (const id of good) ids.add(id);
    problems.push(...refused.map(problemOf));
  }
  return { ids: [...ids], problems };
}

/** A call that changed nothing and had nothing wrong with it is no news. */
async function report(
  c: WireContext,
  call: WireCall,
  { accepted, ...told }: Partial<PushReport> & { accepted: number },
): Promise<Imported> {
  const bytes = Number(c.req.header('content-length') ?? 0);
  const sums = { offers: 0, added: 0, changed: 0, gone: 0, problems: [], bytes, now: call.now, ...told };
  const isNews = sums.added + sums.changed + sums.gone + sums.problems.length > 0;
  if (isNews) await notePush(databaseOf(c.env), call.shop, sums);
  // Stock that came back and prices that fell are news for who waits for them.
  if (sums.changed > 0) await c.env.JOBS.send({ kind: 'tell-watchers', shop: call.shop });
  const refused = sums.problems.map(({ line, message }) => ({ index: Math.max(0, line - 1), message }));
  return { answer: answeredEmpty(c), accepted, refused };
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
