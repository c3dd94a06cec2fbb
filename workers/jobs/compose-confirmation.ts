// The letter that asks to confirm an address. It goes to people who have not agreed, so it sells nothing, watches nothing and
// carries not one word that whoever typed the address could have chosen.
import { profileOf, requestOf, suppressionOf } from '@winback/db';
import { confirmationLastsMs, readerLanguage } from '@winback/domain';
import { refusalTo, standingOf } from '@winback/engine/consent';
import { letterMessage, renderLetter, TemplateError } from '@winback/mail';
import { addressMark } from '../address-mark.ts';
import { askedWords } from '../asked-words.ts';
import type { Brief, Settlement } from '../visitor/answers.ts';
import type { ComposeDeps, Composed, TemplateFor } from './compose.ts';
import { notWritten } from './compose.ts';
import { linkLifeMs, signedPage } from './letter-links.ts';

/** Writes the letter, or says why it is not needed or not possible any more. */
export async function composeConfirmation(
  deps: ComposeDeps & { template: TemplateFor },
  letter: string,
  { person, scenario, ask }: Extract<Brief, { kind: 'confirm' }>,
): Promise<Composed> {
  const { db, shop, settings } = deps;
  const request = await requestOf(db, shop, person, ask.at);
  if (!request) return stopped('no-address', 'Not sent: the subscriber was deleted.');
  if (request.over && request.consent !== 'subscribed')
    return stopped('unsubscribed', 'Not sent: the person has said no since.');
  const suppression = await suppressionOf(db, shop, request.email);
  const standing = standingOf({ consent: request.consent, confirmedAt: null, suppression });
  const refusal = refusalTo(standing, { kind: 'service', refusedKind: false, permitted: true });
  if (refusal) return stopped(refusal.reason, refusal.sentence);
  const { name, url, sender } = settings;
  const confirmUrl = await signedPage(deps, 'confirm', {
    kind: 'confirm',
    ...{ shop, person, askedAt: ask.at },
    address: await addressMark(shop, request.email),
    until: ask.at + confirmationLastsMs,
    // As long as links of other letters: an old one still says why it does nothing any more.
    expiresAt: deps.now + linkLifeMs,
  });
  const template = await deps.template(readerLanguage(await profileOf(db, shop, person)));
  const { language, subject, preheader } = template;
  const data = {
    shop: { name, url, postalAddress: sender.postalAddress, language, logoUrl: settings.brand.logoUrl },
    confirmUrl,
    asked: askedWords(ask, { ...settings, language }),
  };
  try {
    const rendered = renderLetter({ template, subject, preheader, data });
    const to = { name: null, address: request.email };
    const message = letterMessage({ ...{ letter, shop, scenario, sender, to }, unsubscribeUrl: null, ...rendered });
    return { ok: true, shows: [], facts: null, message };
  } catch (error) {
    if (error instanceof TemplateError) return stopped('template', notWritten(error));
    throw error;
  }
}

function stopped(reason: Extract<Settlement, { kind: 'suppressed' }>['reason'], sentence: string): Composed {
  return { ok: false, settlement: { kind: 'suppressed', reason, sentence } };
}
