// What could be better about an event that was taken, in sentences for the merchant.
import type { Database } from '@winback/db';
import { listCategories, productCounts, productsById } from '@winback/db';
import type { BeaconEvent, EventType, ShopId } from '@winback/domain';
import { eventSchema } from '@winback/domain';

const namedAtMost = 3;

/** Advice on the last event of each type. What the live view has cut short, or blanked past reading, gets none. */
export async function adviceOn(
  db: Database,
  shop: ShopId,
  last: Partial<Record<EventType, string>>,
): Promise<Partial<Record<EventType, string[]>>> {
  const events = Object.values(last).flatMap((payload) => eventOf(payload) ?? []);
  const named = [...new Set(events.flatMap(productsIn))];
  const [counts, known, categories] = await Promise.all([
    productCounts(db, shop),
    productsById(db, shop, named),
    events.some(({ type }) => type === 'category') ? listCategories(db, shop) : [],
  ]);
  const catalogue = {
    products: counts.all === 0 ? null : new Set<string>(known.map(({ id }) => id)),
    categories: categories.length === 0 ? null : new Set<string>(categories.map(({ id }) => id)),
  };
  return Object.fromEntries(events.map((event) => [event.type, adviceFor(event, catalogue)]));
}

/** Null: nothing was imported yet, so nothing can be missing. */
interface Catalogue {
  products: ReadonlySet<string> | null;
  categories: ReadonlySet<string> | null;
}

function adviceFor(event: BeaconEvent, { products, categories }: Catalogue): string[] {
  const advice: string[] = [];
  const missing = products === null ? [] : [...new Set(productsIn(event))].filter((id) => !products.has(id));
  if (missing.length > 0) advice.push(missingWords(missing));
  if (event.type === 'category' && categories !== null && !categories.has(event.category))
    advice.push(`Category ${event.category} is not in your feed: send the id that the feed has.`);
  if (event.type === 'purchase' && event.total === undefined && event.items.every(({ price }) => price === undefined))
    advice.push('The order came without a total and without prices: its revenue counts as nothing. Send total.');
  if (event.type === 'cart' && event.change !== 'remove' && event.items.some(({ price }) => price === undefined))
    advice.push('The cart came without prices: letters show those of the feed. Send price with each line.');
  if (event.type === 'identify' && !event.consent)
    advice.push('This address agreed to nothing: no letter goes out to it. Send consent where a box was ticked.');
  return advice;
}

function missingWords(ids: readonly string[]): string {
  const shown = ids.slice(0, namedAtMost).join(', ');
  const more = ids.length > namedAtMost ? ` and ${ids.length - namedAtMost} more` : '';
  return ids.length === 1
    ? `Product ${shown} is not in your catalogue: letters cannot show it. Send the id that the feed has.`
    : `Products ${shown}${more} are not in your catalogue: letters cannot show them. Send the ids that the feed has.`;
}

function productsIn(event: BeaconEvent): string[] {
  switch (event.type) {
    case 'view':
      return [event.product];
    case 'cart':
    case 'purchase':
      return event.items.map(({ product }) => product);
    case 'wish':
    case 'watch':
      return event.products;
    default:
      return [];
  }
}

function eventOf(payload: string): BeaconEvent | null {
  // A blanked address is no address: this one stands for it.
  const text = payload.replaceAll('…@…', 'blanked@mail.example');
  try {
    const read = eventSchema.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null; // cut short
  }
}
