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
  categoryPaths: readonly string[];
  available: readonly string[];
  stock: readonly string[];
  description: readonly string[];
  params: readonly string[];
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
  available: ['available', 'is_available'],
  stock: ['stock_quantity', 'quantity_in_stock', 'quantity'],
  description: ['description', 'description_ua', 'description_ru', 'descriptionUA'],
  params: ['param'],
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
  pictures: ['picture', 'pictures', 'image', 'image_link', 'additional_image_link'],
  saleDates: ['sale_price_effective_date'],
  oldPrice: ['oldprice', 'old_price', 'oldPrice'],
  currency: ['currency', 'currencyId'],
  brand: ['brand', 'vendor'],
  vendorCode: ['vendor_code', 'vendorCode', 'sku', 'mpn'],
  categoryIds: ['categories', 'category_ids', 'categoryId', 'category_id'],
  categoryPaths: ['category', 'product_type'],
  available: ['available', 'availability', 'in_stock'],
  params: ['params', 'param'],
  tags: ['tags'],
};

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
    available: lower(lists.available),
    stock: lower(lists.stock),
    description: lower(lists.description),
    params: lower(lists.params),
    tags: lower(lists.tags),
    country: lower(lists.country),
    isNew: lower(lists.isNew),
  };
}

export const ymlLexicon = new Lexicon(ymlWords);
export const hotlineLexicon = new Lexicon(hotlineWords);
export const googleLexicon = new Lexicon(googleWords);
export const jsonLexicon = new Lexicon(jsonWords);
