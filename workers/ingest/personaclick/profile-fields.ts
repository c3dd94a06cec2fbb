import type { Params } from './params.ts';
import { isRecord, textIn, unwrapped } from './params.ts';
import type { Draft } from './spoken.ts';
import { namesIn } from './who.ts';

/** Words of the call, not of the person. */
const own: ReadonlySet<string> = new Set([
  ...['shop_id', 'shop_secret', 'did', 'sid', 'seance', 'ssid', 'session_id', 'stream', 'segment', 'source', 'event'],
  ...['email', 'user_email', 'attributes', 'referer', 'referrer', 'consent', 'event_id', 'v', 'id', 'user_id'],
]);
const longest = 8_000;

/** What `profile/set` and `push_attributes` tell of a person, by the shop's own names. An address is an `identify`. */
export function profileIn(params: Params): Draft[] {
  const { email, externalId } = namesIn(params);
  const attributes = isRecord(params['attributes']) ? params['attributes'] : params;
  const id = externalId ?? textIn(attributes, 'id');
  const fields = { ...fieldsIn(attributes), ...(id ? { external_id: id } : {}) };
  const name = [textIn(attributes, 'first_name'), textIn(attributes, 'last_name')]
    .filter(Boolean)
    .join(' ')
    .slice(0, 120);
  const identify = { type: 'identify', consent: false, source: 'profile', ...(name ? { name } : {}) } as const;
  return [
    ...(email ? [{ ...identify, email }] : []),
    ...(Object.keys(fields).length > 0 ? [{ type: 'profile', fields } as const] : []),
  ];
}

/** SDKs write lists and objects as texts of JSON (`kids`, `auto`, fields of the shop's own). */
function fieldsIn(attributes: Params): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  let length = 2;
  for (const [name, value] of Object.entries(attributes)) {
    if (own.has(name) || !/^[a-z0-9_]{1,64}$/.test(name) || value === undefined || value === '') continue;
    const inner = unwrapped(value);
    length += name.length + JSON.stringify(inner).length + 4;
    if (length <= longest) fields[name] = inner;
  }
  return fields;
}
