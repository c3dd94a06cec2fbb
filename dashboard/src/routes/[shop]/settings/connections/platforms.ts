// What a merchant does on each platform, step by step. `address`, `key` and `file` are where a step needs something of ours.
import type { Platform } from '@winback/domain';

interface Step {
  words: string;
  /** What stands below the words: the address to copy, our file to take, the field for the secret, the field for the trait. */
  needs?: 'address' | 'file' | 'secret' | 'trait';
  /** A page of the dashboard where this step is done. */
  link?: { words: string; path: string };
}

export interface PlatformWords {
  name: string;
  /** What the file is called in a button; null: there is none. */
  file: string | null;
  steps: Step[];
}

export const platformWords: Record<Platform, PlatformWords> = {
  shopify: {
    name: 'Shopify',
    file: 'the pixel',
    steps: [
      {
        words:
          'In Shopify: Settings, Customer events, Add custom pixel. Name it Winback, under Permission choose marketing and analytics, paste the pixel, save, connect.',
        needs: 'file',
      },
      {
        words:
          'In Shopify: Settings, Notifications, Webhooks. Create a webhook in JSON for each of: Order creation, Order payment, Order cancellation, Order update, Customer creation, Customer update. All go to this address:',
        needs: 'address',
      },
      {
        words: 'Below the list of webhooks Shopify shows with what secret they are signed. Paste it here:',
        needs: 'secret',
      },
    ],
  },
  woocommerce: {
    name: 'WooCommerce',
    file: 'the plugin',
    steps: [
      {
        words:
          'In WordPress: put winback.php into wp-content/plugins/winback and activate it. It knows your address and your shop; Settings, Winback changes them, and the words beside the box at checkout.',
        needs: 'file',
      },
      {
        words:
          'In WooCommerce: Settings, Advanced, Webhooks. Add three, with the topics Order created, Order updated and Customer created, and this delivery URL:',
        needs: 'address',
      },
      { words: 'Write the same long secret into each webhook and here:', needs: 'secret' },
    ],
  },
  'google-tag-manager': {
    name: 'Google Tag Manager',
    file: 'the template',
    steps: [
      { words: 'In Tag Manager: Templates, New, ⋮, Import. It knows your address and your shop.', needs: 'file' },
      {
        words:
          'Tags, New, Winback. Leave “Load Winback and read the data layer”, choose the trigger Initialization – All Pages, save, publish. What your shop pushes for Google Analytics is understood as it is.',
      },
      { words: 'Without the template, a script in the page does the same:', needs: 'address' },
    ],
  },
  segment: {
    name: 'Segment',
    file: null,
    steps: [
      {
        words:
          'Let your server’s Segment library send to this address, with a secret key of your shop as its write key. Never in a page: the key is secret.',
        needs: 'address',
        link: { words: 'Make a key on Keys', path: 'settings/keys' },
      },
      {
        words:
          'Who agreed to letters? Name the trait that is true for them; leave it empty and nobody is taken to have agreed.',
        needs: 'trait',
      },
    ],
  },
};
