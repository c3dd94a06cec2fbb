// The catalogue as a shop's own server tells it: `POST` and `DELETE /v1/products`, `POST /v1/categories`, authorised by a secret
// key. The rules for a product are a feed's; what was wrong stands in the answer and on the Feed page.
import type { PushReport, StagedOffer } from '@winback/db';
import {
  foreseeCategories,
  foreseeOffers,
  notePush,
  putCategories,
  putOffers,
  setStock,
  stockAmong,
} from '@winback/db';
import type { CatalogueAnswer, ErrorBody, FeedProblem, ItemError, ShopId, ShopSettings } from '@winback/domain';
import {
  catalogueAnswerSchema,
  categoryBatchDescription,
  categoryBatchSchema,
  dryRunSchema,
  problemsOf,
  productBatchDescription,
  productBatchSchema,
  productIdsDescription,
  productIdsSchema,
  productLimits,
} from '@winback/domain';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { z } from 'zod';
import { answers, takes } from '../described.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import { stagedOf } from '../staged-offer.ts';
import { jsonOf, textWithin } from './parse.ts';
import { shopCalling } from './server-dam.ts';
import type { ReadItems } from './server-product-items.ts';
import { categoriesIn, idsIn, lastOfEach, productsIn, remarksOnTree } from './server-product-items.ts';
import { wrongKey } from './shop-key.ts';

type ProductContext = Context<{ Bindings: Env }>;

const mostRemarks = 500;
const bearer =
  'authorised by a secret key (authorization: Bearer …). ?dry_run=1 writes nothing and says what would change.';
const dryRun = takes('query', dryRunSchema);

export const serverProducts = new Hono<{ Bindings: Env }>()
  .post(
    '/v1/products',
    answers(`Adds or changes up to 1,000 products, ${bearer}`, catalogueAnswerSchema, productBatchDescription),
    dryRun,
    (c) => answerTo(c, productBatchSchema, ({ products }, call) => takeProducts(products, call)),
  )
  .delete(
    '/v1/products',
    answers(`Sells up to 10,000 products out, ${bearer}`, catalogueAnswerSchema, productIdsDescription),
    dryRun,
    (c) => answerTo(c, productIdsSchema, ({ ids }, call) => sellOut(ids, call)),
  )
  .post(
    '/v1/categories',
    answers(`Adds or changes up to 10,000 categories, ${bearer}`, catalogueAnswerSchema, categoryBatchDescription),
    dryRun,
    (c) => answerTo(c, categoryBatchSchema, (batch, call) => takeCategories(batch, call)),
  );

interface Call {
  env: Env;
  shop: ShopId;
  settings: ShopSettings;
  now: number;
  isDry: boolean;
  bytes: number;
}

async function answerTo<Schema extends z.ZodType>(
  c: ProductContext,
  schema: Schema,
  take: (batch: z.output<Schema>, call: Call) => Promise<CatalogueAnswer>,
): Promise<Response> {
  const now = Date.now();
  const shop = await shopCalling(c, now);
  if (shop instanceof Response) return shop;
  const settings = await shopSettings(c.env, shop, now);
  if (!settings) return c.json(wrongKey, 401);
  const { text, whole } = await textWithin(c.req.raw, productLimits.bytes);
  if (!whole) return c.json(refusal('too-large', 'a call has at most 8 MB: send fewer items at once'), 413);
  const json = jsonOf(text);
  if (!json.ok) return c.json(refusal('bad-json', `this is not JSON: ${json.because}`), 400);
  const read = schema.safeParse(json.value);
  if (!read.success) {
    const problems = problemsOf(read.error);
    const [first] = problems;
    const message = first ? `${first.path || 'the call'}: ${first.message}` : 'the call is not as described';
    return c.json({ ...refusal('bad-request', message), problems }, 400);
  }
  const isDry = /^(1|true)$/.test(c.req.query('dry_run') ?? '');
  return c.json(await take(read.data, { env: c.env, shop, settings, now, isDry, bytes: text.length }));
}

function refusal(code: string, message: string): ErrorBody {
  return { code, message };
}

async function takeProducts(items: readonly unknown[], call: Call): Promise<CatalogueAnswer> {
  const { env, shop, settings, now, isDry } = call;
  const db = databaseOf(env);
  const read = lastOfEach(productsIn(items, { currency: settings.currency, now }), ({ id }) => id);
  const staged: StagedOffer[] = read.good.map((offer) => stagedOf(offer, settings.currency));
  const counts = isDry ? await foreseeOffers(db, shop, staged) : await putOffers(db, shop, staged, now);
  return answered(call, read, counts, {});
}

async function sellOut(list: readonly unknown[], call: Call): Promise<CatalogueAnswer> {
  const { env, shop, now, isDry } = call;
  const db = databaseOf(env);
  const named = lastOfEach(idsIn(list), (id) => id);
  const stock = await stockAmong(db, shop, named.good);
  const read = named.without((id) => (stock.has(id) ? null : 'the catalogue has no product with this id'));
  const inStock = read.good.filter((id) => stock.get(id) === true);
  if (!isDry) await setStock(db, shop, inStock, { inStock: false, now });
  return answered(call, read, { added: 0, changed: inStock.length }, { gone: inStock.length, changed: 0 });
}

async function takeCategories({ categories, whole }: z.output<typeof categoryBatchSchema>, call: Call) {
  const { env, shop, isDry } = call;
  const db = databaseOf(env);
  const read = lastOfEach(categoriesIn(categories), ({ id }) => id);
  const counts = await foreseeCategories(db, shop, read.good);
  // A tree of which nothing can be taken is a mistake: it takes nothing away.
  if (!isDry && read.good.length > 0) await putCategories(db, shop, read.good, whole ? 'whole' : 'part');
  const { good, errors } = read;
  const remarks = whole ? remarksOnTree(read) : [];
  return answered(call, { good, errors, remarks }, counts, { added: 0, changed: 0, offers: 0 });
}

/** The answer; what the call did is added to the hour's report on the Feed page. */
async function answered<Item>(
  call: Call,
  read: Pick<ReadItems<Item>, 'good' | 'errors' | 'remarks'>,
  counts: { added: number; changed: number },
  told: Partial<PushReport>,
): Promise<CatalogueAnswer> {
  const { env, shop, now, bytes, isDry } = call;
  const { good, errors, remarks } = read;
  const problems = [...errors, ...remarks].map(problemOf);
  const sums = { offers: good.length, ...counts, gone: 0, bytes, now, problems, ...told };
  if (!isDry && counts.added + counts.changed + problems.length > 0) await notePush(databaseOf(env), shop, sums);
  if (!isDry && counts.changed > 0) await env.JOBS.send({ kind: 'tell-watchers', shop });
  return {
    ...counts,
    unchanged: good.length - counts.added - counts.changed,
    refused: errors.length,
    errors,
    remarks: remarks.slice(0, mostRemarks),
    dryRun: isDry,
  };
}

/** The place in the list stands where a feed's problem has its line. */
function problemOf({ index, id, field, message }: ItemError): FeedProblem {
  return { kind: 'bad-item', line: index + 1, column: 0, offer: id, message, sample: field };
}
