// Double opt-in begins here: an address that has to be confirmed is asked about, in the database first, then at the person's home,
// which writes the one letter. A beacon that comes again asks the same again, and that is nothing new.
import type { SubscriberClaim } from '@winback/db';
import { askToConfirm } from '@winback/db';
import type { EmailAddress, PersonId, ShopId, ShopSettings } from '@winback/domain';
import { homeName } from '@winback/domain';
import type { Word } from '@winback/engine/consent';
import ipaddr from 'ipaddr.js';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { Person } from '../visitor/answers.ts';

interface Said {
  email: EmailAddress;
  word: Word;
  source: string;
  event: string;
  wording: string | null;
}

/** Our own form, as its script calls itself. */
const boxSources: ReadonlySet<string> = new Set(['popup', 'inline-form']);

/** How somebody agreed, and to which words: evidence for the log. What our own form says is known here. */
export function evidenceOf(
  { word, source, wording }: Said,
  { form }: ShopSettings,
): { how: NonNullable<SubscriberClaim['how']>; wording: string | null } {
  if (word === 'vouched') return { how: 'server', wording };
  if (word !== 'agreed') return { how: 'captured', wording: null };
  return boxSources.has(source) ? { how: 'box', wording: form.agreement } : { how: 'checkbox', wording };
}

/** Asks somebody to confirm. `enough`: they, or the place that it came from, were asked as often as may be. */
export async function askPerson(
  env: Env,
  { shop, settings }: { shop: ShopId; settings: ShopSettings },
  said: Said & { word: 'agreed' | 'captured'; person: PersonId; ip: string | null },
  now: number,
): Promise<{ person: Person; asked?: 'enough' }> {
  const { person: id, email, word, source, event, ip } = said;
  const answer = await askToConfirm(databaseOf(env), shop, {
    ...{ person: id, email, word, source, ip, now },
    ...evidenceOf(said, settings),
    ask: event,
    network: ip === null ? null : networkOf(ip),
  });
  const person = { id, consent: answer.consent };
  if (!answer.asked) return { person, asked: 'enough' };
  const name = homeName(shop, id);
  await env.VISITOR.getByName(name).consentChanged({ name, person, ask: { id: event, at: answer.at, source } });
  return { person };
}

/** The network that one household or one office has: an IPv4 address, the first half of an IPv6 one. */
function networkOf(address: string): string | null {
  if (!ipaddr.isValid(address)) return null;
  const one = ipaddr.process(address);
  return one.kind() === 'ipv4' ? one.toString() : one.toByteArray().slice(0, 8).join('.');
}
