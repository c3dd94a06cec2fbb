// People: the list, and one person's timeline in words.
import { consentLogOf, listSubscribers, ratingsBy, subscriberById } from '@winback/db';
import type { ConsentLine, PersonId, SubscriberDetail, TimelineEntry } from '@winback/domain';
import { homeName, pageQuerySchema, scenarioNames, subscriberPageSchema, subscriberSchema } from '@winback/domain';
import { triggerSettingsOf } from '@winback/engine/triggers';
import { Hono } from 'hono';
import { arrivalsOf } from '../arrivals.ts';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { VisitorEntry } from '../visitor/answers.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';
import type { Names } from './entry-words.ts';
import { namesFor, productWords, wordsOf } from './entry-words.ts';
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
    const home = c.env.VISITOR.getByName(homeName(shop, person));
    const { settings, worths } = c.var.record;
    const [seen, waits, consentLog, ratings] = await Promise.all([
      home.timeline(),
      home.waits({ settings: triggerSettingsOf(settings, worths) }),
      consentLogOf(db, shop, person),
      ratingsBy(db, shop, person),
    ]);
    const ids = [...seen.cart, ...seen.entries, ...ratings].flatMap(({ product }) => product ?? []);
    const names = await namesFor(c.env, shop, ids);
    const { products } = names;
    const consents = consentLog.map(
      (line): TimelineEntry => ({ at: line.at, kind: 'consent', words: consentWords(line), letter: null }),
    );
    const rated = ratings.map(({ at, product, stars }): TimelineEntry => {
      const words = `Gave ${stars} of 5 stars to ${productWords(product, names)}`;
      return { at, kind: 'rating', words, letter: null };
    });
    const letters = [...new Set(seen.entries.flatMap(({ letter }) => letter ?? []))];
    const arrived = [...(await arrivalsOf(db, shop, letters))].flatMap(([letter, list]) =>
      list.map(({ at, sentence }): TimelineEntry => ({ at, kind: 'letter', words: sentence, letter })),
    );
    const body: SubscriberDetail = {
      ...row,
      cart: seen.cart.map((line) => ({ ...line, name: products.get(line.product)?.name ?? null })),
      nextAt: seen.nextAt,
      waiting: waits.map(({ slot, until, sentence }) => ({ name: nameOf(slot), words: sentence, until })),
      consentLog,
      cameFrom: cameFromOf(seen.firstSource),
      lastSeen: lastSeenOf(seen.place),
      timeline: [...seen.entries.map((entry) => toldEntry(entry, names)), ...consents, ...rated, ...arrived].sort(
        (a, b) => b.at - a.at,
      ),
    };
    return c.json(body);
  });

/** The scenario that a slot begins with, as a merchant reads it. */
function nameOf(slot: string): string {
  const names: Record<string, string> = scenarioNames;
  const [code = ''] = slot.split(':');
  return names[code] ?? code;
}

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

function toldEntry(entry: VisitorEntry, names: Names): TimelineEntry {
  return { at: entry.at, kind: entry.kind, words: wordsOf(entry, names), letter: entry.letter ?? null };
}
