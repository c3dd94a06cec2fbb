// Where somebody confirms their address, or says that it was not them who left it. GET changes nothing, for mail scanners open every
// link; a POST answers, needs no cookie, and may come any number of times.
import { requestOf } from '@winback/db';
import type { PersonId, ShopId } from '@winback/domain';
import type { TokenPayload } from '@winback/mail';
import { Hono } from 'hono';
import { addressMark } from '../address-mark.ts';
import type { Answer } from '../consent.ts';
import { confirmPerson, refusePerson } from '../consent.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import type { ConfirmState } from './confirm-page.ts';
import { agreedWords, brokenPage, confirmPage, refusedWords } from './confirm-page.ts';
import type { PagesContext } from './token.ts';
import { tokenOf } from './token.ts';

type ConfirmToken = Extract<TokenPayload, { kind: 'confirm' }>;

const source = 'confirm page';

export const confirm = new Hono<{ Bindings: Env }>()
  .get('/confirm/:token', async (c) => {
    const token = await tokenOf(c, 'confirm');
    if (!token) return c.html(brokenPage('en'), 404);
    const state = await stateOf(c.env, token, Date.now());
    return state === null ? c.html(brokenPage('en'), 404) : c.html(confirmPage(await aboutOf(c, token), state));
  })
  .post('/confirm/:token', async (c) => {
    const now = Date.now();
    const token = await tokenOf(c, 'confirm');
    const state = token && (await stateOf(c.env, token, now));
    if (!token || !state) return c.html(brokenPage('en'), 404);
    const about = await aboutOf(c, token);
    const by = { askedAt: token.askedAt, now, source, ip: c.req.header('cf-connecting-ip') ?? null };
    const form = await c.req.parseBody().catch(() => ({}));
    if (Reflect.get(form, 'answer') === 'no') {
      await refusePerson(c.env, ...whom(token), { ...by, wording: refusedWords(about) });
      return c.html(confirmPage(about, 'refused'));
    }
    return c.html(confirmPage(about, await yes(c.env, token, state, { ...by, wording: agreedWords(about) })));
  });

function whom({ shop, person }: ConfirmToken): [ShopId, PersonId] {
  return [shop as ShopId, person as PersonId];
}

/** How the request stands; null: its person is forgotten, or has another address now. */
async function stateOf(env: Env, token: ConfirmToken, now: number): Promise<ConfirmState | null> {
  const [shop, person] = whom(token);
  const request = await requestOf(databaseOf(env), shop, person, token.askedAt);
  if (!request || (await addressMark(shop, request.email)) !== token.address) return null;
  if (request.consent === 'subscribed') return 'done';
  if (request.over) return 'over';
  return now > token.until ? 'late' : 'ask';
}

/** Who is subscribed already is told so to their home once more: the first time, it may not have heard. */
async function yes(env: Env, token: ConfirmToken, state: ConfirmState, by: Answer): Promise<ConfirmState> {
  if (state !== 'ask' && state !== 'done') return state;
  const consent = await confirmPerson(env, ...whom(token), by);
  return consent === 'subscribed' ? 'done' : 'over';
}

async function aboutOf(c: PagesContext, { shop }: ConfirmToken) {
  const settings = await shopSettings(c.env, shop as ShopId, Date.now());
  const { name = 'this shop', url = '/', language = 'en' } = settings ?? {};
  return { shop: name, url, language };
}
