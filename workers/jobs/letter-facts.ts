// What a merchant's conditions are judged by, asked of the catalogue and the lists of people as they are now; and only what they
// need, so that a scenario without conditions costs nothing.
import { categoriesAbove, isSellable, productsById, segmentsOf } from '@winback/db';
import type { Conditions, PersonId, ScenarioCode } from '@winback/domain';
import { hasConditions, scenarioIn } from '@winback/domain';
import type { About, LetterFacts } from '@winback/engine/triggers';
import type { ComposeDeps } from './compose.ts';

interface FactsOf {
  scenario: ScenarioCode;
  person: PersonId;
  about: About;
  /** The products that the letter is about. */
  shows: readonly string[];
}

/** Null: the scenario asks for nothing. */
export async function letterFacts(deps: ComposeDeps, of: FactsOf): Promise<LetterFacts | null> {
  const { conditions } = scenarioIn(deps.settings, of.scenario);
  if (!hasConditions(conditions)) return null;
  const [cartMinor, categories, segments] = await Promise.all([
    conditions.minCartMinor === undefined ? null : cartWorth(deps, of.about),
    asksFor(conditions, 'categories') ? categoriesOf(deps, of) : null,
    asksFor(conditions, 'segments') ? segmentsOf(deps.db, deps.shop, of.person) : null,
  ]);
  return { cartMinor, currency: deps.settings.currency, categories, segments };
}

function asksFor(conditions: Conditions, what: 'categories' | 'segments'): boolean {
  const { categoriesIn, categoriesOut, segmentsIn, segmentsOut } = conditions;
  const lists = what === 'categories' ? [categoriesIn, categoriesOut] : [segmentsIn, segmentsOut];
  return lists.some((list) => list !== undefined && list.length > 0);
}

/** What can be bought of a cart now, at the catalogue's prices; null: it is no cart. */
async function cartWorth({ db, shop, settings }: ComposeDeps, about: About): Promise<number | null> {
  if (about.kind !== 'cart') return null;
  const products = (
    await productsById(
      db,
      shop,
      about.lines.map(({ product }) => product),
    )
  ).filter(isSellable);
  const prices = new Map(
    products
      .filter(({ inStock, price }) => inStock && price.currency === settings.currency)
      .map(({ id, price }) => [id, price.minor]),
  );
  return about.lines.reduce((sum, { product, quantity }) => sum + (prices.get(product) ?? 0) * quantity, 0);
}

/** Of the products that the letter is about, or of the categories that were browsed; null: it is about neither. */
async function categoriesOf({ db, shop }: ComposeDeps, { about, shows }: FactsOf): Promise<string[][] | null> {
  if (about.kind === 'category') return categoriesAbove(db, shop, { categories: about.categories });
  if (about.kind === 'search' || about.kind === 'person') return null;
  return categoriesAbove(db, shop, { products: shows });
}
