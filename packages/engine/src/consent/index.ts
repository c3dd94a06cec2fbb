// May we write? The states of a subscriber and what may change them.
import type { Consent } from '@winback/domain';

export type { Word } from './confirmation.ts';
export { answerTo, mayAsk, wordOf } from './confirmation.ts';
export type { IdentityClaim, Proof } from './identity.ts';
export { mayJoin } from './identity.ts';
export { demands, lawOf, lawPermits, mustConfirm } from './laws.ts';
export { refusalTo, standingOf } from './standing.ts';

/** `opted-in`: agreed in the storefront. `confirmed`: by a POST of our page, under a link that only the mailbox got. */
export type ConsentAct = 'address-given' | 'asked' | 'opted-in' | 'confirmed' | 'unsubscribed' | 'complained';

/**
 * The state after an act. No beacon undoes an unsubscribe: only the person does, by confirming what was asked after they had left.
 * Asking somebody who left changes nothing yet.
 */
export function consentAfter(consent: Consent, act: ConsentAct): Consent {
  switch (act) {
    case 'address-given':
      return consent;
    case 'asked':
      return consent === 'none' ? 'pending' : consent;
    case 'opted-in':
      return consent === 'none' || consent === 'pending' ? 'subscribed' : consent;
    case 'unsubscribed':
    case 'complained':
      return 'unsubscribed';
    case 'confirmed':
      return 'subscribed';
  }
}
