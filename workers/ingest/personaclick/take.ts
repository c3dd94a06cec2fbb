// From what a call says to what is stored: the same steps as a beacon's (wanted, not a flood, allowed, stored), for a browser
// or for a person whom the shop's own server names.
import { findSubscriber } from '@winback/db';
import type { BeaconEvent, DropReason, ShopSettings, VisitorId } from '@winback/domain';
import { personIdSchema } from '@winback/domain';
import { databaseOf } from '../../env.ts';
import { noteDrop } from '../../events.ts';
import type { Claimed, Repeats } from '../../visitor/answers.ts';
import type { Told } from '../arrival.ts';
import { storeTold } from '../arrival.ts';
import { claimIn } from '../claim.ts';
import { judge } from '../judge.ts';
import { storeForPerson } from '../store.ts';
import { notesOf } from '../watched.ts';
import type { WireCall, WireContext } from './call.ts';
import { damBrowser, isServer } from './dam.ts';
import type { Params } from './params.ts';
import { textIn } from './params.ts';
import { show } from './show.ts';
import type { Who } from './who.ts';
import { visitorForNames } from './who.ts';

/** Who says what. `events` name the address too, where the person is known by one. */
export interface Said extends Who {
  events: BeaconEvent[];
  repeats: Repeats;
}

/** `left`: not stored, or not without leaving out whom it names. */
export type Taken = 'taken' | 'left';

/** Stores events; what is not wanted is counted and forgotten, for no client of this wire would do anything with a refusal. */
export async function take(c: WireContext, call: WireCall, said: Said): Promise<Taken> {
  const { visitor } = said;
  if (said.events.length === 0) return 'taken';
  const unwanted = said.vouched ? null : unwantedBecause(c, call, said);
  if (unwanted) {
    countDrop(c, call, unwanted);
    show(c, call, () => notesOf(said.events, { dropped: unwanted }));
    return 'left';
  }
  return visitor === null ? storeOfPerson(c, call, said) : storeOfBrowser(c, call, { ...said, visitor });
}

/** Counts a call that was not stored, and shows it to who looks on. */
export function noteOf(c: WireContext, call: Pick<WireCall, 'shop' | 'now'>, reason: DropReason): void {
  countDrop(c, call, reason);
  show(c, call, () => [{ type: null, state: 'dropped', reason, payload: c.req.path, problems: [] }]);
}

function countDrop(c: WireContext, { shop, now }: Pick<WireCall, 'shop' | 'now'>, reason: DropReason): void {
  const sample = c.get('saying') ?? c.req.path;
  noteDrop(c.env, { shop, reason, sample, problems: [] }, now, (work) => c.executionCtx.waitUntil(work));
}

function unwantedBecause(c: WireContext, call: WireCall, { visitor }: Who): DropReason | null {
  const unwanted = judged(c, call);
  if (unwanted) return unwanted;
  if (askedLevel(call.params, call.settings) === null) return 'no-consent';
  damBrowser(c, call, visitor);
  return null;
}

/** Why nobody's browser of a shopper calls; null: it may be one. */
export function judged(c: WireContext, { settings }: WireCall): DropReason | null {
  return judge(c.req.raw, settings.traffic, isProgram(c.req.raw) ? 'program' : 'browser');
}

/** Apps and shops' servers call this wire under names of their own, which lists of crawlers hold too. */
function isProgram({ headers }: Request): boolean {
  const agent = headers.get('user-agent') ?? '';
  return !agent.startsWith('Mozilla/') && !/bot\b|crawl|spider|\+https?:/i.test(agent);
}

/** What the shopper allows: as the call says it (only our own script does), or as the shop has it until they are asked. */
function askedLevel(params: Params, { privacy }: ShopSettings): Told['asked'] | null {
  const level = textIn(params, 'consent') ?? privacy.defaultConsent;
  return level === 'analytics' || level === 'marketing' ? level : null;
}

async function storeOfBrowser(c: WireContext, call: WireCall, said: Said & { visitor: VisitorId }): Promise<Taken> {
  const { shop, settings, now } = call;
  const { visitor, events, repeats, vouched } = said;
  const asked = vouched ? 'marketing' : (askedLevel(call.params, settings) ?? 'analytics');
  const by = vouched ? 'proven' : isServer(c.req.raw) ? 'server' : 'browser';
  const told = { shop, settings, visitor, events, repeats, asked, by } as const;
  const stored = await storeTold(c.env, c.req.raw, told, now);
  const { withheld } = stored;
  if (withheld) countDrop(c, call, withheld);
  show(c, call, () => notesOf(events, stored));
  return withheld === 'no-consent' ? 'left' : 'taken';
}

/** The shop's server names the person, and no browser. */
async function storeOfPerson(c: WireContext, call: WireCall, said: Said): Promise<Taken> {
  const { shop, settings } = call;
  const { events, repeats } = said;
  const claim = await claimOf(c, call, said);
  if (!claim) return storeOfBrowser(c, call, { ...said, visitor: await visitorForNames(shop, said) });
  const visit = { idleMs: settings.traffic.sessionIdleMs, by: 'server' } as const;
  const stored = await storeForPerson(c.env, { shop, claim, events, visit, repeats });
  show(c, call, () => notesOf(events, { ...stored, withheld: null }));
  return 'taken';
}

async function claimOf(c: WireContext, { shop, now }: WireCall, said: Said): Promise<Claimed | null> {
  const { events, email, phone, externalId } = said;
  const claim = await claimIn(c.env, { shop, events, visitor: null, ip: null }, now);
  if (claim) return claim;
  const names = { ...(email ? { email } : {}), ...(phone ? { phone } : {}), ...(externalId ? { externalId } : {}) };
  const row = await findSubscriber(databaseOf(c.env), shop, names);
  return row ? { person: { id: personIdSchema.parse(row.id), consent: row.consent }, proof: 'proven' } : null;
}
