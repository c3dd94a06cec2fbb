// People: the list, and one person's timeline in words.
import type { Product } from '@winback/db';
import { consentLogOf, listCategories, listSubscribers, productsById, subscriberById } from '@winback/db';
import type { ConsentLine, PersonId, SubscriberDetail, TimelineEntry } from '@winback/domain';
import { homeName, pageQuerySchema, subscriberPageSchema, subscriberSchema } from '@winback/domain';
import { Hono } from 'hono';
import { arrivalsOf } from '../arrivals.ts';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { VisitorEntry } from '../visitor/answers.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';
import { cameFromOf, lastSeenOf } from './origin-words.ts';

export const subscribers = new Hono<ShopEnv>()
  .get(
    '/subscribers',
    answers('Subscribers, newest first.', subscriberPageSchema),
    takes('query', pageQuerySchema),
    async (c) => c.json(await listSubscribers(databaseOf(c.env), c.var.shop, c.req.valid('query'))),
  )
  .get('/subscribers/:id', answers('One person: cart, consent and timeline.', subscriberSchema), async (c) => {
    const db = databaseOf(c.env);
    const { shop } = c.var;
    const person = c.req.param('id') as PersonId;
    const row = await subscriberById(db, shop, person);
    if (!row)
      return refused(c, 404, { code: 'no-such-subscriber', message: 'there is no such subscriber in this shop' });
    const [seen, consentLog, categories] = await Promise.all([
      c.env.VISITOR.getByName(homeName(shop, person)).timeline(),
      consentLogOf(db, shop, person),
      listCategories(db, shop),
    ]);
    const ids = [...seen.cart.map((line) => line.product), ...seen.entries.flatMap((entry) => entry.product ?? [])];
    const products = new Map((await productsById(db, shop, [...new Set(ids)])).map((product) => [product.id, product]));
    const names = { products, categories: new Map(categories.map(({ id, name }) => [id, name])) };
    const consents = consentLog.map(
      (line): TimelineEntry => ({ at: line.at, kind: 'consent', words: consentWords(line), letter: null }),
    );
    const letters = [...new Set(seen.entries.flatMap(({ letter }) => letter ?? []))];
    const arrived = [...(await arrivalsOf(db, shop, letters))].flatMap(([letter, list]) =>
      list.map(({ at, sentence }): TimelineEntry => ({ at, kind: 'letter', words: sentence, letter })),
    );
    const body: SubscriberDetail = {
      ...row,
      cart: seen.cart.map((line) => ({ ...line, name: products.get(line.product)?.name ?? null })),
      nextAt: seen.nextAt,
      consentLog,
      cameFrom: cameFromOf(seen.firstSource),
      lastSeen: lastSeenOf(seen.place),
      timeline: [...seen.entries.map((entry) => toldEntry(entry, names)), ...consents, ...arrived].sort(
        (a, b) => b.at - a.at,
      ),
    };
    return c.json(body);
  });

function consentWords({ consent, how, source }: ConsentLine): string {
  if (how === 'confirmed') return 'Confirmed the address by the letter’s button';
  if (how === 'refused') return 'Said that it was not them who left this address';
  const words = {
    none: 'Left an address',
    pending: 'Was asked to confirm the address',
    subscribed: 'Agreed to letters',
    unsubscribed: 'Unsubscribed',
  } as const;
  return `${words[consent]} (${source})`;
}

interface Names {
  products: ReadonlyMap<string, Product>;
  categories: ReadonlyMap<string, string>;
}

function toldEntry(entry: VisitorEntry, names: Names): TimelineEntry {
  return { at: entry.at, kind: entry.kind, words: wordsOf(entry, names), letter: entry.letter ?? null };
}

function wordsOf(entry: VisitorEntry, { products, categories }: Names): string {
  const product =
    entry.product === undefined ? 'a product' : (products.get(entry.product)?.name ?? `product ${entry.product}`);
  const times = (entry.quantity ?? 1) > 1 ? `, ${entry.quantity} of it` : '';
  switch (entry.kind) {
    case 'view':
      return `Looked at ${product}`;
    case 'category':
      return `Looked at ${categories.get(entry.category ?? '') ?? `category ${entry.category}`}`;
    case 'search':
      return `Searched for “${entry.query}”`;
    case 'wish':
      return `Wishes for ${product}`;
    case 'watch':
      return `Waits for ${product} to ${entry.waitsFor === 'price-drop' ? 'cost less' : 'come back'}`;
    case 'purchase':
      return `Bought, order ${entry.order}`;
    case 'identify':
      return `Left the address (${entry.source})`;
    case 'cart':
      return {
        full: `Changed the cart: ${product}${times}`,
        add: `Put into the cart: ${product}${times}`,
        remove: `Took out of the cart: ${product}`,
        emptied: 'Emptied the cart',
      }[entry.change ?? 'full'];
    case 'letter':
    case 'consent':
      return entry.sentence ?? '';
  }
}
