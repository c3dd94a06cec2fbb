// Whom a call is about: a browser by its did (or the ssid of older clients), a person by an address, a phone or the shop's
// own id. A browser is told from its id alone; a person only by the shop's own server, or as a claim of that browser.
import type { EmailAddress, ShopId, VisitorId } from '@winback/domain';
import { parseEmailAddress } from '@winback/domain';
import { HTTPException } from 'hono/http-exception';
import type { Env } from '../../env.ts';
import type { WireCall, WireContext } from './call.ts';
import { isVouched } from './call.ts';
import { isDid, isIssued } from './did.ts';
import type { Params } from './params.ts';
import { isRecord, textIn } from './params.ts';

/** What a call names its person by; an address that is none is left out. */
export interface Names {
  email: EmailAddress | null;
  phone: string | null;
  externalId: string | null;
}

export interface Who extends Names {
  /** Null only where `vouched`. */
  visitor: VisitorId | null;
  /** The call brought the shop's secret: what it says of the person is so. */
  vouched: boolean;
}

const visitorPrefix = 'pc-';

export function visitorOfDid(did: string): VisitorId {
  return `${visitorPrefix}${did}` as VisitorId;
}

/** The did that a visitor is called by on this wire; null: it never came by it. */
export function didOfVisitor(visitor: VisitorId): string | null {
  const did = visitor.startsWith(visitorPrefix) ? visitor.slice(visitorPrefix.length) : '';
  return isDid(did) ? did : null;
}

/** The browser of a call. Throws an {@link HTTPException}: 401 none named, 422 not an id, 404 never issued. */
export async function visitorIn(env: Env, { shop, params }: Pick<WireCall, 'shop' | 'params'>): Promise<VisitorId> {
  const did = params['did'] ?? null;
  const older = did === null ? (textIn(params, 'ssid') ?? textIn(params, 'session_id')) : null;
  if (older !== null) return visitorOfSsid(older);
  if (did === null || did === '') throw new HTTPException(401, { message: 'Device ID is not specified' });
  if (typeof did !== 'string' || !isDid(did)) throw new HTTPException(422, { message: 'Device ID is not valid' });
  if (!(await isIssued(env, shop, did))) throw new HTTPException(404, { message: 'Device ID is not found' });
  return visitorOfDid(did);
}

/** Ids of clients before 2018 are taken as they come: nobody but their own cookie knows them. */
function visitorOfSsid(ssid: string): VisitorId {
  if (!/^[A-Za-z0-9_-]{4,60}$/.test(ssid)) throw new HTTPException(422, { message: 'Session ID is not valid' });
  return visitorOfDid(ssid);
}

/** Who a call is about. The shop's server may leave the browser out, where it names the person. */
export async function whoIn(c: WireContext, call: WireCall): Promise<Who> {
  const vouched = await isVouched(c, call);
  const names = namesIn(call.params);
  const nobody = names.email === null && names.phone === null && names.externalId === null;
  const visitor = vouched && !nobody ? await knownVisitor(c.env, call) : await visitorIn(c.env, call);
  return { ...names, visitor, vouched };
}

/** As {@link whoIn}, where the address is what it is about: 422 for one that is none. */
export async function namedIn(c: WireContext, call: WireCall): Promise<Who> {
  const who = await whoIn(c, call);
  if (who.email === null && textIn(call.params, 'email') !== null)
    throw new HTTPException(422, { message: 'Identifier is not valid' });
  return who;
}

/** The browser where the call names one that we know; its absence is the server's right. */
async function knownVisitor(env: Env, call: WireCall): Promise<VisitorId | null> {
  const { did } = call.params;
  if (typeof did === 'string') return (await isIssued(env, call.shop, did)) ? visitorOfDid(did) : null;
  const older = textIn(call.params, 'ssid');
  return older !== null && /^[A-Za-z0-9_-]{4,60}$/.test(older) ? visitorOfDid(older) : null;
}

/** The names of a person in a call, in the words of new and of old clients. */
export function namesIn(params: Params): Names {
  const attributes = isRecord(params['attributes']) ? params['attributes'] : {};
  const email = textIn(params, 'email') ?? textIn(params, 'user_email') ?? textIn(attributes, 'email');
  const externalId = textIn(params, 'external_id') ?? textIn(params, 'user_id') ?? textIn(attributes, 'id');
  return {
    email: email === null ? null : parseEmailAddress(email),
    phone: textIn(params, 'phone')?.slice(0, 32) ?? null,
    externalId: externalId?.slice(0, 128) ?? null,
  };
}

/** A browser that stands for somebody whom only the shop's server names, by no address: what they did is not lost. */
export async function visitorForNames(shop: ShopId, { phone, externalId }: Names): Promise<VisitorId> {
  const text = `${shop} ${externalId ?? ''} ${externalId === null ? phone : ''}`;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return `${visitorPrefix}by-${[...digest.slice(0, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}` as VisitorId;
}
