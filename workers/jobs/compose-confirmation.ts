// The letter that asks to confirm an address. It goes to people who have not agreed, so it sells nothing, watches nothing and
// carries not one word that whoever typed the address could have chosen.
import type { Template } from '@winback/db';
import { profileOf, requestOf, suppressionOf } from '@winback/db';
import { confirmationLastsMs, coverFor } from '@winback/domain';
import { refusalTo, standingOf } from '@winback/engine/consent';
import { letterMessage, renderLetter, signToken } from '@winback/mail';
import { addressMark } from '../address-mark.ts';
import { askedWords } from '../asked-words.ts';
import type { Brief, Settlement } from '../visitor/answers.ts';
import type { ComposeDeps, Composed } from './compose.ts';

/** As long as links of other letters: an old one still says why it does nothing any more. */
const linkLifeMs = 400 * 86_400_000;

/** Writes the letter, or says why it is not needed or not possible any more. */
export async function composeConfirmation(
  deps: ComposeDeps & { template: Template },
  letter: string,
  { person, scenario, ask }: Extract<Brief, { kind: 'confirm' }>,
): Promise<Composed> {
  const { db, shop, settings, template } = deps;
  const request = await requestOf(db, shop, person, ask.at);
  if (!request) return stopped('no-address', 'Not sent: the subscriber was deleted.');
  if (request.over && request.consent !== 'subscribed')
    return stopped('unsubscribed', 'Not sent: the person has said no since.');
  const suppression = await suppressionOf(db, shop, request.email);
  const standing = standingOf({ consent: request.consent, confirmedAt: null, suppression });
  const refusal = refusalTo(standing, { kind: 'service', refusedKind: false, permitted: true });
  if (refusal) return stopped(refusal.reason, refusal.sentence);
  const { name, url, sender } = settings;
  const token = await signToken(deps.linkSecret, {
    kind: 'confirm',
    ...{ shop, person, askedAt: ask.at },
    address: await addressMark(shop, request.email),
    until: ask.at + confirmationLastsMs,
    expiresAt: deps.now + linkLifeMs,
  });
  const { language, subject, preheader } = coverFor(settings, 'double_opt_in', await profileOf(db, shop, person));
  const data = {
    shop: { name, url, postalAddress: sender.postalAddress, language },
    confirmUrl: `${deps.publicUrl}/confirm/${token}`,
    asked: askedWords(ask, { ...settings, language }),
  };
  const rendered = renderLetter({ template, subject, preheader, data });
  const to = { name: null, address: request.email };
  return {
    ok: true,
    shows: [],
    facts: null,
    message: letterMessage({ ...{ letter, shop, scenario, sender, to }, unsubscribeUrl: null, ...rendered }),
  };
}

function stopped(reason: Extract<Settlement, { kind: 'suppressed' }>['reason'], sentence: string): Composed {
  return { ok: false, settlement: { kind: 'suppressed', reason, sentence } };
}
