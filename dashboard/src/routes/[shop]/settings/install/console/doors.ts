// The ways in, as a merchant knows them.
import type { ConsoleDoor } from '@winback/domain';

export const doorNames: Record<ConsoleDoor, string> = {
  script: 'This browser',
  personaclick: 'PersonaClick',
  server: 'Your server',
  shopify: 'Shopify',
  woocommerce: 'WooCommerce',
  'google-tag-manager': 'Tag Manager',
  segment: 'Segment',
};
