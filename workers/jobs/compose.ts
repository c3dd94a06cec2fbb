// A letter's words and products, from what is true now: the subscriber, the catalogue, the shop's template.

import type { Database, Template } from '@winback/db';
import { letterWishesOf, subscriberById, suppressionOf } from '@winback/db';
import type { PersonId, ScenarioCode, ShopId, ShopSettings } from '@winback/domain';
import { scenarioIn } from '@winback/domain';
import type { OutgoingMessage } from '@winback/mail';
import { letterLinks, letterMessage, renderLetter, signToken } from '@winback/mail';
import type { Brief, Settlement } from '../visitor/answers.ts';
import { letterContent } from './letter-content.ts';

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
  if (subscriber.consent === 'unsubscribed')
    return stopped('unsubscribed', 'Not sent: the subscriber has unsubscribed.');
  if (subscriber.consent === 'pending')
    return stopped('not-confirmed', 'Not sent: the subscriber was asked to confirm and has not done so.');
  if (subscriber.consent !== 'subscribed')
    return stopped('no-consent', 'Not sent: the subscriber has not agreed to letters.');
  const unwished = await againstWishes(deps, brief.person);
  if (unwished) return unwished;
  const suppression = await suppressionOf(db, shop, subscriber.email);
  if (suppression === 'erased')
    return stopped('unsubscribed', 'Not sent: the owner of this address wanted to be forgotten.');
  if (suppression !== null) return stopped('bounced', 'Not sent: letters to this address came back.');
  const content = await letterContent(deps, brief, scenario);
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
  const wayOut = { kind: 'unsubscribe', shop, person: brief.person, letter, expiresAt } as const;
  const unsubscribeUrl = `${deps.publicUrl}/u/${await signToken(deps.linkSecret, wayOut)}`;
  const data = {
    shop: {
      name: settings.name,
      url: settings.url,
      postalAddress: settings.sender.postalAddress,
      language: settings.language,
    },
    person: { name: subscriber.name },
    items,
    picks,
    cartUrl: new URL('cart', `${settings.url.replace(/\/$/, '')}/`).href,
    ...about,
    unsubscribeUrl,
  };
  const { subject, preheader } = scenarioIn(settings, scenario);
  const rendered = renderLetter({ template, subject, preheader, data, links });
  return {
    ok: true,
    shows: items.map(({ id }) => id),
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

/** What the person asked of their letters. Every letter of ours answers something that somebody did: that kind is called a chain. */
async function againstWishes({ db, shop, now }: ComposeDeps, person: PersonId): Promise<Composed | null> {
  const { kinds, perWeek, lately } = await letterWishesOf(db, shop, person, now);
  if (kinds['chain'] === false) return stopped('no-consent', 'Not sent: the subscriber wants no letters of this kind.');
  return perWeek !== null && lately >= perWeek
    ? stopped('cap', 'Not sent: the subscriber asked for fewer letters, and has had this week’s.')
    : null;
}

function stopped(reason: Extract<Settlement, { kind: 'suppressed' }>['reason'], sentence: string): Composed {
  return { ok: false, settlement: { kind: 'suppressed', reason, sentence } };
}

/** People find letters years later; the law wants the way out to work for at least a month, kindness wants longer. */
const linkLifeMs = 400 * 86_400_000;
