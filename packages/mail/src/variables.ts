// What Liquid knows in a letter: our names with a word on each, the original's beside them. For completion, and to find names that
// nothing stands behind.
import type { TemplateUse, TemplateVariable } from '@winback/domain';
import { profileNames } from './original-names.ts';

type Type = TemplateVariable['type'];
type Row = readonly [name: string, means: string, example: string, type?: Type];

const everywhere: readonly Row[] = [
  ['shop.name', 'The name of the shop', 'Fjell & Fern'],
  ['shop.url', 'The first page of the shop', 'https://shop.example', 'address'],
  ['shop.postalAddress', 'The postal address of the sender', 'Street 1, 10115 Berlin'],
  ['shop.language', 'The language of the letter', 'en'],
  ['shop.logoUrl', 'The logo of the shop (Design > Brand)', 'https://shop.example/logo.png', 'address'],
  ['preheader', 'What mail programs show after the subject', 'It is still here.'],
];
const confirmation: readonly Row[] = [
  ['confirmUrl', 'Where the person says yes', 'https://…/confirm/…', 'address'],
  ['asked.when', 'When the address was left', '23 November 2026 at 14:05'],
  ['asked.where', 'Where the address was left', 'in the form on our pages'],
];
const product: readonly Row[] = [
  ['id', 'The id in the feed', 'p1'],
  ['name', 'The name', 'Tent Fjord 2'],
  ['url', 'The page of the product', 'https://shop.example/p1', 'address'],
  ['picture', 'The address of the picture', 'https://shop.example/p1.jpg', 'address'],
  ['price', 'The price, written out', '€199'],
  ['oldPrice', 'The price before, written out; empty where there is none', '€249'],
  ['quantity', 'Pieces in the cart', '2', 'number'],
  ['rateUrl', 'Where it is rated; ?stars=4 chooses four stars there (Thank You)', 'https://…/rate/…', 'address'],
];
const personal: readonly Row[] = [
  ['person.name', 'The name of the person; may be empty', 'Ann'],
  ['person.email', 'The address of the person', 'ann@mail.example'],
  ['person.phone', 'The phone number; may be empty', '+49301234'],
  ['person.id', 'The id of the person here', '01j…'],
  ['person.externalId', 'The id of the person in the shop’s system', '42'],
  ['person.profile', 'What the shop’s system keeps of the person, by its own names', '', 'list'],
  ['cartUrl', 'The page of the cart', 'https://shop.example/cart', 'address'],
  ['search.query', 'What was searched for (Abandoned Search)', 'tent'],
  ['category.name', 'What was browsed (Abandoned Category)', 'Tents'],
  ['unsubscribeUrl', 'Where the person leaves', 'https://…/u/…', 'address'],
  ['lessOftenUrl', 'Where the person asks for fewer letters', 'https://…/u/…', 'address'],
  ['viewOnlineUrl', 'The letter as a page', 'https://…/v/…', 'address'],
  ['promocode', 'The code of the person; may be empty', 'WELCOME10'],
  [
    'utmParams',
    'utm_source and the others as the shop’s statistics read them',
    'utm_source=winback&utm_medium=email',
    'text',
  ],
  ['letter.id', 'The id of the letter', '01j…'],
  ['letter.campaign', 'The scenario', 'abandoned_cart'],
  ['items', 'What the letter is about', '', 'list'],
  ['picks', 'What is recommended', '', 'list'],
];

