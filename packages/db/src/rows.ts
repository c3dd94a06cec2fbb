// Many rows in one statement: they travel as one JSON parameter and are unfolded by json_each. D1 takes a hundred bound
// parameters per statement; this takes one, however many rows there are.
import type { SQL } from 'drizzle-orm';
import { getTableColumns, sql } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Database } from './database.ts';

/** A JSON parameter stays well below D1's 2 MB for one value. */
const maxParameterBytes = 500_000;

/**
 * An insert of rows, still without its conflict clause. Columns left out of a row are null, not their default. Nothing is
 * written where `when` does not hold.
 */
export function insertRows<Table extends SQLiteTable>(
  db: Database,
  table: Table,
  rows: readonly Partial<Table['$inferInsert']>[],
  when: SQL = sql`true`,
) {
  // What the database computes is not written.
  const columns: [string, SQLiteColumn][] = Object.entries(getTableColumns(table)).filter(
    ([, column]) => column.generated === undefined,
  );
  const json = JSON.stringify(
    rows.map((row) => columns.map(([key, column]) => driverValue(column, Reflect.get(row, key)))),
  );
  const picked = columns.map((_, at) => sql`value->>${sql.raw(String(at))}`);
  return db.insert(table).select(sql`select ${sql.join(picked, sql`, `)} from json_each(${json}) where ${when}`);
}

function driverValue(column: SQLiteColumn, value: unknown): unknown {
  return value === undefined || value === null ? null : column.mapToDriverValue(value);
}

/** A list as a sub-select, for `in`: any number of ids in one parameter. */
export function among(ids: readonly string[]): SQL {
  return sql`(select value from json_each(${JSON.stringify(ids)}))`;
}

/** The value that the row in conflict wanted to write. */
export function excluded(column: SQLiteColumn): SQL {
  return sql.raw(`excluded."${column.name}"`);
}

/** Cuts rows into lists whose JSON fits a parameter. */
export function chunksOf<Row>(rows: readonly Row[]): Row[][] {
  const chunks: Row[][] = [];
  let chunk: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = JSON.stringify(row).length * 2;
    if (chunk.length > 0 && bytes + size > maxParameterBytes) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(row);
    bytes += size;
  }
  return chunk.length > 0 ? [...chunks, chunk] : chunks;
}

/** Everything of `text` stands for itself inside of a LIKE with `escape '\'`. */
export function containing(column: SQLiteColumn, text: string): SQL {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  return sql`${column} like ${pattern} escape '\\'`;
}
