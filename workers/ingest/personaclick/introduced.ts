// Many clients name their person with every event. Said again within the hour it is no news, and costs no row.
import type { EmailAddress, ShopId } from '@winback/domain';
import type { Draft } from './spoken.ts';
import type { Names } from './who.ts';

const keepMs = 3_600_000;
const maxKept = 20_000;
let heard = new Map<string, { names: string; until: number }>();

/** What these names say that this speaker did not say lately: an address, a phone, the shop's own id. */
export function introduced(shop: ShopId, speaker: string, names: Names, now: number): Draft[] {
  const drafts = draftsOf(names);
  if (drafts.length === 0) return [];
  const key = `${shop} ${speaker}`;
  const said = JSON.stringify(drafts);
  const before = heard.get(key);
  if (before && before.names === said && before.until > now) return [];
  if (heard.size >= maxKept) heard = new Map();
  heard.set(key, { names: said, until: now + keepMs });
  return drafts;
}

function draftsOf({ email, phone, externalId }: Names): Draft[] {
  const fields = { ...(phone ? { phone } : {}), ...(externalId ? { external_id: externalId } : {}) };
  return [
    ...(email ? [identifyOf(email)] : []),
    ...(Object.keys(fields).length > 0 ? [{ type: 'profile', fields } as const] : []),
  ];
}

/** An address alone agrees to nothing. */
function identifyOf(email: EmailAddress): Draft {
  return { type: 'identify', email, consent: false, source: 'personaclick' };
}
