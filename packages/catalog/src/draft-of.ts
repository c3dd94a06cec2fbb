// An element of a feed, read by the words of its dialect.
import type { Draft, DraftLocation } from './draft.ts';
import type { Element } from './element.ts';
import { Fields, noChildren } from './element.ts';
import type { Param } from './feed-item.ts';
import { nicheOf } from './niche.ts';
import type { Lexicon, Words } from './words.ts';

export function draftOf(element: Element, lexicon: Lexicon, prefixes: 'kept' | 'dropped'): Draft {
  const said = new Fields(element);
  const low = lexicon.words;
  const price = priceOf(said, low);
  return {
    id: idOf(said, low),
    groupId: said.first(low.groupId),
    name: said.first(low.name) ?? nameByParts(said),
    url: said.first(low.url) ?? said.all(low.url)[0]?.attributes['href'] ?? null,
    pictures: prefixes === 'dropped' ? said.texts(low.pictures).flatMap(listedPictures) : said.texts(low.pictures),
    price: price?.text ?? null,
    sale: said.first(low.sale),
    saleDates: said.first(low.saleDates),
    oldPrice: said.first(low.oldPrice),
    currency: price?.currency ?? said.first(low.currency),
    brand: said.first(low.brand),
    model: said.first(low.model),
    vendorCode: said.first(low.vendorCode),
    barcode: said.first(low.barcode),
    categoryIds: categoriesOf(said, low),
    categoryPaths: said.texts(low.categoryPaths),
    available: said.first(low.available),
    stock: said.first(low.stock),
    description: said.first(low.description),
    params: paramsOf(said.all(low.params)),
    tags: tagsOf(said, low),
    country: said.first(low.country),
    delivery: { delivery: said.first(['delivery']), pickup: said.first(['pickup']), store: said.first(['store']) },
    rating: said.first(['rating']),
    isNew: said.first(low.isNew),
    ignored: said.first(['ignored']),
    seasonality: said.texts(['seasonality']),
    accessoryIds: accessoriesOf(said),
    locations: said.isNested ? locationsOf(said) : [],
    niche: nicheOf(said),
    repeated: prefixes === 'kept' ? repeatedIn(said, low) : [],
  };
}

/** An id is an attribute in YML and a child elsewhere; the attribute counts more. */
function idOf(said: Fields, low: Words): string | null {
  const attribute = said.element.attributes['id']?.trim() ?? '';
  return attribute === '' ? said.first(low.id) : attribute;
}

/** `vendor.model`: `Printer HP LaserJet 3000`. */
function nameByParts(said: Fields): string | null {
  const parts = [['typeprefix', 'type_prefix'], ['vendor', 'brand'], ['model']].flatMap(
    (names) => said.first(names) ?? [],
  );
  return parts.length > 0 ? parts.join(' ') : null;
}

/** Facebook and Google tables put several pictures into one cell. */
function listedPictures(cell: string): string[] {
  return cell
    .replace(/\s+/g, ' ')
    .split(/[ ,](?=https?:)/i)
    .map((one) => one.trim());
}

function priceOf(said: Fields, low: Words): { text: string; currency: string | null } | null {
  for (const { word, currency } of low.price) {
    const text = said.first([word]);
    if (text !== null) return { text, currency };
  }
  return null;
}

/** Epicentr names the category inside the offer: `<category code="5442">`. */
function categoriesOf(said: Fields, low: Words): string[] {
  const ids = said.texts(low.categoryIds);
  for (const { attributes } of said.all(['category']))
    if (attributes['code'] !== undefined) ids.push(attributes['code']);
  return ids;
}

/** Fields of which there should be one. Translations (`lang="ua"`) may stand beside each other. */
function repeatedIn(said: Fields, low: Words): string[] {
  const repeated: string[] = [];
  for (const word of [low.name[0], low.url[0], low.price[0]?.word, low.description[0]]) {
    const all = word === undefined ? noChildren : said.all([word]);
    if (all.length > 1 && all.every(({ attributes }) => attributes['lang'] === undefined)) repeated.push(word ?? '');
  }
  return repeated;
}

function paramsOf(elements: readonly Element[]): Param[] {
  const params: Param[] = [];
  for (const element of elements) {
    const param = element.children.length > 0 ? nestedParam(element) : plainParam(element);
    if (param) params.push(param);
  }
  return params;
}

function plainParam({ attributes, text }: Element): Param | null {
  const name = attributes['name']?.trim() ?? '';
  const value = text.trim();
  if (name === '' || value === '') return null;
  return { name: name.slice(0, 200), value: value.slice(0, 1_000), unit: attributes['unit'] ?? null };
}

/** As JSON, Google's `product_detail` and some shops of Ukraine have it: name and value are elements. */
function nestedParam(element: Element): Param | null {
  const said = new Fields(element);
  const name = said.first(['name', 'attribute_name']);
  const value = said.texts(['value', 'attribute_value']).join(', ');
  if (name === null || value === '') return null;
  return { name: name.slice(0, 200), value: value.slice(0, 1_000), unit: said.first(['unit']) };
}

function tagsOf(said: Fields, low: Words): string[] {
  const plain = said.texts(low.tags);
  const inner = said.isNested ? (said.inside('tags')?.texts(['tag']) ?? []) : [];
  return plain.length + inner.length === 0 ? plain : [...new Set([...inner, ...plain])].slice(0, 50);
}

function accessoriesOf(said: Fields): string[] {
  const inner =
    said
      .inside('accessories')
      ?.all(['accessory'])
      .flatMap(({ attributes }) => attributes['id'] ?? []) ?? [];
  return (inner.length > 0 ? inner : said.texts(['accessories'])).slice(0, 100);
}

function locationsOf(said: Fields): DraftLocation[] {
  const places = said.all(['locations']).flatMap((list) => {
    const inner = new Fields(list).all(['location']);
    return inner.some(({ attributes }) => attributes['id']) ? inner : [list];
  });
  return places.slice(0, 1_000).flatMap((place) => {
    const inner = new Fields(place);
    const id = inner.first(['id', 'location']);
    if (id === null) return [];
    return [
      {
        id,
        price: inner.first(['price']),
        oldPrice: inner.first(['oldprice']),
        stock: inner.first(['stock_quantity']),
      },
    ];
  });
}
