// What to do in each kind of store, with the shop's own values in it. The guides say the same at length.
import type { Install } from '@winback/domain';

interface Step {
  words: string;
  /** To be pasted. */
  code?: string;
  /** A page of the dashboard where this step is done. */
  link?: { words: string; path: string };
}

interface Platform {
  code: string;
  name: string;
  /** The file in docs/ that says more. */
  guide: string;
  steps: (install: Pick<Install, 'snippet' | 'values'>) => Step[];
}

export const platforms: readonly [Platform, ...Platform[]] = [
  {
    code: 'own',
    name: 'Own code',
    guide: 'shop-developers',
    steps: ({ snippet }) => [
      { words: 'Put these two lines into the head of every page.', code: snippet },
      { words: 'On product, cart and order pages, add the one line that stands beside its light below.' },
    ],
  },
  {
    code: 'google-tag-manager',
    name: 'Google Tag Manager',
    guide: 'google-tag-manager',
    steps: ({ values }) => [
      {
        words:
          'Download the template and import it in Tag Manager: Templates, Tag Templates, New, the three dots, Import.',
        link: { words: 'The template is on Connections', path: 'settings/connections' },
      },
      {
        words: 'Make a tag of it with the trigger Initialization, All Pages. It knows the shop’s id:',
        code: values.shop,
      },
      { words: 'and the address:', code: values.api },
      {
        words:
          'Publish. What your store writes into its data layer for Google (view_item, add_to_cart, purchase) is read from there.',
      },
    ],
  },
  {
    code: 'shopify',
    name: 'Shopify',
    guide: 'shopify',
    steps: ({ values }) => [
      {
        words:
          'Copy the pixel. In Shopify: Settings, Customer events, Add custom pixel; replace what stands in the editor by it, save and connect it.',
        link: { words: 'The pixel is on Connections', path: 'settings/connections' },
      },
      {
        words:
          'Settings, Notifications, Webhooks: make one in JSON for each of Order creation, Order payment, Order cancellation, Order update, Customer creation and Customer update, all to this address:',
        code: `${values.api}/hooks/shopify/${values.shop}`,
      },
      {
        words: 'Below them Shopify says what they will be signed with. That secret has to be known here.',
        link: { words: 'Paste it on Connections', path: 'settings/connections' },
      },
    ],
  },
  {
    code: 'woocommerce',
    name: 'WooCommerce',
    guide: 'woocommerce',
    steps: ({ values }) => [
      {
        words:
          'Put winback.php into wp-content/plugins/winback, or pack it as winback.zip and upload it under Plugins, Add New; then activate it. It has your id and address in it already.',
        link: { words: 'The file is on Connections', path: 'settings/connections' },
      },
      {
        words:
          'WooCommerce, Settings, Advanced, Webhooks: add one for each of Order created, Order updated and Customer created, to this address:',
        code: `${values.api}/hooks/woocommerce/${values.shop}`,
      },
      {
        words: 'Type one long secret into all of them. It has to be known here.',
        link: { words: 'Paste it on Connections', path: 'settings/connections' },
      },
    ],
  },
  {
    code: 'personaclick',
    name: 'PersonaClick plugin or SDK',
    guide: 'from-personaclick',
    steps: ({ values }) => [
      {
        words:
          'Wherever a plugin, an app or your code names api.personaclick.com or api.rees46.com, it names this address from now on; all else stays as it is:',
        code: values.api,
      },
      {
        words:
          'If your pages load the script themselves, they load it from here; its commands (personaclick, r46, rees46) stay:',
        code: `<script>window.personaclick=window.personaclick||function(){(personaclick.q=personaclick.q||[]).push(arguments)};personaclick('init','${values.legacyId}')</script>\n<script async src="${values.api}/v3.js"></script>`,
      },
      {
        words: `The shop’s id is ${values.legacyId}. If your plugin has another, bring that one along instead of changing it.`,
        link: { words: 'Bring the id and the secret along on Keys', path: 'settings/keys' },
      },
    ],
  },
  {
    code: 'segment',
    name: 'Segment',
    guide: 'segment',
    steps: ({ values }) => [
      {
        words: 'Make a secret key: it is the write key.',
        link: { words: 'Make it on Keys', path: 'settings/keys' },
      },
      {
        words:
          'Point your server library, or a webhook destination, to this address; identify and track calls are understood:',
        code: `${values.api}/v1`,
      },
      {
        words: 'Say which trait means that somebody agreed to letters.',
        link: { words: 'Set it on Connections', path: 'settings/connections' },
      },
    ],
  },
];
