// What each scenario does, in a merchant's words. The settings of a scenario read as these sentences.
import type { ScenarioCode } from '@winback/domain';

interface ScenarioWords {
  /** One sentence for the list. */
  does: string;
  /** What stands before the delay; absent: "Wait". */
  start?: string;
  /** After "Wait … ". */
  after: string;
  /** What keeps the letter from being sent, as sentences. */
  stops: string;
  /** Between "Show " and the number of recommended products; empty: the letter shows nothing else. */
  shows: string;
  /** What is counted: "What became of every …", and "No … yet". */
  noun: string;
}

export const scenarioWords: Record<ScenarioCode, ScenarioWords> = {
  abandoned_cart: {
    does: 'Reminds of a cart that was left.',
    after: 'after the cart was last touched.',
    stops: 'Stop if they buy or empty it.',
    shows: 'the cart and',
    noun: 'cart',
  },
  second_abandoned_cart: {
    does: 'Reminds once more, where the first reminder brought nobody back.',
    after: 'after the first reminder, or after the cart was last touched.',
    stops: 'Stop if they buy, empty it, or came back by the first letter. It may follow the first within the pause.',
    shows: 'the cart and',
    noun: 'cart',
  },
  viewed_but_not_bought: {
    does: 'Shows products again that were looked at and left.',
    after: 'after a product was last looked at.',
    stops: 'Stop if they put something into the cart or buy. Leave alone who bought within a week.',
    shows: 'what they looked at and',
    noun: 'visit',
  },
  abandoned_category: {
    does: 'Shows the best of a category that was browsed and left.',
    after: 'after a category was last browsed.',
    stops: 'Stop if they look at a product of it, fill the cart or buy. Leave alone who bought within a week.',
    shows: '',
    noun: 'visit',
  },
  abandoned_search: {
    does: 'Shows what a search finds, to who searched and left.',
    after: 'after the last search.',
    stops: 'Stop if they fill the cart or buy. Leave alone who bought within two days.',
    shows: '',
    noun: 'search',
  },
  product_available: {
    does: 'Tells who waits for a product that it is back in stock.',
    after: 'after a product came back.',
    stops: 'Stop if they buy it, wait for it no longer, or it sells out again. Whoever asked is not held by the pause.',
    shows: 'what they wait for and',
    noun: 'return to stock',
  },
  product_price_decrease: {
    does: 'Tells who waits for a product, or keeps it in the cart or wish list, that it costs less.',
    after: 'after a price fell.',
    stops:
      'Stop if they buy it, want it no longer, or the price rises again. Whoever asked for a lower price is not held by the pause.',
    shows: 'what they want and',
    noun: 'price drop',
  },
  low_on_supply: {
    does: 'Reminds who buys a product again and again, shortly before it runs out.',
    start: 'Write',
    after: 'before a product runs out, as their own orders and everybody’s tell.',
    stops: 'Only to who is likely to buy it again, and once for each purchase. Stop if they buy it.',
    shows: 'what runs out and',
    noun: 'product that runs out',
  },
  recently_purchased: {
    does: 'Says thanks, and shows what goes with what was bought.',
    after: 'after an order.',
    stops: 'Stop if the order was cancelled.',
    shows: 'what they bought and',
    noun: 'order',
  },
  retention: {
    does: 'Writes to who has not been here for long, with products picked for them.',
    after: 'without any sign of them.',
    stops: 'Stop if they come back.',
    shows: '',
    noun: 'silence',
  },
  double_opt_in: {
    does: 'Asks who left an address to confirm it.',
    after: '',
    stops: '',
    shows: '',
    noun: 'request',
  },
};
