// The demo shop's settings: as a real one, but it does not make a newcomer wait an hour.
import type { Secrets } from './state.ts';

export const demoShop = 'demo';
export const demoOwner = 'owner@demo.example';

/** The body of `POST /api/setup` for the demo shop. `more`: settings that it has instead of its own. */
export function demoSetup(secrets: Secrets, storeUrl: string, more: object = {}) {
  return {
    shop: {
      id: demoShop,
      settings: {
        name: 'Fjell & Fern',
        url: storeUrl,
        currency: 'EUR',
        timeZone: 'Europe/Berlin',
        language: 'en',
        sender: {
          name: 'Fjell & Fern',
          address: 'letters@fjell-fern.example',
          postalAddress: 'Fjell & Fern, Harbour Street 12, 24103 Kiel, Germany',
        },
        brand: { color: '#1f6f5c', logoUrl: null },
        voice: { pauseMs: 0, perDay: 24, perWeek: 100, hours: null },
        scenarios: {
          abandoned_cart: {
            on: true,
            delayMs: 60_000,
            windowMs: 14_400_000,
            recommendations: 6,
            subject: 'You left something in your cart',
            preheader: 'It is still here, and so are a few things that go with it.',
          },
        },
        feed: { url: `${storeUrl}/feed.yml`, everyMs: 3_600_000 },
        ...more,
      },
    },
    owner: { name: 'Demo owner', email: demoOwner, password: secrets.OWNER_PASSWORD },
  };
}
