// The first call of every page and every launch: which browser it is, and what the client may do. Stores nothing.
import { ownerOfDevice } from '@winback/db';
import { Hono } from 'hono';
import { databaseOf } from '../../env.ts';
import { cookieFor, visitorOfCookie } from '../cookie.ts';
import { corsFor } from '../cors.ts';
import { answered } from './answers.ts';
import type { WireCall, WireContext, WireEnv } from './call.ts';
import { callOf } from './call.ts';
import { damBrowser } from './dam.ts';
import { chanceSigns, isDid, isIssued, newDid, reissued } from './did.ts';
import { emailSubscriptionOf } from './email-subscription.ts';
import { textIn } from './params.ts';
import { tell } from './push.ts';
import { didOfVisitor, namesIn, visitorOfDid } from './who.ts';

const initPaths = ['/init'];

export const init = new Hono<WireEnv>()
  .on(['GET', 'POST'], initPaths, async (c) => {
    const call = await callOf(c);
    const { did, cookie } = await browserOf(c, call);
    damBrowser(c, call, visitorOfDid(did));
    const hasEmail = (await ownerOfDevice(databaseOf(c.env), call.shop, visitorOfDid(did))) !== null;
    return answered(c, initBody(call, did, hasEmail), cookie ? { 'set-cookie': cookie } : {});
  })
  .get('/generate_ssid', async (c) => {
    const { shop } = await callOf(c);
    const headers = { 'content-type': 'text/plain; charset=utf-8', ...corsFor(c.req.raw) };
    return new Response(await newDid(c.env, shop), { headers });
  })
  .get('/init_script', async (c) => {
    const call = await callOf(c);
    const ssid = textIn(call.params, 'ssid') ?? '';
    const known = /^[A-Za-z0-9_-]{4,60}$/.test(ssid) ? ssid : await newDid(c.env, call.shop);
    const visitor = visitorOfDid(known);
    const hasEmail = (await ownerOfDevice(databaseOf(c.env), call.shop, visitor)) !== null;
    const who = { ...namesIn(call.params), visitor, vouched: false };
    if (who.email) await tell(c, call, who, []);
    const emailSubscription = await emailSubscriptionOf(c, call, visitor);
    return answered(c, oldInitBody(call, known, { hasEmail: hasEmail || who.email !== null, emailSubscription }));
  });

/** The browser that calls: by the did that we issued, by one that its former system issued, by our cookie, or a new one. */
async function browserOf(c: WireContext, { shop, settings, params, now }: WireCall) {
  const cookies = settings.privacy.cookie === 'server';
  const kept = cookies ? visitorOfCookie(c.req.raw, shop) : null;
  const said = textIn(params, 'did') ?? '';
  const did = isDid(said)
    ? (await isIssued(c.env, shop, said))
      ? said
      : await reissued(c.env, shop, said)
    : ((kept && didOfVisitor(kept.visitor)) ?? (await newDid(c.env, shop)));
  // A cookie of our own script names the same browser by another id: it stays as it is.
  const ours = kept !== null && didOfVisitor(kept.visitor) === null;
  const cookie = cookies && !ours ? cookieFor(c.req.raw, { shop, visitor: visitorOfDid(did), kept }, now) : null;
  return { did, cookie };
}

function initBody({ settings, params }: WireCall, did: string, hasEmail: boolean) {
  const sid = textIn(params, 'sid') ?? textIn(params, 'seance') ?? chanceSigns(10);
  return {
    did,
    sid,
    seance: sid,
    currency: settings.currency,
    email_collector: settings.capture.anyField,
    has_email: hasEmail,
    recommendations: true,
    lazy_load: false,
    auto_css_recommender: false,
    cms: '',
    snippets: [],
    search: { enabled: false, landing: '', type: 'blank', settings: {} },
    web_push_settings: { public_key: '', safari_enabled: false, safari_id: '', service_worker: '' },
    recone: false,
  };
}

/** What the script of 2017 reads. `profile` is a text of JSON; `sync` would be other companies' pixels: there are none. */
function oldInitBody(
  { settings }: WireCall,
  ssid: string,
  { hasEmail, emailSubscription }: { hasEmail: boolean; emailSubscription: object },
) {
  return {
    ssid,
    profile: '{}',
    currency: settings.currency,
    shop_debug: false,
    has_email: hasEmail,
    opt_out: false,
    emailSubscription,
    webPushSubscription: { settings: { enabled: false }, status: null },
    sync: [],
  };
}
