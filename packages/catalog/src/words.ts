// The words of each dialect for the same things. Written as the dialect spells them: another case is read, and reported.

export interface Words {
  id: readonly string[];
  groupId: readonly string[];
  name: readonly string[];
  url: readonly string[];
  pictures: readonly string[];
  /** Each with the currency that the word itself names. */
  price: readonly { word: string; currency: string | null }[];
  sale: readonly string[];
  saleDates: readonly string[];
  oldPrice: readonly string[];
  currency: readonly string[];
  brand: readonly string[];
  model: readonly string[];
  vendorCode: readonly string[];
  barcode: readonly string[];
  categoryIds: readonly string[];
  /** Of these words the first that is said counts: Google's own taxonomy only where the shop names none. */
  categoryPaths: readonly string[];
  collectionIds: readonly string[];
  available: readonly string[];
  stock: readonly string[];
  description: readonly string[];
  params: readonly string[];
  /** Fields that are params by their own name: `color`, `size`. */
  facets: readonly string[];
  tags: readonly string[];
  country: readonly string[];
  isNew: readonly string[];
}

/** Yandex Market Language, with what Rozetka, Allo, Epicentr, Eva and Bitrix made of it. */
const ymlWords: Words = {
  id: ['id'],
  groupId: ['group_id', 'group_Id', 'groupId'],
  name: ['name', 'title', 'name_ua', 'name_ru', 'nameUA'],
  url: ['url'],
  pictures: ['picture'],
  price: [{ word: 'price', currency: null }],
  sale: ['sale_price', 'salePrice', 'price_promo'],
  saleDates: [],
  oldPrice: ['oldprice', 'old_price', 'price_old', 'oldPrice'],
  currency: ['currencyId'],
  brand: ['vendor', 'brand', 'publisher', 'artist'],
  model: ['model'],
  vendorCode: ['vendorCode', 'article', 'vendor_code'],
  barcode: ['barcode', 'ISBN', 'isbn'],
  categoryIds: ['categoryId', 'category_id'],
  categoryPaths: [],
  collectionIds: ['collectionId'],
  available: ['available', 'is_available'],
  stock: ['stock_quantity', 'quantity_in_stock', 'quantity'],
  description: ['description', 'description_ua', 'description_ru', 'descriptionUA'],
  params: ['param'],
  facets: [],
  tags: ['tag'],
  country: ['country_of_origin', 'country'],
  isNew: ['is_new'],
};

/** Hotline's price list. Its `stock` is a sentence: `В наявності`, `Під замовлення`, `Немає`. */
const hotlineWords: Words = {
  ...ymlWords,
  pictures: ['image', 'picture'],
  price: [
    { word: 'priceRUAH', currency: 'UAH' },
    { word: 'price', currency: null },
    { word: 'priceRUSD', currency: 'USD' },
  ],
  vendorCode: ['code', 'vendorCode'],
  available: ['stock', 'available'],
  stock: ['stock_quantity'],
};

/** Google Merchant and Facebook, in RSS, Atom, CSV and TSV; the prefix is gone. */
const googleWords: Words = {
  ...ymlWords,
  id: ['id', 'post_id', 'guid'],
  groupId: ['item_group_id'],
  name: ['title', 'name'],
  url: ['link', 'url', 'product_link'],
  pictures: ['image_link', 'additional_image_link'],
  sale: ['sale_price'],
  saleDates: ['sale_price_effective_date'],
  oldPrice: [],
  currency: ['currency'],
  brand: ['brand', 'manufacturer'],
  model: [],
  vendorCode: ['mpn'],
  barcode: ['gtin'],
  categoryIds: [],
  categoryPaths: ['product_type', 'google_product_category', 'fb_product_category'],
  available: ['availability'],
  stock: ['quantity_to_sell_on_facebook', 'inventory', 'sell_on_google_quantity'],
  description: ['description', 'summary', 'content'],
  params: ['product_detail'],
  facets: ['color', 'size', 'material', 'pattern', 'gender', 'age_group'],
  tags: [],
  country: [],
  isNew: [],
};

/** Items of the import API (PersonaClick's `/import/products`), and what people send instead. */
const jsonWords: Words = {
  ...ymlWords,
  groupId: ['group_id', 'groupId', 'item_group_id'],
  name: ['name', 'title'],
  url: ['url', 'link'],
  pictures: ['picture', 'pictures', 'image', 'image_link', 'image_url', 'additional_image_link'],
  saleDates: ['sale_price_effective_date'],
  oldPrice: ['oldprice', 'old_price', 'oldPrice'],
  currency: ['currency', 'currencyId'],
  brand: ['brand', 'vendor'],
  vendorCode: ['vendor_code', 'vendorCode', 'sku', 'mpn'],
  categoryIds: ['categories', 'category_ids', 'categoryId', 'category_id'],
  categoryPaths: ['category', 'product_type'],
  collectionIds: ['collections', 'collection_ids', 'collectionId', 'collection_id'],
  available: ['available', 'is_available', 'availability', 'in_stock'],
  stock: ['stock', 'stock_quantity', 'quantity_in_stock', 'quantity'],
  isNew: ['is_new', 'isNew'],
  params: ['params', 'param'],
  tags: ['tags'],
};

