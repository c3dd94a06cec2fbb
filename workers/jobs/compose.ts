// A letter's words and products, from what is true now: the subscriber, the catalogue, the shop's template.

import type { Database, Reader } from '@winback/db';
import { kindsOf, readerOf, suppressionOf } from '@winback/db';
import type { ScenarioCode, ShopId, ShopSettings, TemplateLanguage } from '@winback/domain';
import type { LetterData, OutgoingMessage } from '@winback/mail';
import { bytesOf, letterBytes, letterMessage, renderLetter, signToken, TemplateError } from '@winback/mail';
import { readerLanguage } from '../reader-language.ts';
import type { SentTemplate } from '../templates.ts';
import type { Brief, Settlement } from '../visitor/answers.ts';
import type { LetterContent } from './letter-content.ts';
import { letterContent } from './letter-content.ts';
import { linkLifeMs, linksOf, utmParams } from './letter-links.ts';

export interface ComposeDeps {
  db: Database;
  shop: ShopId;
  settings: ShopSettings;
  linkSecret: string;
  publicUrl: string;
  now: number;
}

export type Composed =
  /** `shows`: the products that it is about. */
  | { ok: true; message: OutgoingMessage; shows: string[] }
  | { ok: false; settlement: Extract<Settlement, { kind: 'suppressed' }> };

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
  const content = await letterContent(said, brief, brief.scenario as ScenarioCode);
  if (!content.ok) return stopped(content.because.reason, content.because.sentence);
  return written(said, { letter, brief, reader, template, content: content.value });
}

async function mayNotWrite({ db, shop }: ComposeDeps, reader: Reader, { person }: Written): Promise<Composed | null> {
  if (reader.consent === 'unsubscribed') return stopped('unsubscribed', 'Not sent: the subscriber has unsubscribed.');
  if (reader.consent === 'pending')
    return stopped('not-confirmed', 'Not sent: the subscriber was asked to confirm and has not done so.');
  if (reader.consent !== 'subscribed')
    return stopped('no-consent', 'Not sent: the subscriber has not agreed to letters.');
  // Every letter of ours answers something that somebody did: that kind is called a chain.
  if ((await kindsOf(db, shop, person))['chain'] === false)
    return stopped('no-consent', 'Not sent: the subscriber wants no letters of this kind.');
  const suppression = await suppressionOf(db, shop, reader.email);
  if (suppression === 'erased')
    return stopped('unsubscribed', 'Not sent: the owner of this address wanted to be forgotten.');
  return suppression === null ? null : stopped('bounced', 'Not sent: letters to this address came back.');
}

interface ToWrite {
  letter: string;
  brief: Written;
  reader: Reader;
  template: SentTemplate;
  content: LetterContent;
}

async function written(deps: ComposeDeps, to: ToWrite): Promise<Composed> {
  const { shop, settings } = deps;
  const { letter, brief, reader, template, content } = to;
  const scenario = brief.scenario as ScenarioCode;
  const links = linksOf(deps, { letter, scenario, person: brief.person });
  const data = await dataOf(deps, to);
  const { subject, preheader } = template;
  try {
    const rendered = await links.sign(renderLetter({ template, subject, preheader, data, link: links.mark }));
    if (bytesOf(rendered.html) > letterBytes.stop)
      return stopped('template', 'Not sent: the letter has more than 100 KB, and mail programs would cut off its end.');
    const sender = { letter, shop, scenario, sender: settings.sender, unsubscribeUrl: data.unsubscribeUrl };
    const message = letterMessage({ ...sender, to: { name: reader.name, address: reader.email }, ...rendered });
    return { ok: true, shows: content.items.map(({ id }) => id), message };
  } catch (error) {
    if (error instanceof TemplateError) return stopped('template', notWritten(error));
    throw error;
  }
}

/** What the merchant reads where a published template fails for somebody. */
export function notWritten({ message, line }: TemplateError): string {
  return `Not sent: the template cannot be written${line === null ? '' : ` (line ${line})`}: ${message.slice(0, 200)}.`;
}

async function dataOf(deps: ComposeDeps, { letter, brief, reader, template, content }: ToWrite): Promise<LetterData> {
  const { shop, settings, linkSecret, publicUrl, now } = deps;
  const { items, picks, about } = content;
  const { person } = brief;
  const scenario = brief.scenario as ScenarioCode;
  const expiresAt = now + linkLifeMs;
  const signed = (payload: Parameters<typeof signToken>[1]) => signToken(linkSecret, payload);
  const unsubscribe = await signed({ kind: 'unsubscribe', shop, person, letter, expiresAt });
  const view = /viewOnlineUrl|html_letter/.test(template.html)
    ? await signed({
        ...{ kind: 'view', shop, person, letter, use: scenario, expiresAt },
        ...{ language: template.language, version: template.version },
        items: items.map(({ id, quantity }): [string, number] => [id, quantity ?? 1]),
        picks: picks.map(({ id }) => id),
        ...(about.search ? { query: about.search.query } : {}),
        ...(about.category ? { category: about.category.name } : {}),
      })
    : null;
  const { name, email, id, phone, externalId, profile } = reader;
  return {
    shop: {
      ...{ name: settings.name, url: settings.url, language: template.language },
      postalAddress: settings.sender.postalAddress,
      logoUrl: settings.brand.logoUrl,
    },
    person: { name, email, id, phone, externalId, profile },
    ...{ items, picks, ...about },
    cartUrl: new URL('cart', `${settings.url.replace(/\/$/, '')}/`).href,
    unsubscribeUrl: `${publicUrl}/u/${unsubscribe}`,
    ...(view === null ? {} : { viewOnlineUrl: `${publicUrl}/v/${view}` }),
    utmParams: utmParams({ letter, scenario, person }),
    letter: { id: letter, campaign: scenario },
  };
}

function stopped(reason: Extract<Settlement, { kind: 'suppressed' }>['reason'], sentence: string): Composed {
  return { ok: false, settlement: { kind: 'suppressed', reason, sentence } };
}
