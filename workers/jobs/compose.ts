// A letter's words and products, from what is true now: the subscriber, the catalogue, the shop's template.

import type { Database, Template } from '@winback/db';
import { kindsOf, profileOf, subscriberById, suppressionOf } from '@winback/db';
import type { Consent, ScenarioCode, ShopId, ShopSettings } from '@winback/domain';
import { coverFor, lawIn } from '@winback/domain';
import { refusalTo, standingOf } from '@winback/engine/consent';
import type { About, LetterFacts } from '@winback/engine/triggers';
import type { LetterProduct, OutgoingMessage } from '@winback/mail';
import { letterMessage, renderLetter, signToken, utmUrl } from '@winback/mail';
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
  const [kinds, suppression, profile] = await Promise.all([
    kindsOf(db, shop, brief.person),
    suppressionOf(db, shop, subscriber.email),
    profileOf(db, shop, brief.person),
  ]);
  const refusal = refusalTo(standingOf({ ...subscriber, suppression }), {
    kind: 'trigger',
    // Every letter of ours answers something that somebody did: that kind is called a chain.
    refusedKind: kinds['chain'] === false,
    // Which law counts for them their Visitor knows, and is asked by the claim.
    permitted: lawIn(settings).applies === 'person',
  });
  if (refusal) return stopped(refusal.reason, refusal.sentence);
  const { language, subject, preheader } = coverFor(settings, scenario, profile);
  const content = await letterContent({ ...deps, settings: { ...settings, language } }, brief, scenario);
  if (!content.ok) return stopped(content.because.reason, content.because.sentence);
  const { items, picks, about } = content.value;
  const links = linksFor(deps, { letter, scenario, person: brief.person });
  const unsubscribeUrl = await links.unsubscribe();
  const data = {
    shop: {
      name: settings.name,
      url: await links.to(settings.url),
      postalAddress: settings.sender.postalAddress,
      language,
    },
    person: { name: subscriber.name },
    items: await Promise.all(items.map((item) => withLinks(item, links, brief.about.kind))),
    picks: await Promise.all(picks.map(async (pick) => ({ ...pick, url: await links.to(pick.url) }))),
    cartUrl: await links.to(new URL('cart', `${settings.url.replace(/\/$/, '')}/`).href),
    ...about,
    unsubscribeUrl,
  };
  const rendered = renderLetter({ template, subject, preheader, data });
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
async function withLinks(
  item: LetterProduct,
  links: ReturnType<typeof linksFor>,
  about: About['kind'],
): Promise<LetterProduct> {
  const rate = about === 'order' ? { rateUrl: await links.rate(item.id) } : {};
  return { ...item, url: await links.to(item.url), ...rate };
}

function stopped(reason: Extract<Settlement, { kind: 'suppressed' }>['reason'], sentence: string): Composed {
  return { ok: false, settlement: { kind: 'suppressed', reason, sentence } };
}

/** Links of one letter: the shop's own addresses behind a signed redirect that names the letter, and the way out. */
function linksFor(
  { shop, linkSecret, publicUrl, now }: ComposeDeps,
  of: { letter: string; scenario: ScenarioCode; person: string },
) {
  const utm = { source: 'winback', medium: 'email', campaign: of.scenario, content: of.letter };
  const expiresAt = now + linkLifeMs;
  return {
    to: async (url: string) => {
      const token = await signToken(linkSecret, {
        kind: 'click',
        shop,
        letter: of.letter,
        url: utmUrl(url, utm),
        expiresAt,
      });
      return `${publicUrl}/c/${token}`;
    },
    rate: async (product: string) => {
      const { person, letter } = of;
      const token = await signToken(linkSecret, { kind: 'rate', shop, person, letter, product, expiresAt });
      return `${publicUrl}/rate/${token}`;
    },
    unsubscribe: async () => {
      const token = await signToken(linkSecret, {
        kind: 'unsubscribe',
        shop,
        person: of.person,
        letter: of.letter,
        expiresAt,
      });
      return `${publicUrl}/u/${token}`;
    },
  };
}

/** People find letters years later; the law wants the way out to work for at least a month, kindness wants longer. */
const linkLifeMs = 400 * 86_400_000;
