// Where a letter's links and its picture lead: the answer at once, the touch to the queue. Nothing is read and nothing but a count
// changes, whoever asks.
import type { LetterTouch, ShopId } from '@winback/domain';
import { newToken } from '@winback/domain';
import { readClick, readOpen, utmUrl } from '@winback/mail';
import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { page } from './page.ts';
import type { PagesContext } from './token.ts';
import { tokenOf } from './token.ts';
import type { TouchRequest } from './touch-agent.ts';
import { clickVerdict, openVerdict } from './touch-agent.ts';

/** A scanner goes through a letter in seconds: by then all of its touches are there to be judged together. */
const judgedAfterSeconds = 20;
const encoder = new TextEncoder();
/** One transparent point. */
const picture = Uint8Array.from(atob('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'), (sign) =>
  sign.charCodeAt(0),
);

export const touches = new Hono<{ Bindings: Env }>()
  .get('/c/:token', async (c) => {
    const read = readClick(settingsOf(c.env).LINK_SECRET, c.req.param('token'), Date.now());
    if (!read.ok) return olderLink(c);
    const { shop, letter, scenario: campaign, number: link, url } = read.value;
    const request = requestOf(c);
    tell(c, { shop: shop as ShopId, letter, kind: 'click', link, verdict: clickVerdict(request) });
    return c.redirect(utmUrl(url, { source: 'winback', medium: 'email', campaign, content: letter }), 302);
  })
  .get('/o/:token{.+\\.gif}', (c) => {
    const read = readOpen(settingsOf(c.env).LINK_SECRET, c.req.param('token').replace(/\.gif$/, ''), Date.now());
    if (read.ok) {
      const { shop, letter } = read.value;
      tell(c, { shop: shop as ShopId, letter, kind: 'open', link: null, verdict: openVerdict(requestOf(c)) });
    }
    return c.body(picture, 200, { 'content-type': 'image/gif' });
  });

/** A link of a letter from before links had numbers, or none of ours. */
async function olderLink(c: PagesContext): Promise<Response> {
  const payload = await tokenOf(c, 'click');
  if (payload) return c.redirect(payload.url, 302);
  const words = 'It was changed on its way, or it is too old. The shop’s address is in the letter.';
  return c.html(page('This link is not ours', words), 404);
}

function requestOf(c: PagesContext): TouchRequest {
  const asn: unknown = Reflect.get(c.req.raw.cf ?? {}, 'asn');
  return {
    headers: c.req.raw.headers,
    asn: typeof asn === 'number' ? asn : null,
    ip: c.req.header('cf-connecting-ip') ?? null,
  };
}

/** A look at the headers alone (HEAD) is no touch. What cannot be queued is a count that is lost, not a link that fails. */
function tell(c: PagesContext, of: Pick<LetterTouch, 'letter' | 'kind' | 'link' | 'verdict'> & { shop: ShopId }): void {
  if (c.req.method === 'HEAD') return;
  const { shop, ...touch } = of;
  const at = Date.now();
  const work = async () => {
    const network = await networkOf(c, at);
    const message = { kind: 'touch', shop, touch: { ...touch, id: newToken(), at, network } } as const;
    await c.env.RETURNS.send(message, { delaySeconds: judgedAfterSeconds });
  };
  c.executionCtx.waitUntil(
    work().catch((error: unknown) => console.warn('a touch was not counted', { error: String(error) })),
  );
}

/** The address as a digest under our secret that is another one tomorrow: it tells places apart and names none. */
async function networkOf(c: PagesContext, at: number): Promise<string | null> {
  const ip = c.req.header('cf-connecting-ip');
  if (!ip) return null;
  const day = Math.floor(at / 86_400_000);
  const text = encoder.encode(`${settingsOf(c.env).LINK_SECRET} ${day} ${ip}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  return [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
