// Why something was turned away, as a merchant reads it: what it is called, what it means, what to do.
import type { DropReason } from '@winback/domain';

interface DropWords {
  name: string;
  means: string;
  mend: string;
  /** `mend`: something of the shop is lost until it is mended. `look`: worth a look. `fine`: as it should be. */
  needs: 'mend' | 'look' | 'fine';
}

export const dropWords: Record<DropReason, DropWords> = {
  'bad-json': {
    name: 'Not readable',
    means: 'What came was not JSON, so nothing of it could be read.',
    mend: 'Send what the script sends, or JSON.stringify of an object. A text put together by hand breaks at the first quote.',
    needs: 'mend',
  },
  'too-large': {
    name: 'Too large',
    means: 'One beacon had more than 64 KB.',
    mend: 'Send fewer events at once, and no descriptions or pictures: ids are enough.',
    needs: 'mend',
  },
  'too-deep': {
    name: 'Nested too deep',
    means: 'Lists lay within lists, deeper than any event is.',
    mend: 'Send the fields as the lights on Install show them.',
    needs: 'mend',
  },
  'bad-event': {
    name: 'A field is wrong',
    means: 'A field is missing, is of the wrong kind, or is not one we know.',
    mend: 'The problem names the field and what it may be. Mend it in your template; the next event shows whether it is right.',
    needs: 'mend',
  },
  'unknown-event': {
    name: 'Unknown kind of event',
    means: 'The event’s type is none of those that are listed on Install.',
    mend: 'Look for a typing mistake. Anything of your own goes as type custom with a name.',
    needs: 'mend',
  },
  'bad-price': {
    name: 'A price is wrong',
    means: 'A price or a total was negative, too high to be true, or not a number.',
    mend: 'Send a number with a point (19.9), in the shop’s currency and in whole euros or dollars, not in cents.',
    needs: 'mend',
  },
  'bad-time': {
    name: 'A time is wrong',
    means: 'The event is older than two days, or lies ahead, or the clock that sent it is a day off.',
    mend: 'Leave the time to the script, or send Date.now(). What your server tells later goes to the address for servers.',
    needs: 'mend',
  },
  'unknown-shop': {
    name: 'Unknown shop',
    means: 'The id in the snippet is no shop’s.',
    mend: 'Copy the snippet from Install once more.',
    needs: 'mend',
  },
  bot: {
    name: 'Crawlers',
    means: 'Search engines and other machines read your pages. They buy nothing, so they are counted and left out.',
    mend: 'Nothing to do: every shop has them.',
    needs: 'fine',
  },
  prefetch: {
    name: 'Pages loaded ahead',
    means: 'Browsers load pages that somebody might open next. Nobody has seen those yet.',
    mend: 'Nothing to do: the page is counted when it is looked at.',
    needs: 'fine',
  },
  internal: {
    name: 'Your own people',
    means: 'It came from an address that you named as your own on Storefront.',
    mend: 'Nothing to do. If shoppers are among them, take the address off that list.',
    needs: 'fine',
  },
  'rate-limit': {
    name: 'Too many at once',
    means:
      'One browser, one address or one secret key sent far more a minute than people or a shop’s server do. Who was told so sends again later.',
    mend: 'A page or a server that sends in a loop is the usual reason: look at the sample. An attack looks like this too, and costs you nothing.',
    needs: 'look',
  },
  'no-consent': {
    name: 'Without consent',
    means:
      'An address came from a shopper who allows counting only. What they did is counted; the address was not kept.',
    mend: 'Nothing to do: this is what your privacy settings promise.',
    needs: 'fine',
  },
  'asked-enough': {
    name: 'Asked to confirm often enough',
    means:
      'Somebody asked for letters to an address that was asked to confirm today already, or from a place that asks for too many addresses. What they did is counted; no letter went out.',
    mend: 'Nothing to do: it keeps your shop from being used to fill somebody’s mailbox.',
    needs: 'fine',
  },
  'shop-closed': {
    name: 'While the shop was closed',
    means: 'Shoppers came while you had closed the shop here. Nothing of what they did was kept.',
    mend: 'Open the shop in Settings, Storefront, when it sells again.',
    needs: 'fine',
  },
  'unproven-identity': {
    name: 'An address nobody proved',
    means:
      'A browser typed an address that somebody else has used. What it did stays its own and is not taken for theirs.',
    mend: 'Nothing to do: it keeps a stranger’s cart out of your customer’s letters.',
    needs: 'fine',
  },
  'unknown-person': {
    name: 'A customer nobody knows',
    means: 'Your server told of a customer by an id or an address that we have never heard of.',
    mend: 'Send the address with the first call about a customer, or import your customers first.',
    needs: 'mend',
  },
  'unknown-letter': {
    name: 'A letter we did not send',
    means: 'An app or a script told of a click or an opening, by a code that no letter of ours has.',
    mend: 'Nothing to do while letters of your former system are still opened. After that, look which app sends them.',
    needs: 'fine',
  },
  'bad-signature': {
    name: 'Signed by nobody we know',
    means: 'A webhook came without the signature that only your platform can make.',
    mend: 'Copy the secret from the platform into Connections once more. If you have not changed it, somebody tries the address: they get nowhere.',
    needs: 'mend',
  },
  'not-ours': {
    name: 'Not what we do',
    means: 'A call for a product that Winback does not make: stories, loyalty, push. It got a polite, empty answer.',
    mend: 'Nothing to do. If you do not use those products, take their calls out of your systems.',
    needs: 'fine',
  },
};

/** Colours of a chart in their order: what is to be mended first, what is fine last. */
export const needs = {
  mend: 'To be mended',
  look: 'Worth a look',
  fine: 'As it should be',
} as const satisfies Record<DropWords['needs'], string>;
