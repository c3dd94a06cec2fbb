// What columns are called. WooCommerce exports them in the language of the shop, Shopify has renamed its own, and tables that
// people make themselves are in theirs. All in lower case with `_` for spaces.
import type { Columns } from './row.ts';

/** WooCommerce's own names, and what its translations (de, es, fr, ru, pl, it) make of them. */
const woo: Record<string, readonly string[]> = {
  type: ['typ', 'tipo', 'тип', 'rodzaj'],
  sku: ['artikelnummer', 'ugs', 'артикул', 'codice'],
  name: ['nombre', 'nom', 'имя', 'nazwa', 'nome'],
  published: ['veröffentlicht', 'publicado', 'publié', 'опубликован', 'opublikowano', 'pubblicato'],
  short_description: [
    'kurzbeschreibung',
    'descripción_corta',
    'description_courte',
    'краткое_описание',
    'krótki_opis',
    'breve_descrizione',
  ],
  description: ['beschreibung', 'descripción', 'описание', 'opis', 'descrizione'],
  date_sale_price_starts: [
    'datum,_an_dem_angebotspreis_beginnt',
    'día_en_que_empieza_el_precio_rebajado',
    'date_de_début_de_promo',
    'дата_начала_действия_скидки',
    'дата_начала_действия_продажной_цены',
    'data_rozpoczęcia_promocji',
  ],
  date_sale_price_ends: [
    'datum,_an_dem_angebotspreis_endet',
    'día_en_que_termina_el_precio_rebajado',
    'date_de_fin_de_promo',
    'дата_окончания_действия_скидки',
    'дата_окончания_продажной_цены',
    'data_zakończenia_promocji',
  ],
  'in_stock?': [
    'vorrätig?',
    '¿existencias?',
    '¿en_inventario?',
    'en_stock_?',
    'en_inventaire?',
    'в_наличии?',
    'наличие',
    'w_magazynie?',
    'in_stock',
  ],
  stock: ['bestand', 'lager', 'inventario', 'запасы', 'inventaire', 'stan_magazynowy', 'magazzino'],
  'backorders_allowed?': [
    'lieferrückstande_erlaubt?',
    'rückstände_erlaubt?',
    '¿permitir_reservas_de_productos_agotados?',
    'autoriser_les_commandes_de_produits_en_rupture_?',
    'задержанный_заказ_возможен?',
    'возможен_ли_предзаказ?',
  ],
  sale_price: [
    'angebotspreis',
    'precio_rebajado',
    'tarif_promo',
    'акционная_цена',
    'цена_распродажи',
    'cena_promocyjna',
    'prezzo_in_offerta',
  ],
  regular_price: [
    'regulärer_preis',
    'precio_normal',
    'tarif_régulier',
    'базовая_цена',
    'обычная_цена',
    'cena_regularna',
    'prezzo_di_listino',
  ],
  categories: ['kategorien', 'categorías', 'catégories', 'категории', 'kategorie', 'categorie'],
  tags: ['schlagwörter', 'etiquetas', 'étiquettes', 'метки', 'tagi', 'tag'],
  images: ['bilder', 'imágenes', 'изображения', 'obrazki', 'immagine', 'immagini'],
  parent: ['übergeordnetes_produkt', 'superior', 'родительский', 'nadrzędny', 'genitore'],
  external_url: [
    'externe_url',
    'url_externa',
    'url_externe',
    'внешний_url',
    'внешняя_ссылка',
    'zewnętrzny_url',
    'url_esterno',
  ],
  brands: ['marken', 'marcas', 'marques', 'бренды', 'marki', 'brand', 'marke', 'marca', 'marque', 'бренд'],
  'gtin,_upc,_ean,_or_isbn': [
    'gtin,_upc,_ean_oder_isbn',
    'gtin,_upc,_ean_o_isbn',
    'gtin,_upc,_ean_ou_isbn',
    'gtin,_upc,_ean_или_isbn',
  ],
};

const wooAttributes: readonly [RegExp, string][] = [
  [/^(?:nombre_del_atributo|nom_de_l.attribut|имя_атрибута|nazwa_atrybutu|nome_dell.attributo)_(\d+)$/, 'name'],
  [/^attribut_(\d+)_name$/, 'name'],
  [
    /^(?:valor\(es\)_del_atributo|valeur\(s\)_de_l.attribut|wartość\(ci\)_atrybutu|valore\(i\)_dell.attributo)_(\d+)$/,
    'value(s)',
  ],
  [/^значение\(-я\)_атт?рибута(?:\(-ов\))?_(\d+)$/, 'value(s)'],
  [/^attribut_(\d+)_wert\(e\)$/, 'value(s)'],
];

