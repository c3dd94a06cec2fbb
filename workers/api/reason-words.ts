import type { LetterReason } from '@winback/domain';

const words: Record<LetterReason, string> = {
  bought: 'bought before the letter',
  'cart-emptied': 'emptied the cart',
  unsubscribed: 'had unsubscribed',
  'no-address': 'address not known',
  'no-consent': 'had not agreed to letters',
  'in-cart': 'put something into the cart',
  'came-back': 'came back before the letter',
  'sending-paused': 'waiting, the shop’s letters are paused',
  'hold-out': 'held out, to measure what letters bring',
  'order-cancelled': 'the order was cancelled',
  'not-wanted': 'had stopped waiting for it',
  unlikely: 'no longer likely to buy it again soon',
  'sold-out': 'sold out again',
  'price-back-up': 'the price rose again',
  'not-confirmed': 'had not confirmed their address',
  confirmed: 'agreed before the letter',
  'scenario-off': 'the scenario was off',
  'shop-closed': 'the shop was closed',
  'too-late': 'too late to make sense',
  pause: 'too soon after another letter',
  cap: 'had enough letters',
  'quiet-hours': 'only quiet hours were left',
  conditions: 'your conditions were not met',
  'nothing-to-show': 'no product left to show',
  template: 'the template could not be written',
  'lost-to-another': 'another letter went first',
  'provider-refused': 'refused by the mail server',
  'provider-unreachable': 'mail server not reached',
  'provider-busy': 'the provider takes no more for now',
  'provider-rejects-us': 'the provider refuses the shop’s account',
  bounced: 'letters to the address came back',
  complained: 'called a letter spam',
  suppressed: 'on your list of addresses that get no letters',
  'answer-lost': 'the mail server’s answer was lost',
};

/** A reason as it stands in a table of counts. */
export function reasonWords(reason: string | null): string {
  const known: Record<string, string> = words;
  return reason === null ? 'no reason given' : (known[reason] ?? reason);
}
