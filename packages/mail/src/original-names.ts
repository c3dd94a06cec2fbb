// PersonaClick's names of what a letter knows: templates that were written for it work here as they are. What we do not have (loyalty
// levels, referral codes) is there when the shop's own system keeps it in the person's profile, and empty otherwise.
import type { LetterData, LetterProduct } from './render.ts';

/** Fields of a profile that are variables of their own. */
export const profileNames = [
  'first_name',
  'middle_name',
  'last_name',
  'gender',
  'location',
  'age',
  'birthday',
  'telegram_id',
  'external_id',
  'phone',
  'loyalty_id',
  'loyalty_status',
  'loyalty_bonuses',
  'loyalty_bonuses_to_next_level',
  'loyalty_balance_active',
  'loyalty_balance_pending',
  'loyalty_balance_expiring_bonuses',
  'loyalty_actual_level',
  'loyalty_subscription_active',
  'loyalty_subscription_expires_at',
  'referral_code',
  'nps',
] as const;

/** Sizes that `item.image_url_resized[SIZE]` was asked for in; here each is the picture itself. */
const sizes = [100, 120, 140, 160, 180, 200, 220, 310, 520];
const patterns = [
  'source_',
  'recommended_',
  'favorite_',
  'search_(?:groups|items)',
  '(?:shop|logo|tracking|unsubscribe|less_often|confirmation_email)_url',
  'tracking_pixel',
  'feedback_button_link',
  'utm_params',
  'rate_\\d_url',
  'html_letter',
  'referral_code',
  'campaign_id',
  'client_id',
  'user\\.',
  '\\b(?:footer|email|title|link|properties|promocode)\\b',
  ...profileNames,
];
const anyOf = new RegExp(patterns.join('|'));

/** Whether a source may use one of these names: most of ours do not, and then they cost nothing. */
export function usesOriginalNames(source: string): boolean {
  return (source.match(/\{\{.*?\}\}|\{%.*?%\}/gs) ?? []).some((piece) => anyOf.test(piece));
}

/** The original's variables for one letter. */
export function originalNames(data: LetterData): Record<string, unknown> {
  const { shop, person, letter } = data;
  const profile = person.profile ?? {};
  const items = data.items.map(itemOf);
  const picks = data.picks.map(itemOf);
  const [firstName, ...others] = (person.name ?? '').split(' ');
  const known = {
    first_name: firstName ?? '',
    last_name: others.join(' '),
    ...Object.fromEntries(profileNames.flatMap((name) => (name in profile ? [[name, profile[name]]] : []))),
    phone: person.phone ?? '',
    external_id: person.externalId ?? '',
  };
  const rateUrl = data.items[0]?.rateUrl;
  return {
    ...known,
    client_id: person.id ?? '',
    email: person.email ?? '',
    properties: profile,
    user: { ...profile, ...known, name: person.name ?? '', email: person.email ?? '' },
    shop_url: shop.url,
    logo_url: shop.logoUrl ?? '',
    footer: shop.postalAddress,
    feedback_button_link: shop.url,
    title: shop.name,
    link: shop.url,
    utm_params: data.utmParams ?? '',
    source_items: items,
    source_item: items[0],
    recommended_items: picks,
    recommended_item: picks[0],
    favorite_items: [],
    favorite_ids: [],
    source_categories: data.category ? [data.category] : [],
    search_groups: data.search ? [{ query: data.search.query, items: picks }] : [],
    search_items: data.search ? picks : [],
    // Clicks and opens are followed by links and by one picture at the letter's end: these have nothing to add.
    tracking_url: shop.url,
    tracking_pixel: '',
    unsubscribe_url: data.unsubscribeUrl,
    less_often_url: data.lessOftenUrl ?? data.unsubscribeUrl,
    html_letter: data.viewOnlineUrl ?? '',
    promocode: data.promocode ?? profile['promocode'] ?? '',
    campaign_id: letter?.campaign ?? '',
    ...Object.fromEntries(
      [1, 2, 3, 4, 5].map((star) => [`rate_${star}_url`, rateUrl ? `${rateUrl}?stars=${star}` : '']),
    ),
  };
}

function itemOf(product: LetterProduct): Record<string, unknown> {
  const { id, name, url, picture, price, oldPrice, quantity, more } = product;
  return {
    ...{ id, name, url, description: more?.description ?? '', brand: more?.brand ?? '', barcode: more?.barcode ?? '' },
    image_url: picture ?? '',
    image_url_resized: Object.fromEntries(sizes.map((size) => [size, picture ?? ''])),
    price: more?.amount ?? price,
    price_full: more?.amount ?? price,
    price_formatted: price,
    price_full_formatted: price,
    oldprice: more?.oldAmount ?? oldPrice ?? '',
    oldprice_formatted: oldPrice ?? '',
    currency: more?.currency ?? '',
    amount: quantity ?? 1,
    leftovers: more?.leftovers ?? '',
    rating: more?.rating ?? '',
  };
}