/** Shopify's names until 2024, and those since. */
const shopify: Record<string, readonly string[]> = {
  handle: ['url_handle'],
  'body_(html)': ['description'],
  published: ['published_on_online_store'],
  variant_sku: ['sku'],
  variant_barcode: ['barcode'],
  variant_price: ['price'],
  variant_compare_at_price: ['compare-at_price'],
  variant_inventory_tracker: ['inventory_tracker'],
  variant_inventory_qty: ['inventory_quantity'],
  variant_inventory_policy: ['continue_selling_when_out_of_stock'],
  image_src: ['product_image_url'],
  variant_image: ['variant_image_url'],
};

/** Google's words for columns of one's own, and of Prom's export. What stands further left counts more. */
const plain: Record<string, readonly string[]> = {
  id: [
    'product_id',
    'item_id',
    'productid',
    'уникальный_идентификатор',
    'унікальний_ідентифікатор',
    'идентификатор',
    'ідентифікатор',
    'id_товара',
    'код_товара',
    'код_товару',
    'код',
    'sku',
    'артикул',
    'artikelnummer',
    'art.-nr.',
    'referencia',
    'référence',
    'código',
    'kod',
    'codice',
  ],
  title: [
    'name',
    'product_name',
    'название_позиции',
    'назва_позиції',
    'название',
    'наименование',
    'назва',
    'найменування',
    'имя',
    'товар',
    'nombre',
    'nom',
    'bezeichnung',
    'titel',
    'produktname',
    'nazwa',
    'nome',
  ],
  link: ['url', 'product_url', 'ссылка', 'посилання', 'адрес', 'адреса', 'enlace', 'lien'],
  image_link: [
    'ссылка_изображения',
    'посилання_зображення',
    'картинка',
    'изображение',
    'изображения',
    'зображення',
    'фото',
    'imagen',
    'imágenes',
    'bild',
    'bilder',
    'zdjęcie',
    'photo',
    'immagine',
  ],
  price: ['цена', 'ціна', 'розничная_цена', 'precio', 'prix', 'preis', 'cena', 'prezzo', 'fiyat'],
  sale_price: ['цена_со_скидкой', 'акционная_цена', 'ціна_зі_знижкою', 'precio_rebajado', 'angebotspreis'],
  oldprice: ['старая_цена', 'стара_ціна', 'цена_до_скидки', 'precio_anterior', 'alter_preis', 'streichpreis'],
  currency: ['валюта', 'moneda', 'währung', 'devise', 'waluta', 'valuta'],
  product_type: [
    'название_группы',
    'назва_групи',
    'категория',
    'категорія',
    'раздел',
    'группа',
    'categoría',
    'kategorie',
    'catégorie',
    'kategoria',
    'categoria',
  ],
  brand: [
    'производитель',
    'виробник',
    'бренд',
    'марка',
    'marca',
    'marke',
    'hersteller',
    'marque',
    'producent',
    'marka',
  ],
  availability: ['наличие', 'наявність', 'в_наличии', 'disponibilidad', 'verfügbarkeit', 'disponibilité', 'dostępność'],
  quantity: ['количество', 'кількість', 'остаток', 'залишок', 'cantidad', 'menge', 'quantité', 'ilość'],
  description: ['описание', 'опис', 'descripción', 'beschreibung', 'opis', 'descrizione'],
  item_group_id: ['id_группы_разновидностей', 'id_групи_різновидів'],
};

/** The columns by WooCommerce's own names as well, or null where they are not WooCommerce's. */
export function asWoo(columns: Columns): Columns | null {
  const named = alsoNamed(columns, woo);
  for (const [name, places] of columns) {
    for (const [pattern, what] of wooAttributes) {
      const at = pattern.exec(name)?.[1];
      if (at !== undefined) named.set(`attribute_${at}_${what}`, places);
    }
  }
  return named.has('regular_price') && named.has('type') ? named : null;
}

export function asShopify(columns: Columns): Columns | null {
  const named = columns.has('handle') || columns.has('url_handle') ? alsoNamed(columns, shopify) : columns;
  return named.has('handle') && (named.has('variant_price') || named.has('title')) ? named : null;
}

export function asPlain(columns: Columns): Columns | null {
  const has = (named: Columns) => named.has('id') && ['title', 'link', 'price'].some((name) => named.has(name));
  if (has(columns)) return columns;
  const named = alsoNamed(columns, plain);
  return has(named) ? named : null;
}

function alsoNamed(columns: Columns, dictionary: Record<string, readonly string[]>): Columns {
  const named: Columns = new Map(columns);
  for (const [name, others] of Object.entries(dictionary)) {
    const other = named.has(name) ? undefined : others.find((one) => columns.has(one));
    if (other !== undefined) named.set(name, columns.get(other) ?? []);
  }
  return named;
}