const originalProduct: readonly Row[] = [
  ['id', 'The id in the feed', 'p1'],
  ['name', 'The name', 'Tent Fjord 2'],
  ['description', 'The description', 'For two'],
  ['price', 'The price as a number', '199'],
  ['price_full', 'The price as a number', '199'],
  ['price_formatted', 'The price, written out', '€199'],
  ['price_full_formatted', 'The price, written out', '€199'],
  ['oldprice', 'The price before as a number', '249'],
  ['oldprice_formatted', 'The price before, written out', '€249'],
  ['url', 'The page of the product', 'https://shop.example/p1', 'address'],
  ['image_url', 'The address of the picture', 'https://shop.example/p1.jpg', 'address'],
  ['image_url_resized', 'The picture by its size: image_url_resized[200]', '', 'list'],
  ['currency', 'The currency', 'EUR'],
  ['brand', 'The brand', 'Fjord'],
  ['barcode', 'The barcode', '4006381333931'],
  ['amount', 'Pieces', '2', 'number'],
  ['leftovers', 'How many are left', 'few'],
  ['rating', 'The rating of the product', '4.5', 'number'],
];
const originals: readonly Row[] = [
  ['shop_url', 'shop.url', 'https://shop.example', 'address'],
  ['logo_url', 'shop.logoUrl', 'https://shop.example/logo.png', 'address'],
  ['footer', 'shop.postalAddress', 'Street 1, 10115 Berlin'],
  ['title', 'shop.name', 'Fjell & Fern'],
  ['link', 'shop.url', 'https://shop.example', 'address'],
  ['feedback_button_link', 'shop.url', 'https://shop.example', 'address'],
  ['email', 'person.email', 'ann@mail.example'],
  ['client_id', 'person.id', '01j…'],
  ['properties', 'person.profile', '', 'list'],
  ['user', 'What is known of the person: user.first_name', '', 'list'],
  ['utm_params', 'utmParams', 'utm_source=winback&utm_medium=email'],
  ['tracking_url', 'shop.url', 'https://shop.example', 'address'],
  ['tracking_pixel', 'Nothing: opens are counted without it', ''],
  ['unsubscribe_url', 'unsubscribeUrl', 'https://…/u/…', 'address'],
  ['less_often_url', 'lessOftenUrl', 'https://…/u/…', 'address'],
  ['html_letter', 'viewOnlineUrl', 'https://…/v/…', 'address'],
  ['promocode', 'promocode', 'WELCOME10'],
  ['campaign_id', 'letter.campaign', 'abandoned_cart'],
  ['source_items', 'items', '', 'list'],
  ['source_item', 'The first of items', '', 'list'],
  ['recommended_items', 'picks', '', 'list'],
  ['recommended_item', 'The first of picks', '', 'list'],
  ['favorite_items', 'Empty: wish lists are not in letters', '', 'list'],
  ['favorite_ids', 'Empty: wish lists are not in letters', '', 'list'],
  ['source_categories', 'What was browsed', '', 'list'],
  ['search_groups', 'What was searched for, with what was found', '', 'list'],
  ['search_items', 'What was found', '', 'list'],
  ...[1, 2, 3, 4, 5].map(
    (star): Row => [`rate_${star}_url`, `The first of items: ${star} of 5 stars`, 'https://…', 'address'],
  ),
  ...profileNames.map((name): Row => [name, `person.profile.${name}`, '']),
];
const originalConfirmation: readonly Row[] = [
  ['confirmation_email_url', 'confirmUrl', 'https://…/confirm/…', 'address'],
  ['shop_url', 'shop.url', 'https://shop.example', 'address'],
];

/** Lists of products, and the fields of what is in them. */
const fieldsOf: Record<string, readonly Row[]> = {
  items: product,
  picks: product,
  source_items: originalProduct,
  source_item: originalProduct,
  recommended_items: originalProduct,
  recommended_item: originalProduct,
  search_items: originalProduct,
};

/** What a letter of this use knows, ours first. */
export function variablesFor(use: TemplateUse): TemplateVariable[] {
  const isConfirmation = use === 'double_opt_in';
  const ours = isConfirmation ? [...everywhere, ...confirmation] : [...everywhere, ...personal];
  const theirs = isConfirmation ? originalConfirmation : originals;
  return [...ours.flatMap((row) => withFields(row, false)), ...theirs.flatMap((row) => withFields(row, true))];
}

function withFields([name, means, example, type = 'text']: Row, original: boolean): TemplateVariable[] {
  const isOne = name === 'source_item' || name === 'recommended_item';
  const fields = (fieldsOf[name] ?? []).map(([field, word, sample, kind = 'text']) => ({
    ...{ name: isOne ? `${name}.${field}` : `${name}[].${field}`, means: word, example: sample, type: kind, original },
  }));
  return [{ name, means, example, type, original }, ...fields];
}

/** What stands behind any name: anything may be asked of it. */
const open = new Set([
  'person.profile',
  'properties',
  'user',
  'search_groups',
  'source_categories',
  'favorite_items',
  'image_url_resized',
]);
/** Lists know these of themselves. */
const ofLists = new Set(['size', 'first', 'last']);

/**
 * Whether something stands behind a path in letters of this use. `lists` are loop variables and the list that each goes through.
 */
export function isKnownVariable(
  use: TemplateUse,
  path: readonly (string | number)[],
  lists: ReadonlyMap<string, string>,
): boolean {
  const [root = '', ...rest] = path.map(String);
  const list = lists.get(root);
  if (list !== undefined) return list in fieldsOf ? isField(list, rest) : true;
  const known = variablesFor(use);
  if (open.has(root) || open.has(`${root}.${rest[0] ?? ''}`)) return true;
  if (root.startsWith('loyalty_') || root.startsWith('referral_code')) return use !== 'double_opt_in';
  if (root in fieldsOf && known.some(({ name }) => name === root)) {
    const isPlace = /^(?:\d+|\*|first|last)$/.test(rest[0] ?? '');
    return isPlace
      ? isField(root, rest.slice(1))
      : rest.length === 0 || ofLists.has(rest[0] ?? '') || isField(root, rest);
  }
  const isList = known.some(({ name, type }) => name === root && type === 'list');
  return (
    isList ||
    known.some(({ name }) => name === [root, ...rest].join('.') || (rest.length === 0 && name.startsWith(`${root}.`)))
  );
}

function isField(list: string, [field, ...deeper]: readonly string[]): boolean {
  if (field === undefined) return true;
  if (open.has(field)) return true;
  return deeper.length === 0 && (fieldsOf[list] ?? []).some(([name]) => name === field);
}
