// Shopify's product export: the rows of one product follow each other and share its Handle; each is a variant, a picture,
// or both. Every variant becomes an offer of the product's group.
import type { Draft } from '../draft.ts';
import { emptyDraft } from '../draft.ts';
import type { Param } from '../feed-item.ts';
import type { Columns, Row, RowReader, TableContext } from './row.ts';
import { addressIn, cellOf, checkWidth } from './row.ts';

/** Shopify allows 2,048 variants and 250 pictures. */
const mostRows = 3_000;

export function shopifyRows(context: TableContext): RowReader {
  context.ledger.format = 'shopify-table';
  let product: Row[] = [];
  let handle: string | null = null;
  const end = () => {
    const [first] = product;
    if (first && handle !== null) takeProduct(handle, [first, ...product.slice(1)], context);
    product = [];
  };
  return {
    row(row) {
      checkWidth(row, context);
      const next = cellOf(row, context.columns, 'handle');
      if (next === null) {
        const message = 'this row has no Handle and is left out';
        return context.ledger.say(
          { kind: 'no-id', message, sample: row.cells.slice(0, 3).join(' | ') },
          { line: row.line, column: 1 },
        );
      }
      if (next !== handle) end();
      handle = next;
      if (product.length < mostRows) product.push(row);
    },
    end,
  };
}

function takeProduct(handle: string, rows: [Row, ...Row[]], context: TableContext): void {
  const { columns, ledger } = context;
  const [head] = rows;
  const pictures = rows.flatMap((row) => cellOf(row, columns, 'image_src') ?? []);
  ledger.found.pictures += pictures.length;
  const variants = rows.filter(
    (row) => cellOf(row, columns, 'variant_price') !== null || cellOf(row, columns, 'option1_value') !== null,
  );
  const sold = variants.length > 0 ? variants : [head];
  const common = commonDraft(handle, head, context);
  for (const row of sold) {
    const own = cellOf(row, columns, 'variant_image');
    const draft: Draft = {
      ...common,
      ...variantDraft(row, columns),
      id: variantId(handle, row, columns, sold.length === 1 ? 'alone' : 'of several'),
      pictures: own === null ? pictures : [own, ...pictures],
      params: [...optionsOf(row, head, columns), ...metafieldsOf(row, head, columns)],
    };
    if (!isPublished(head, columns)) draft.available = 'false';
    ledger.offer(draft, { line: row.line, column: 1 }, ledger.notes.takeUntilLine(row.lastLine));
  }
}

function commonDraft(handle: string, head: Row, { columns, site }: TableContext): Draft {
  const type = cellOf(head, columns, 'product_category', 'google_shopping_/_google_product_category');
  return {
    ...emptyDraft,
    groupId: handle,
    name: cellOf(head, columns, 'title'),
    url: addressIn(site, `/products/${encodeURIComponent(handle)}`),
    brand: cellOf(head, columns, 'vendor'),
    categoryPaths: [cellOf(head, columns, 'type') ?? type].flatMap((path) => path ?? []),
    description: cellOf(head, columns, 'body_(html)', 'body_html'),
    tags:
      cellOf(head, columns, 'tags')
        ?.split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== '')
        .slice(0, 50) ?? [],
  };
}

/** `Compare At Price` is the price before a discount. A quantity counts where Shopify keeps the stock and sells no more than it has. */
function variantDraft(row: Row, columns: Columns) {
  const isCounted =
    cellOf(row, columns, 'variant_inventory_tracker') !== null &&
    !/^(continue|true)$/i.test(cellOf(row, columns, 'variant_inventory_policy') ?? '');
  const sku = cellOf(row, columns, 'variant_sku');
  return {
    price: cellOf(row, columns, 'variant_price'),
    oldPrice: cellOf(row, columns, 'variant_compare_at_price'),
    vendorCode: sku,
    barcode: cellOf(row, columns, 'variant_barcode')?.replace(/^'/, '') ?? null,
    stock: isCounted ? cellOf(row, columns, 'variant_inventory_qty') : null,
    available: null,
  };
}

/** The SKU where there is one; else the handle with the options, which is as lasting as the shop's own address. */
function variantId(handle: string, row: Row, columns: Columns, kind: 'alone' | 'of several'): string {
  const sku = cellOf(row, columns, 'variant_sku');
  if (sku !== null) return sku;
  const options = ['option1_value', 'option2_value', 'option3_value'].flatMap(
    (name) => cellOf(row, columns, name) ?? [],
  );
  return kind === 'alone' ? handle : [handle, ...options].join('/');
}

function optionsOf(row: Row, head: Row, columns: Columns): Param[] {
  return ['option1', 'option2', 'option3'].flatMap((option) => {
    const name = cellOf(row, columns, `${option}_name`) ?? cellOf(head, columns, `${option}_name`);
    const value = cellOf(row, columns, `${option}_value`);
    return name === null || value === null || value === 'Default Title' ? [] : [{ name, value, unit: null }];
  });
}

/** `Color (product.metafields.shopify.color-pattern)`: red; blue. */
function metafieldsOf(row: Row, head: Row, columns: Columns): Param[] {
  const params: Param[] = [];
  for (const column of columns.keys()) {
    const name = /^(.+)_\((?:product|variant)\.metafields\.[\w.-]+\)$/.exec(column)?.[1]?.replaceAll('_', ' ');
    if (name === undefined) continue;
    const value = cellOf(row, columns, column) ?? cellOf(head, columns, column);
    if (value !== null) params.push({ name, value: value.slice(0, 1_000), unit: null });
  }
  return params;
}

function isPublished(head: Row, columns: Columns): boolean {
  const status = cellOf(head, columns, 'status')?.toLowerCase() ?? 'active';
  return cellOf(head, columns, 'published')?.toLowerCase() !== 'false' && status === 'active';
}
