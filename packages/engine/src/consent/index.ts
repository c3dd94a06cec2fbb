// May we write? The states of a subscriber and what may change them.
export type { IdentityClaim, Proof } from './identity.ts';
export { mayJoin } from './identity.ts';

import type { Consent } from '@winback/domain';

/** `opted-in`: agreed in the storefront. `returned`: took the unsubscribe back by their own act, on our page. */
export type ConsentAct = 'address-given' | 'opted-in' | 'unsubscribed' | 'complained' | 'returned';

/** The state after an act. No beacon undoes an unsubscribe: only the person does, on a page that knows who they are. */
export function consentAfter(consent: Consent, act: ConsentAct): Consent {
  switch (act) {
    case 'address-given':
      return consent;
    case 'opted-in':
      return consent === 'none' ? 'subscribed' : consent;
    case 'unsubscribed':
    case 'complained':
      return 'unsubscribed';
    case 'returned':
      return 'subscribed';
  }
}
