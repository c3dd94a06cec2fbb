// A letter's words and products, from what is true now: the subscriber, the catalogue, the shop's template.

import type { Database, Template } from '@winback/db';
import { letterWishesOf, profileOf, subscriberById, suppressionOf } from '@winback/db';
import type { Consent, ScenarioCode, ShopId, ShopSettings } from '@winback/domain';
import { coverFor, lawIn } from '@winback/domain';
import { refusalTo, standingOf } from '@winback/engine/consent';
import type { LetterFacts } from '@winback/engine/triggers';
import type { LetterProduct, OutgoingMessage } from '@winback/mail';
import { letterLinks, letterMessage, renderLetter, signToken } from '@winback/mail';
import type { Brief, Settlement } from '../visitor/answers.ts';
import { letterContent } from './letter-content.ts';
import { letterFacts } from './letter-facts.ts';

export interface ComposeDeps {
  db: Database;
  shop: ShopId;
  settings: ShopSettings;
  linkSecret: string;
  publicUrl: string;
  now: number;
}

export type Composed =
  /** `shows`: the products that it is about. `consent`: of its reader, as the database has it; absent: it does not matter. */
  | { ok: true; message: OutgoingMessage; shows: string[]; facts: LetterFacts | null; consent?: Consent }
  | { ok: false; settlement: Extract<Settlement, { kind: 'suppressed' }> };

/** Writes the letter, or says why it cannot be written. A letter without an address, consent or product is suppressed. */
export async function composeLetter(
  deps: ComposeDeps & { template: Template },
  letter: string,
  brief: Extract<Brief, { kind: 'compose' }>,
): Promise<Composed> {
  const { db, shop, settings, template } = deps;
  const scenario = brief.scenario as ScenarioCode;
  const subscriber = await subscriberById(db, shop, brief.person);
  if (!subscriber) return stopped('no-address', 'Not sent: the subscriber was deleted.');
  const [wishes, suppression, profile] = await Promise.all([
    letterWishesOf(db, shop, brief.person, deps.now),
    suppressionOf(db, shop, subscriber.email),
    profileOf(db, shop, brief.person),
  ]);
  const refusal = refusalTo(standingOf({ ...subscriber, suppression }), {
    kind: 'trigger',
    // Every letter of ours answers something that somebody did: that kind is called a chain.
    refusedKind: wishes.kinds['chain'] === false,
    // Which law counts for them their Visitor knows, and is asked by the claim.
    permitted: lawIn(settings).applies === 'person',
  });
  if (refusal) return stopped(refusal.reason, refusal.sentence);
  if (wishes.perWeek !== null && wishes.lately >= wishes.perWeek)
    return stopped('cap', 'Not sent: the subscriber asked for fewer letters, and has had this week’s.');
  const { language, subject, preheader } = coverFor(settings, scenario, profile);
  const content = await letterContent({ ...deps, settings: { ...settings, language } }, brief, scenario);
  if (!content.ok) return stopped(content.because.reason, content.because.sentence);
  const { items, picks, about } = content.value;
  const expiresAt = deps.now + linkLifeMs;
  const links = letterLinks({
    ...{
      secrets: deps.linkSecret,
      publicUrl: deps.publicUrl,
      shop,
      letter,
      scenario,
      shopUrl: settings.url,
      expiresAt,
    },
    countsOpens: true,
  });
  const named = { shop, person: brief.person, letter, expiresAt };
  const wayOut = { kind: 'unsubscribe', ...named } as const;
  const sign = async (product: string) =>
    `${deps.publicUrl}/rate/${await signToken(deps.linkSecret, { kind: 'rate', ...named, product })}`;
  const unsubscribeUrl = `${deps.publicUrl}/u/${await signToken(deps.linkSecret, wayOut)}`;
  const data = {
    shop: {
      name: settings.name,
      url: settings.url,
      postalAddress: settings.sender.postalAddress,
      language,
    },
    person: { name: subscriber.name },
    items: brief.about.kind === 'order' ? await Promise.all(items.map((item) => rated(item, sign))) : items,
    picks,
    cartUrl: new URL('cart', `${settings.url.replace(/\/$/, '')}/`).href,
    ...about,
    unsubscribeUrl,
  };
  const rendered = renderLetter({ template, subject, preheader, data, links });
  const shows = items.map(({ id }) => id);
  return {
    ok: true,
    shows,
    facts: await letterFacts(deps, { scenario, person: brief.person, about: brief.about, shows }),
    consent: subscriber.consent,
    message: letterMessage({
      letter,
      shop,
      scenario,
      sender: settings.sender,
      to: { name: subscriber.name, address: subscriber.email },
      unsubscribeUrl,
      ...rendered,
    }),
  };
}

/** What was bought is asked about. */
async function rated(item: LetterProduct, sign: (product: string) => Promise<string>): Promise<LetterProduct> {
  return { ...item, rateUrl: await sign(item.id) };
}

function stopped(reason: Extract<Settlement, { kind: 'suppressed' }>['reason'], sentence: string): Composed {
  return { ok: false, settlement: { kind: 'suppressed', reason, sentence } };
}

/** People find letters years later; the law wants the way out to work for at least a month, kindness wants longer. */
const linkLifeMs = 400 * 86_400_000;
