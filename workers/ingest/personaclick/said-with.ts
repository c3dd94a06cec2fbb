// What every event of the wire may say besides itself: the page, what led here, labels of the client. The original refused
// optional words that came empty (422); so do we, but for clients before 2018, which send them so.
import { HTTPException } from 'hono/http-exception';
import type { Params } from './params.ts';
import { isRecord, textIn, unwrapped } from './params.ts';

/** What may have led to an event: the tools, the older algorithms, the letters of the original. */
const sources: ReadonlySet<string> = new Set([
  ...[
    'dynamic',
    'instant_search',
    'full_search',
    'search',
    'listing',
    'collection',
    'collections',
    'stories',
    'slider',
  ],
  ...[
    'banner',
    'popup',
    'interesting',
    'popular',
    'similar',
    'also_bought',
    'see_also',
    'recently_viewed',
    'buying_now',
  ],
  ...['supply', 'bulk', 'chain', 'transactional', 'digest_mail', 'trigger_mail', 'r46_returner'],
  ...['web_push_digest', 'web_push_trigger', 'mobile_push_bulk', 'mobile_push_chain', 'sms', 'telegram', 'whatsapp'],
]);

export interface SaidWith {
  url?: string;
  referrer?: string;
  via?: { by: string; code: string };
}

/** Throws 422 for a word that is empty or of the wrong kind. */
export function saidWith(params: Params): SaidWith {
  const isOld = params['did'] === undefined && params['ssid'] !== undefined;
  if (!isOld) checkOptional(params);
  const via = recommendedBy(params) ?? sourceIn(params) ?? letterOf(params);
  const url = textIn(params, 'referer');
  const referrer = textIn(params, 'referrer');
  return {
    ...(url ? { url: url.slice(0, 2048) } : {}),
    ...(referrer ? { referrer: referrer.slice(0, 2048) } : {}),
    ...(via ? { via } : {}),
  };
}

function checkOptional(params: Params): void {
  for (const name of ['stream', 'sid', 'referer', 'recommended_code'])
    if (isSaid(params, name) && !isText(params[name]))
      throw new HTTPException(422, { message: `${name} is not valid` });
  if (isSaid(params, 'segment') && params['segment'] !== 'A' && params['segment'] !== 'B')
    throw new HTTPException(422, { message: 'segment is not valid' });
  const by = params['recommended_by'];
  if (isSaid(params, 'recommended_by') && !(typeof by === 'string' && sources.has(by)))
    throw new HTTPException(422, { message: 'recommended_by is not valid' });
  const source = params['source'];
  if (typeof source === 'string' && !isJson(source)) throw new HTTPException(422, { message: 'source is not valid' });
}

/** `null` and absent are alike. */
function isSaid(params: Params, name: string): boolean {
  return params[name] !== undefined && params[name] !== null;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}

function recommendedBy(params: Params): SaidWith['via'] | null {
  const by = textIn(params, 'recommended_by');
  return by && sources.has(by) ? { by, code: textIn(params, 'recommended_code')?.slice(0, 255) ?? '' } : null;
}

/** `{"from":"chain","code":"…"}`, as an object or as a text; one that says less is ignored. */
function sourceIn(params: Params): SaidWith['via'] | null {
  const source = unwrapped(params['source']);
  if (!isRecord(source)) return null;
  const by = textIn(source, 'from');
  const code = textIn(source, 'code');
  return by && code && sources.has(by) ? { by, code: code.slice(0, 255) } : null;
}

/** Before 2018 each kind of letter had a parameter of its own. */
function letterOf(params: Params): SaidWith['via'] | null {
  for (const by of ['trigger_mail', 'digest_mail', 'web_push_trigger', 'web_push_digest'] as const) {
    const code = textIn(params, `${by}_code`);
    // Test letters of the original carry this code.
    if (code && code !== 'test') return { by, code: code.slice(0, 255) };
  }
  return null;
}
