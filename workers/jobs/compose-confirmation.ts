// The letter that asks to confirm an address. It goes to people who have not agreed, so it sells nothing, watches nothing and
// carries not one word that whoever typed the address could have chosen.
import { requestOf, suppressionOf } from '@winback/db';
import { confirmationLastsMs } from '@winback/domain';
import { letterMessage, renderLetter, signToken, TemplateError } from '@winback/mail';
import { addressMark } from '../address-mark.ts';
import { askedWords } from '../asked-words.ts';
import type { Brief, Settlement } from '../visitor/answers.ts';
import type { ComposeDeps, Composed, TemplateFor } from './compose.ts';
import { notWritten } from './compose.ts';
import { linkLifeMs } from './letter-links.ts';

/** Writes the letter, or says why it is not needed or not possible any more. */
export async function composeConfirmation(
  deps: ComposeDeps & { template: TemplateFor },
  letter: string,
  { person, scenario, ask }: Extract<Brief, { kind: 'confirm' }>,
): Promise<Composed> {
  const { db, shop, settings } = deps;
  const request = await requestOf(db, shop, person, ask.at);
  if (!request) return stopped('no-address', 'Not sent: the subscriber was deleted.');
  if (request.consent === 'subscribed') return stopped('confirmed', 'Not sent: the person agreed in the meantime.');
  if (request.over) return stopped('unsubscribed', 'Not sent: the person has said no since.');
  const suppression = await suppressionOf(db, shop, request.email);
  if (suppression === 'erased')
    return stopped('unsubscribed', 'Not sent: the owner of this address wanted to be forgotten.');
  if (suppression !== null) return stopped('bounced', 'Not sent: letters to this address came back.');
  const { name, url, sender, language } = settings;
  const token = await signToken(deps.linkSecret, {
    kind: 'confirm',
    ...{ shop, person, askedAt: ask.at },
    address: await addressMark(shop, request.email),
    until: ask.at + confirmationLastsMs,
    expiresAt: deps.now + linkLifeMs,
  });
  const template = await deps.template(null);
  const { subject, preheader } = template;
  const data = {
    shop: { name, url, postalAddress: sender.postalAddress, language, logoUrl: settings.brand.logoUrl },
    confirmUrl: `${deps.publicUrl}/confirm/${token}`,
    asked: askedWords(ask, settings),
  };
  try {
    const rendered = renderLetter({ template, subject, preheader, data });
    const to = { name: null, address: request.email };
    const message = letterMessage({ ...{ letter, shop, scenario, sender, to }, unsubscribeUrl: null, ...rendered });
    return { ok: true, shows: [], message };
  } catch (error) {
    if (error instanceof TemplateError) return stopped('template', notWritten(error));
    throw error;
  }
}

function stopped(reason: Extract<Settlement, { kind: 'suppressed' }>['reason'], sentence: string): Composed {
  return { ok: false, settlement: { kind: 'suppressed', reason, sentence } };
}
