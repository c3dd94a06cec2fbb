// What a dead Worker left on disk, read as SQLite and files: the last word about what was kept.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const letterSchema = z.object({ id: z.string(), slot: z.string(), state: z.string() });
export type LetterOnDisk = z.infer<typeof letterSchema>;
const memorySchema = z.object({
  name: z.string(),
  outbox: z.object({ seq: z.number(), confirmed: z.number() }),
  moves: z.array(z.unknown()),
});
const lineSchema = z.object({ id: z.string() });
/** RFC 1952 §2.3.1. */
const gzipMagic = 0x1f8b;

function rowsOf(file: string, query: string): unknown[] {
  const db = new DatabaseSync(file);
  try {
    return db.prepare(query).all();
  } finally {
    db.close();
  }
}

function databasesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite')
    .map((name) => join(folder, name));
}

function booksOf(store: string): string {
  const [file] = databasesIn(join(store, 'd1', 'miniflare-D1DatabaseObject'));
  if (!file) throw new Error('there is no database on disk');
  return file;
}

/** The letters in the database. */
export function lettersInBooks(store: string): LetterOnDisk[] {
  return z.array(letterSchema).parse(rowsOf(booksOf(store), 'SELECT id, slot, state FROM letters'));
}

export function ordersInBooks(store: string): string[] {
  return z
    .array(lineSchema)
    .parse(rowsOf(booksOf(store), 'SELECT id FROM orders'))
    .map(({ id }) => id);
}

export interface VisitorOnDisk {
  name: string;
  /** Rows that the books have not confirmed, and moves that did not arrive. */
  open: number;
  letters: LetterOnDisk[];
}

/** Every Visitor as it was last written. */
export function visitorsOnDisk(store: string): VisitorOnDisk[] {
  return databasesIn(join(store, 'do', 'winback-Visitor')).flatMap((file) => {
    const tables = rowsOf(file, `SELECT name FROM sqlite_master WHERE name IN ('memory', 'letters')`).map(
      (row) => z.object({ name: z.string() }).parse(row).name,
    );
    if (!tables.includes('memory')) return [];
    const [memory] = bodiesOf(file, 'SELECT value AS body FROM memory', memorySchema);
    if (!memory) return [];
    const letters = tables.includes('letters') ? bodiesOf(file, 'SELECT body FROM letters', letterSchema) : [];
    return [{ name: memory.name, open: memory.outbox.seq - memory.outbox.confirmed + memory.moves.length, letters }];
  });
}

/** Visitors that still have something to hand on. */
export function openOnDisk(store: string): string[] {
  return visitorsOnDisk(store).flatMap(({ name, open }) => (open > 0 ? [`${name}: ${open}`] : []));
}

function bodiesOf<Schema extends z.ZodType>(file: string, query: string, schema: Schema): z.infer<Schema>[] {
  return rowsOf(file, query).map((row) => schema.parse(JSON.parse(z.object({ body: z.string() }).parse(row).body)));
}

/** A column list of a table, row by row, in order. */
export function rowsInBooks(store: string, table: string, columns: string): string[] {
  return rowsOf(booksOf(store), `SELECT ${columns} FROM ${table}`)
    .map((row) => Object.values(Object(row)).join(' '))
    .sort();
}

/** The ids of the raw events in the lake: gzip of lines of JSON. Files of imports lie there too, and are no gzip. */
export function eventsInLake(store: string): Set<string> {
  const ids = new Set<string>();
  for (const file of filesUnder(join(store, 'r2'))) {
    if (file.includes('.sqlite')) continue;
    const bytes = readFileSync(file);
    if (bytes.byteLength < 2 || bytes.readUInt16BE(0) !== gzipMagic) continue;
    const lines = gunzipSync(bytes).toString('utf8').split('\n');
    for (const line of lines) if (line) ids.add(lineSchema.parse(JSON.parse(line)).id);
  }
  return ids;
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesUnder(path) : [path]));
}
