// Many clients name their person with every event. Said again within the hour it is no news, and costs no row.
import type { EmailAddress, ShopId } from '@winback/domain';
import type { Draft } from './spoken.ts';
import type { Names } from './who.ts';

const keepMs = 3_600_000;
const maxKept = 20_000;
let heard = new Map<string, { names: string; until: number }>();

export interface Introduction {
  /** An address, a phone, the shop's own id: what this speaker did not say lately. */
  drafts: Draft[];
  /** To be called once they are stored: until then they are news. */
  remember: () => void;
}

/** What these names say that is news. `by`: a word of the shop's server counts for more than the same from a browser. */
export function introduced(
  of: { shop: ShopId; speaker: string; by: 'server' | 'browser' },
  names: Names,
  now: number,
): Introduction {
  const drafts = draftsOf(names);
  const key = `${of.shop} ${of.by} ${of.speaker}`;
  const said = JSON.stringify(drafts);
  const before = heard.get(key);
  const isKnown = drafts.length === 0 || (before?.names === said && before.until > now);
  if (isKnown) return { drafts: [], remember: () => undefined };
  return { drafts, remember: () => keepHeard(key, { names: said, until: now + keepMs }) };
}

function keepHeard(key: string, names: { names: string; until: number }): void {
  if (heard.size >= maxKept) heard = new Map();
  heard.set(key, names);
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
