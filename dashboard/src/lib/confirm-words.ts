// Double opt-in in words: whom the shop asks to confirm, and what comes of it.
import type { ConfirmRule } from '@winback/domain';

/** The rule as the end of "must be confirmed". */
export const confirmRuleNames: Record<ConfirmRule, string> = {
  never: 'No subscription',
  captured: 'Only addresses captured from other forms',
  always: 'Every new subscription',
};

export const confirmEffects: Record<ConfirmRule, string> = {
  never:
    'A ticked box subscribes at once. An address that was only typed gets no letter. Who left stays away, also when they fill in a form again.',
  captured:
    'A ticked box subscribes at once. Whoever leaves an address in a form that has no box gets one letter that asks; until they press its button, no other letter goes to them. Who left and ticks a box again is asked in the same way.',
  always:
    'Whoever ticks a box or leaves an address gets one letter that asks; until they press its button, no other letter goes to them. What your own systems say (an import, your server, Shopify, WooCommerce) counts as it is: its proof is with you.',
};
