// WooCommerce's product export: a variation names its parent by `id:12` or by SKU, and takes from it what it does not say
// itself. A variable product is the group of its variations and no offer.
import type { Draft } from '../draft.ts';
import { emptyDraft } from '../draft.ts';
import type { Param } from '../feed-item.ts';
import type { Columns, Row, RowReader, TableContext } from './row.ts';
import { addressIn, cellOf, checkWidth } from './row.ts';

/** Variable products whose variations may still come. */
const mostParents = 50_000;

interface Parent {
  draft: Draft;
  line: number;
  hasVariations: boolean;
}

export function wooRows(context: TableContext): RowReader {
  context.ledger.format = 'woocommerce-table';
  const table = new WooTable(context);
  return { row: (row) => table.row(row), end: () => table.end() };
}

class WooTable {
  readonly #context: TableContext;
  readonly #parents = new Map<string, Parent>();
  /** Variations that stand before their parent: they wait for the end. */
  #early: { row: Row; parent: string }[] = [];

  constructor(context: TableContext) {
    this.#context = context;
  }

  row(row: Row): void {
    checkWidth(row, this.#context);
    const { columns } = this.#context;
    const types = cellOf(row, columns, 'type')?.toLowerCase().split(/,\s*/) ?? [];
    if (types.includes('variable')) return this.#parent(row);
    const parent = types.includes('variation') ? cellOf(row, columns, 'parent') : null;
    if (parent === null) return this.#take(row, draftOf(row, this.#context));
    if (this.#parents.has(parent)) return this.#variation(row, parent);
    if (this.#early.length < mostParents) this.#early.push({ row, parent });
  }

  end(): void {
    for (const { row, parent } of this.#early) this.#variation(row, parent);
    for (const { draft, line, hasVariations } of new Set(this.#parents.values())) {
      if (hasVariations) continue;
      const message = 'this variable product has no variations in the table and is left out';
      this.#context.ledger.say(
        { kind: 'no-variations', message, sample: draft.name ?? draft.id ?? '' },
        { line, column: 1 },
      );
    }
  }

  #parent(row: Row): void {
    const { columns, ledger } = this.#context;
    ledger.between(ledger.notes.takeUntilLine(row.lastLine));
    const draft = draftOf(row, this.#context);
    const parent = { draft, line: row.line, hasVariations: false };
    if (this.#parents.size >= mostParents * 2) return;
    if (draft.id !== null) this.#parents.set(`id:${draft.id}`, parent);
    const sku = cellOf(row, columns, 'sku');
    if (sku !== null) this.#parents.set(sku, parent);
  }

  #variation(row: Row, parentName: string): void {
    const parent = this.#parents.get(parentName);
    const own = draftOf(row, this.#context);
    if (!parent) return this.#take(row, { ...own, groupId: parentName.replace(/^id:/, '') });
    parent.hasVariations = true;
    const from = parent.draft;
    this.#take(row, {
      ...own,
      groupId: from.id,
      name: own.name ?? from.name,
      url: from.url,
      pictures: [...own.pictures, ...from.pictures],
      brand: own.brand ?? from.brand,
      description: own.description ?? from.description,
      categoryPaths: own.categoryPaths.length > 0 ? own.categoryPaths : from.categoryPaths,
      tags: own.tags.length > 0 ? own.tags : from.tags,
    });
  }

  #take(row: Row, draft: Draft): void {
    const { ledger } = this.#context;
    ledger.found.pictures += draft.pictures.length;
    ledger.offer(draft, { line: row.line, column: 1 }, ledger.notes.takeUntilLine(row.lastLine));
  }
}

function draftOf(row: Row, { columns, site }: TableContext): Draft {
  const cell = (...names: string[]) => cellOf(row, columns, ...names);
  const id = cell('id') ?? cell('sku');
  return {
    ...emptyDraft,
    id,
    name: cell('name'),
    url: cell('external_url') ?? (id === null ? null : addressIn(site, `/?p=${encodeURIComponent(id)}`)),
    pictures: listed(cell('images')),
    price: cell('regular_price'),
    sale: cell('sale_price'),
    saleDates: datesOf(cell('date_sale_price_starts'), cell('date_sale_price_ends')),
    brand: cell('brands', 'brand'),
    vendorCode: cell('sku'),
    barcode: cell('gtin,_upc,_ean,_or_isbn'),
    categoryPaths: listed(cell('categories')),
    available: availableOf(cell('published'), cell('in_stock?'), cell('backorders_allowed?')),
    stock: cell('stock'),
    description: cell('short_description', 'description'),
    params: attributesOf(row, columns),
    tags: listed(cell('tags')),
  };
}

/** `Clothing > Shirts, Sale`: a comma inside a name is written `\,`. */
function listed(cell: string | null): string[] {
  return (
    cell
      ?.split(/(?<!\\),/)
      .map((one) => one.replaceAll('\\,', ',').trim())
      .filter((one) => one !== '') ?? []
  );
}

function datesOf(from: string | null, to: string | null): string | null {
  return from === null && to === null ? null : `${from ?? ''}/${to ?? ''}`;
}

function availableOf(published: string | null, inStock: string | null, backorders: string | null): string | null {
  if (published !== null && published !== '1') return 'false'; // 0 is private, -1 a draft
  return inStock === '0' && (backorders === '1' || backorders === 'notify') ? 'true' : inStock;
}

function attributesOf(row: Row, columns: Columns): Param[] {
  return Array.from({ length: 20 }, (_, at) => at + 1).flatMap((at) => {
    const name = cellOf(row, columns, `attribute_${at}_name`);
    const value = cellOf(row, columns, `attribute_${at}_value(s)`);
    return name === null || value === null ? [] : [{ name, value, unit: null }];
  });
}
