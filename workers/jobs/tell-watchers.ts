// What happened to products reaches everybody who said to wait for it, a page at a time. Where it is, the Shop knows: the place
// moves when a page is safe, and only one who told from that place moves it, so that two at work become one. Telling twice is
// telling once: Visitors know by the fact's id.
import type { FactPlace, FactWatcher, WaitsFor } from '@winback/db';
import { dropIdleWatches, watchersOfFacts } from '@winback/db';
import type { ShopId, ShopSettings } from '@winback/domain';
import { homeName, scenarioIn } from '@winback/domain';
import { eachOf } from '../each-of.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { freshShopSettings } from '../shop-settings.ts';

/** A Worker may ask a thousand times; a browser that moved home is asked for twice. */
const pageSize = 100;
const pagesAJob = 4;
const toldAtOnce = 10;

/** Goes on telling from where it ended last: as far as one job may, then by the next. */
export async function tellWatchers(env: Env, shop: ShopId): Promise<void> {
  const settings = await freshShopSettings(env, shop, Date.now());
  if (!settings) return;
  const object = env.SHOP.getByName(shop);
  let from: FactPlace = await object.factsPlace({ shop });
  for (let page = 0; page < pagesAJob; page += 1) {
    const kinds = kindsTold(settings);
    const { rows, place, isLast } = await watchersOfFacts(databaseOf(env), shop, { from, kinds, limit: pageSize });
    await tellPage(env, shop, rows, settings.currency);
    if (!(await object.moveFacts({ from, to: place }))) return; // another one goes on from there
    if (isLast) return;
    from = place;
  }
  await env.JOBS.send({ kind: 'tell-watchers', shop });
}

/** What somebody would get a letter about. While a scenario is off, its facts pass by. */
function kindsTold(settings: ShopSettings): WaitsFor[] {
  const kinds = { 'back-in-stock': 'product_available', 'price-drop': 'product_price_decrease' } as const;
  return (['back-in-stock', 'price-drop'] as const).filter((kind) => scenarioIn(settings, kinds[kind]).on);
}

async function tellPage(env: Env, shop: ShopId, rows: readonly FactWatcher[], currency: string): Promise<void> {
  const byVisitor = Map.groupBy(rows, ({ visitor, person }) => (person === null ? visitor : homeName(shop, person)));
  const idle: FactWatcher[] = [];
  await eachOf([...byVisitor], toldAtOnce, async ([name, theirs]) => {
    const nobodys = new Set(await tell(env, name, theirs, currency));
    idle.push(...theirs.filter(({ fact }) => nobodys.has(fact.id)));
  });
  const gone = idle.map(({ visitor, fact, since }) => ({
    ...{ visitor, product: fact.product, waitsFor: fact.kind, since },
  }));
  await dropIdleWatches(databaseOf(env), shop, gone);
}

/** Tells a Visitor, or the home that it moved to. Answers the facts about products for which nobody waits any more. */
async function tell(env: Env, name: string, rows: readonly FactWatcher[], currency: string): Promise<number[]> {
  const facts = [...new Map(rows.map(({ fact }) => [fact.id, fact])).values()];
  const answer = await env.VISITOR.getByName(name).told({ name, facts, currency });
  return answer.kind === 'told' ? answer.idle : tell(env, answer.home, rows, currency);
}
