// A letter's words and products, from what is true now: the subscriber, the catalogue, the shop's template.

import type { Database, Reader } from '@winback/db';
import { letterWishesOf, readerOf, suppressionOf } from '@winback/db';
import type { Consent, ScenarioCode, ShopId, ShopSettings, TemplateLanguage } from '@winback/domain';
import { lawIn, readerLanguage } from '@winback/domain';
import { refusalTo, standingOf } from '@winback/engine/consent';
import type { LetterFacts } from '@winback/engine/triggers';
import type { LetterData, LetterProduct, OutgoingMessage } from '@winback/mail';
import { bytesOf, letterBytes, letterMessage, renderLetter, TemplateError } from '@winback/mail';
import type { SentTemplate } from '../templates.ts';
import type { Brief, Settlement } from '../visitor/answers.ts';
import type { LetterContent } from './letter-content.ts';
import { letterContent } from './letter-content.ts';
import { letterFacts } from './letter-facts.ts';
import { linkLifeMs, linksOf, signedPage, utmParams } from './letter-links.ts';

export interface ComposeDeps {
  db: Database;
  shop: ShopId;
  settings: ShopSettings;
  linkSecret: string;
  publicUrl: string;
  now: number;
}

type Stopped = { ok: false; settlement: Extract<Settlement, { kind: 'suppressed' }> };
export type Composed =
  /** `shows`: the products that it is about. `consent`: of its reader, as the database has it; absent: it does not matter. */
  { ok: true; message: OutgoingMessage; shows: string[]; facts: LetterFacts | null; consent?: Consent } | Stopped;

/** Chooses the template by the language of whoever reads it; null: nobody knows it. */
export type TemplateFor = (language: TemplateLanguage | null) => Promise<SentTemplate>;

type Written = Extract<Brief, { kind: 'compose' }>;

/** Writes the letter, or says why it cannot be written. A letter without an address, consent or product is suppressed. */
export async function composeLetter(
  deps: ComposeDeps & { template: TemplateFor },
  letter: string,
  brief: Written,
): Promise<Composed> {
  const { db, shop, settings } = deps;
  const reader = await readerOf(db, shop, brief.person);
  if (!reader) return stopped('no-address', 'Not sent: the subscriber was deleted.');
  const refusal = await mayNotWrite(deps, reader, brief);
  if (refusal) return refusal;
  const template = await deps.template(readerLanguage(reader.profile));
  const said = { ...deps, settings: { ...settings, language: template.language } };
  const scenario = brief.scenario as ScenarioCode;
  const content = await letterContent(said, brief, scenario);
  if (!content.ok) return stopped(content.because.reason, content.because.sentence);
  const message = await written(said, { letter, scenario, brief, reader, template, content: content.value });
  if ('ok' in message) return message;
  const shows = content.value.items.map(({ id }) => id);
  const facts = await letterFacts(deps, { scenario, person: brief.person, about: brief.about, shows });
  return { ok: true, message, shows, facts, consent: reader.consent };
}

async function mayNotWrite(deps: ComposeDeps, reader: Reader, { person }: Written): Promise<Stopped | null> {
  const { db, shop, settings, now } = deps;
  const [wishes, suppression] = await Promise.all([
    letterWishesOf(db, shop, person, now),
    suppressionOf(db, shop, reader.email),
  ]);
  const refusal = refusalTo(standingOf({ ...reader, suppression }), {
    kind: 'trigger',
    // Every letter of ours answers something that somebody did: that kind is called a chain.
    refusedKind: wishes.kinds['chain'] === false,
    // Which law counts for them their Visitor knows, and is asked by the claim.
    permitted: lawIn(settings).applies === 'person',
  });
  if (refusal) return stopped(refusal.reason, refusal.sentence);
  return wishes.perWeek !== null && wishes.lately >= wishes.perWeek
    ? stopped('cap', 'Not sent: the subscriber asked for fewer letters, and has had this week’s.')
    : null;
}

interface ToWrite {
  letter: string;
  scenario: ScenarioCode;
  brief: Written;
  reader: Reader;
  template: SentTemplate;
  content: LetterContent;
}

async function written(deps: ComposeDeps, to: ToWrite): Promise<OutgoingMessage | Stopped> {
  const { shop, settings } = deps;
  const { letter, scenario, reader, template } = to;
  const data = await dataOf(deps, to);
  const { subject, preheader } = template;
  try {
    const rendered = renderLetter({ template, subject, preheader, data, links: linksOf(deps, to) });
    if (bytesOf(rendered.html) > letterBytes.stop)
      return stopped('template', 'Not sent: the letter has more than 100 KB, and mail programs would cut off its end.');
    const sender = { letter, shop, scenario, sender: settings.sender, unsubscribeUrl: data.unsubscribeUrl };
    return letterMessage({ ...sender, to: { name: reader.name, address: reader.email }, ...rendered });
  } catch (error) {
    if (error instanceof TemplateError) return stopped('template', notWritten(error));
    throw error;
  }
}

/** What the merchant reads where a published template fails for somebody. */
export function notWritten({ message, line }: TemplateError): string {
  return `Not sent: the template cannot be written${line === null ? '' : ` (line ${line})`}: ${message.slice(0, 200)}.`;
}

async function dataOf(deps: ComposeDeps, to: ToWrite): Promise<LetterData> {
  const { shop, settings, now } = deps;
  const { letter, scenario, brief, reader, template, content } = to;
  const { person } = brief;
  const named = { shop, person, letter, expiresAt: now + linkLifeMs };
  const rated = async (item: LetterProduct): Promise<LetterProduct> => ({
    ...item,
    rateUrl: await signedPage(deps, 'rate', { kind: 'rate', ...named, product: item.id }),
  });
  const unsubscribeUrl = await signedPage(deps, 'u', { kind: 'unsubscribe', ...named });
  const { name, email, id, phone, externalId, profile } = reader;
  return {
    shop: {
      ...{ name: settings.name, url: settings.url, language: template.language },
      postalAddress: settings.sender.postalAddress,
      logoUrl: settings.brand.logoUrl,
    },
    person: { name, email, id, phone, externalId, profile },
    // What was bought is asked about.
    items: brief.about.kind === 'order' ? await Promise.all(content.items.map(rated)) : content.items,
    picks: content.picks,
    ...content.about,
    cartUrl: new URL('cart', `${settings.url.replace(/\/$/, '')}/`).href,
    unsubscribeUrl,
    // The same page: it asks how often, too.
    lessOftenUrl: unsubscribeUrl,
    ...(/viewOnlineUrl|html_letter/.test(template.html) ? { viewOnlineUrl: await viewOf(deps, to) } : {}),
    utmParams: utmParams(to),
    letter: { id: letter, campaign: scenario },
  };
}

function viewOf(deps: ComposeDeps, { letter, scenario, brief, template, content }: ToWrite): Promise<string> {
  const { items, picks, about } = content;
  return signedPage(deps, 'v', {
    ...{ kind: 'view', shop: deps.shop, person: brief.person, letter, use: scenario },
    ...{ language: template.language, version: template.version, expiresAt: deps.now + linkLifeMs },
    items: items.map(({ id, quantity }): [string, number] => [id, quantity ?? 1]),
    picks: picks.map(({ id }) => id),
    ...(about.search ? { query: about.search.query } : {}),
    ...(about.category ? { category: about.category.name } : {}),
  });
}

function stopped(reason: Stopped['settlement']['reason'], sentence: string): Stopped {
  return { ok: false, settlement: { kind: 'suppressed', reason, sentence } };
}
