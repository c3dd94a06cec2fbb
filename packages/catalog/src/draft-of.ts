// An element of a feed, read by the words of its dialect.
import type { Draft } from './draft.ts';
import type { Element } from './element.ts';
import { Fields, noChildren } from './element.ts';
import { saidExtras } from './extras.ts';
import type { Param } from './feed-item.ts';
import { nicheOf } from './niche.ts';
import { availabilityIn, locationsOf } from './places.ts';
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
    pictures: picturesOf(said, low, prefixes),
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
    categoryPaths: pathsOf(said, low),
    collectionIds: said.texts(low.collectionIds),
    available: said.first(low.available) ?? (said.isNested ? availabilityIn(said) : null),
    stock: said.first(low.stock),
    description: said.first(low.description),
    params: paramsOf(said, low),
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
    extras: saidExtras(said),
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

function picturesOf(said: Fields, low: Words, prefixes: 'kept' | 'dropped'): string[] {
  const plain = said.texts(low.pictures);
  if (prefixes === 'kept') return plain;
  if (plain.length > 0 || !said.isNested) return plain.flatMap(listedPictures);
  return ['pictures', 'images', 'imgs', 'photos'].flatMap((list) =>
    (said.inside(list)?.element.children ?? []).flatMap(({ attributes, text }) => attributes['url'] ?? text.trim()),
  );
}

/** Facebook and Google tables put several pictures into one cell. */
function listedPictures(cell: string): string[] {
  return cell
    .replace(/\s+/g, ' ')
    .split(/[ ,;|]{1,3}(?=https?:)/i)
    .map((one) => one.trim());
}

function priceOf(said: Fields, low: Words): { text: string; currency: string | null } | null {
  for (const { word, currency } of low.price) {
    const text = said.first([word]);
    if (text !== null) return { text, currency };
  }
  // Kaspi's price may stand by city only.
  const inCity = said.isNested ? (said.inside('cityprices')?.first(['cityprice']) ?? null) : null;
  return inCity === null ? null : { text: inCity, currency: null };
}

/** Epicentr names the category inside the offer: `<category code="5442">`. */
function categoriesOf(said: Fields, low: Words): string[] {
  const ids = said.texts(low.categoryIds);
  for (const { attributes } of said.all(['category']))
    if (attributes['code'] !== undefined) ids.push(attributes['code']);
  // JSON: `categories: [{ "id": "12", "name": "Tents" }]`
  if (said.isNested)
    for (const one of said.all(low.categoryIds)) ids.push(...(one.children.length > 0 ? idsIn(one) : []));
  return ids;
}

function idsIn(element: Element): string[] {
  const id = new Fields(element).first(['id']);
  return id === null ? [] : [id];
}

/** All of the first word that is said. */
function pathsOf(said: Fields, low: Words): string[] {
  for (const word of low.categoryPaths) {
    const paths = said.texts([word]);
    if (paths.length > 0) return paths;
  }
  return [];
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

function paramsOf(said: Fields, low: Words): Param[] {
  const params: Param[] = [];
  for (const element of said.all(low.params)) {
    const param = element.children.length > 0 ? nestedParam(element) : plainParam(element);
    if (param) params.push(param);
  }
  for (const name of low.facets) for (const value of said.texts([name])) params.push(plain(name, value, null));
  return params;
}

function plainParam({ attributes, text }: Element): Param | null {
  const name = attributes['name']?.trim() ?? '';
  const value = text.trim();
  if (name === '' || value === '') return null;
  return plain(name, value, attributes['unit'] ?? null);
}

function plain(name: string, value: string, unit: string | null): Param {
  return { name: name.slice(0, 200), value: value.slice(0, 1_000), unit };
}

/** As JSON, Google's `product_detail`, Heureka and some shops of Ukraine have it: name and value are elements. */
function nestedParam(element: Element): Param | null {
  const said = new Fields(element);
  const name = said.first(['name', 'attribute_name', 'param_name']);
  const value = said.texts(['value', 'attribute_value', 'val']).join(', ');
  return name === null || value === '' ? null : plain(name, value, said.first(['unit']));
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
