import type { Ledger } from '../ledger.ts';

/** Where each column stands, by its name in lower case with `_` for spaces; a name may come more than once. */
export type Columns = Map<string, number[]>;

export interface Row {
  cells: readonly string[];
  /** The line in which it begins, and the one in which it ends: cells may hold line breaks. */
  line: number;
  lastLine: number;
}

export interface RowReader {
  row(row: Row): void;
  end(): void;
}

export interface TableContext {
  columns: Columns;
  ledger: Ledger;
  /** The shop's home page, to make addresses from. */
  site: string | null;
  /** How many columns the first row names. */
  width: number;
}

/** The cell of a column, or null where it is empty or missing. */
export function cellOf(row: Row, columns: Columns, ...names: string[]): string | null {
  for (const name of names) {
    for (const at of columns.get(name) ?? []) {
      const text = row.cells[at]?.trim() ?? '';
      if (text !== '') return text;
    }
  }
  return null;
}

/** An address in the shop. Null where nobody said where the shop is. */
export function addressIn(site: string | null, path: string): string | null {
  return site === null || !URL.canParse(path, site) ? null : new URL(path, site).href;
}

/** Says that a row has more or fewer cells than the table has columns. */
export function checkWidth(row: Row, { width, ledger }: TableContext): void {
  if (row.cells.length === width) return;
  const message = `this row has ${row.cells.length} cells, the table has ${width} columns: a separator or a quotation mark is missing or too many`;
  ledger.say({ kind: 'ragged-row', message, sample: row.cells.slice(0, 3).join(' | ') }, { line: row.line, column: 1 });
}