/** Google's words, and what people call the columns of their own tables. */
const tableWords: Words = {
  ...googleWords,
  groupId: ['item_group_id', 'group_id', 'parent_id'],
  pictures: ['image_link', 'additional_image_link', 'image', 'images', 'picture', 'pictures', 'image_url', 'photo'],
  oldPrice: ['oldprice', 'old_price', 'price_old', 'compare_at_price'],
  currency: ['currency', 'currency_id'],
  brand: ['brand', 'manufacturer', 'vendor'],
  vendorCode: ['mpn', 'sku', 'vendor_code'],
  barcode: ['gtin', 'ean', 'upc', 'barcode'],
  categoryIds: ['category_id'],
  categoryPaths: ['product_type', 'category', 'categories', 'google_product_category', 'fb_product_category'],
  available: ['availability', 'available', 'in_stock', 'is_available'],
  stock: [...googleWords.stock, 'stock_quantity', 'quantity', 'stock', 'qty'],
};

/** Lists of products of Prom, Heureka, Skroutz, Ceneo and of shops' own making. */
const anyWords: Words = {
  ...ymlWords,
  id: ['id', 'item_id', 'product_id', 'productId', 'uniqueid', 'sku', 'code'],
  groupId: ['group_id', 'groupId', 'itemgroup_id', 'item_group_id', 'parent_id'],
  name: ['name', 'productname', 'product_name', 'title', 'product'],
  url: ['url', 'link', 'product_url', 'productUrl'],
  pictures: [
    'picture',
    'image',
    'imgurl',
    'image_link',
    'image_url',
    'imageUrl',
    'img',
    'photo',
    'imgurl_alternative',
    'additional_image_link',
    'additional_imageurl',
    'additionalimage',
  ],
  price: ['price', 'price_vat', 'price_with_vat'].map((word) => ({ word, currency: null })),
  saleDates: ['sale_price_effective_date'],
  currency: ['currencyId', 'currency'],
  brand: ['vendor', 'brand', 'manufacturer', 'producer'],
  vendorCode: ['vendorCode', 'mpn', 'sku', 'productno', 'article'],
  barcode: ['barcode', 'ean', 'gtin'],
  categoryPaths: ['categorytext', 'category', 'category_path', 'product_type', 'cat'],
  available: ['available', 'availability', 'instock', 'in_stock', 'avail'],
  stock: ['stock_quantity', 'quantity_in_stock', 'quantity', 'stock', 'qty'],
  description: ['description', 'desc'],
};

/** Kaspi's price list: no pages, no pictures, and the name is called the model. */
const kaspiWords: Words = { ...ymlWords, id: ['sku'], name: ['model', 'name'], vendorCode: [], model: [] };

/** A dialect's words, ready to look fields up by. */
export class Lexicon {
  /** In lower case. */
  readonly words: Words;
  readonly #spelled = new Map<string, string>();

  constructor(words: Words) {
    this.words = lowerCased(words);
    for (const list of Object.values<Words[keyof Words]>({ ...words })) {
      for (const one of list) {
        const word = typeof one === 'string' ? one : one.word;
        if (!this.#spelled.has(word.toLowerCase())) this.#spelled.set(word.toLowerCase(), word);
        this.#spelled.set(word, word);
      }
    }
  }

  /** How a word is spelled right, or null where it is, or where nobody knows it. */
  rightSpelling(written: string): string | null {
    if (this.#spelled.get(written) === written) return null;
    return this.#spelled.get(written.toLowerCase()) ?? null;
  }
}

function lowerCased(words: Words): Words {
  const { price, ...lists } = words;
  const lower = (list: readonly string[]) => [...new Set(list.map((word) => word.toLowerCase()))];
  return {
    id: lower(lists.id),
    groupId: lower(lists.groupId),
    name: lower(lists.name),
    url: lower(lists.url),
    pictures: lower(lists.pictures),
    price: price.map(({ word, currency }) => ({ word: word.toLowerCase(), currency })),
    sale: lower(lists.sale),
    saleDates: lower(lists.saleDates),
    oldPrice: lower(lists.oldPrice),
    currency: lower(lists.currency),
    brand: lower(lists.brand),
    model: lower(lists.model),
    vendorCode: lower(lists.vendorCode),
    barcode: lower(lists.barcode),
    categoryIds: lower(lists.categoryIds),
    categoryPaths: lower(lists.categoryPaths),
    collectionIds: lower(lists.collectionIds),
    available: lower(lists.available),
    stock: lower(lists.stock),
    description: lower(lists.description),
    params: lower(lists.params),
    facets: lower(lists.facets),
    tags: lower(lists.tags),
    country: lower(lists.country),
    isNew: lower(lists.isNew),
  };
}

export const ymlLexicon = new Lexicon(ymlWords);
export const hotlineLexicon = new Lexicon(hotlineWords);
export const googleLexicon = new Lexicon(googleWords);
export const jsonLexicon = new Lexicon(jsonWords);
export const tableLexicon = new Lexicon(tableWords);
export const anyLexicon = new Lexicon(anyWords);
export const kaspiLexicon = new Lexicon(kaspiWords);
