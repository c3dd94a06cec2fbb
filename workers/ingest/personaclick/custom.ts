import { HTTPException } from 'hono/http-exception';
import type { Params } from './params.ts';
import { isRecord, numberIn, textIn, unwrapped } from './params.ts';
import type { Draft } from './spoken.ts';

/** Words of the call itself: everything else is the event's own. */
const own: ReadonlySet<string> = new Set([
  ...[
    'shop_id',
    'shop_secret',
    'did',
    'sid',
    'seance',
    'ssid',
    'event',
    'category',
    'label',
    'value',
    'time',
    'payload',
  ],
  ...[
    'email',
    'phone',
    'external_id',
    'loyalty_id',
    'telegram_id',
    'stream',
    'segment',
    'source',
    'referer',
    'referrer',
  ],
  ...['recommended_by', 'recommended_code', 'consent', 'event_id'],
]);
const longest = 4_000;
const oldestMs = 30 * 86_400_000;

/** `POST /push/custom`: an event by the shop's own name, with whatever it says beside. Throws 422 where it has no name. */
export function customIn(params: Params, now: number): Draft {
  const name = textIn(params, 'event')
    ?.toLowerCase()
    .replace(/[^a-z0-9_]/g, '_')
    .slice(0, 64);
  if (!name) throw new HTTPException(422, { message: 'Event is not specified' });
  const category = textIn(params, 'category');
  const label = textIn(params, 'label');
  const value = numberIn(params, 'value');
  const properties = propertiesIn(params);
  const at = timeIn(params, now);
  return {
    type: 'custom',
    name,
    ...(category ? { category: category.slice(0, 255) } : {}),
    ...(label ? { label: label.slice(0, 255) } : {}),
    ...(value !== null && Number.isSafeInteger(value) ? { value } : {}),
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(at === null ? {} : { at }),
  };
}

/** Variables stand at the top, and the React Native SDK repeats them in `payload`. Those that make it too long are left out. */
function propertiesIn(params: Params): Record<string, unknown> {
  const payload = unwrapped(params['payload']);
  const said = { ...(isRecord(payload) ? payload : {}), ...params };
  const properties: Record<string, unknown> = {};
  let length = 2;
  for (const [name, value] of Object.entries(said)) {
    if (own.has(name) || !/^[a-z0-9_]{1,64}$/.test(name) || value === null || value === undefined) continue;
    length += name.length + JSON.stringify(value).length + 4;
    if (length <= longest) properties[name] = value;
  }
  return properties;
}

/** The moment that a back-dated event is of: Unix seconds, not older than a month. */
function timeIn(params: Params, now: number): number | null {
  const seconds = numberIn(params, 'time');
  if (seconds === null) return null;
  const at = Math.round(seconds * 1_000);
  return at > now - oldestMs && at <= now ? at : null;
}
