// The way out, the way back, and what lies between: which letters, and how often. GET shows and changes nothing; a POST acts, needs no
// cookie, and may come any number of times. No page says whose address it is: letters are forwarded.
import { letterWishesOf, putKinds, subscriberById, suppressionOf, wishLetters } from '@winback/db';
import type { PersonId, ShopId } from '@winback/domain';
import type { TokenPayload } from '@winback/mail';
import { Hono } from 'hono';
import { resubscribePerson, unsubscribePerson } from '../consent.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import { page } from './page.ts';
import type { PagesContext } from './token.ts';
import { tokenOf } from './token.ts';
import type { AboutShop, Wish } from './unsubscribe-page.ts';
import { backWords, savedPage, unsubscribePage, wishesPage, wishSchema } from './unsubscribe-page.ts';

type WayOut = Extract<TokenPayload, { kind: 'unsubscribe' }>;

const source = 'letter';

export const unsubscribing = new Hono<{ Bindings: Env }>()
  .get('/u/:token', async (c) => {
    const token = await tokenOf(c, 'unsubscribe');
    if (!token) return lostLink(c);
    return c.html(unsubscribePage(await aboutOf(c, token), await stateOf(c.env, token)));
  })
  // Also what mail programs post (RFC 8058): whatever the body says, who posts here leaves.
  .post('/u/:token', async (c) => {
    const token = await tokenOf(c, 'unsubscribe');
    if (!token) return lostLink(c);
    await unsubscribePerson(c.env, ...whom(token), { source, now: Date.now(), ip: ipOf(c) });
    return c.html(unsubscribePage(await aboutOf(c, token), await stateOf(c.env, token)));
  })
  .post('/u/:token/back', async (c) => {
    const token = await tokenOf(c, 'unsubscribe');
    if (!token) return lostLink(c);
    const about = await aboutOf(c, token);
    if ((await stateOf(c.env, token)) === 'refused') return c.html(unsubscribePage(about, 'refused'));
    const by = { source: 'letter, the way back', now: Date.now(), ip: ipOf(c), wording: backWords(about) };
    await resubscribePerson(c.env, ...whom(token), by);
    return c.html(savedPage(about, 'back'));
  })
  .get('/u/:token/letters', async (c) => {
    const token = await tokenOf(c, 'unsubscribe');
    if (!token) return lostLink(c);
    const about = await aboutOf(c, token);
    const state = await stateOf(c.env, token);
    return c.html(state === 'ask' ? wishesPage(about, await wishOf(c.env, token)) : unsubscribePage(about, state));
  })
  .post('/u/:token/letters', async (c) => {
    const token = await tokenOf(c, 'unsubscribe');
    if (!token) return lostLink(c);
    const about = await aboutOf(c, token);
    const wish = wishSchema.safeParse(await c.req.parseBody().catch(() => null));
    if (!wish.success) return c.html(wishesPage(about, await wishOf(c.env, token)), 400);
    await keep(c, token, wish.data);
    return c.html(savedPage(about, 'kept'));
  });

async function keep(c: PagesContext, token: WayOut, { chain, bulk, often }: Wish): Promise<void> {
  const now = Date.now();
  const [shop, person] = whom(token);
  const db = databaseOf(c.env);
  if ((await subscriberById(db, shop, person)) === null) return; // forgotten: nothing of theirs is written anew
  if (!chain && !bulk) return unsubscribePerson(c.env, shop, person, { source, now, ip: ipOf(c) });
  await putKinds(db, shop, person, { kinds: { chain, bulk }, source, ip: ipOf(c), now });
  await wishLetters(db, shop, person, { perWeek: often === 'weekly' ? 1 : null, now });
}

async function wishOf(env: Env, token: WayOut): Promise<Wish> {
  const { kinds, perWeek } = await letterWishesOf(databaseOf(env), ...whom(token), Date.now());
  return {
    chain: kinds['chain'] !== false,
    bulk: kinds['bulk'] !== false,
    often: perWeek === null ? 'usual' : 'weekly',
  };
}

/** `refused`: they called a letter spam, or their mailbox is gone: no button of ours brings letters back. */
async function stateOf(env: Env, token: WayOut): Promise<'ask' | 'done' | 'refused'> {
  const [shop, person] = whom(token);
  const subscriber = await subscriberById(databaseOf(env), shop, person);
  if (subscriber?.consent !== 'unsubscribed') return 'ask';
  return (await suppressionOf(databaseOf(env), shop, subscriber.email)) === null ? 'done' : 'refused';
}

function whom({ shop, person }: WayOut): [ShopId, PersonId] {
  return [shop as ShopId, person as PersonId];
}

function ipOf(c: PagesContext): string | null {
  return c.req.header('cf-connecting-ip') ?? null;
}

async function aboutOf(c: PagesContext, { shop }: WayOut): Promise<AboutShop> {
  const settings = await shopSettings(c.env, shop as ShopId, Date.now());
  return {
    shop: settings?.name ?? 'this shop',
    language: settings?.language ?? 'en',
    here: `/u/${c.req.param('token') ?? ''}`,
  };
}

function lostLink(c: PagesContext): Response | Promise<Response> {
  return c.html(
    page('This link does not work any more', 'Open the newest letter from the shop and use the link at its end.'),
    404,
  );
}
