// One database of two makes. Queries see only what D1 and libSQL both have: no interactive transactions, `batch` instead.
import { createClient } from '@libsql/client/web';
import type { BatchItem, BatchResponse } from 'drizzle-orm/batch';
import { drizzle as drizzleD1 } from 'drizzle-orm/d1';
import { drizzle as drizzleLibsql } from 'drizzle-orm/libsql/web';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';

type Base = BaseSQLiteDatabase<'async', unknown, Record<string, never>>;
export type Statement = BatchItem<'sqlite'>;

/** What every query is given. `batch` runs its statements in order, all or none. */
export type Database = Pick<Base, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | '$count'> & {
  batch<One extends Statement, All extends Readonly<[One, ...One[]]>>(statements: All): Promise<BatchResponse<All>>;
};

/** Opens Cloudflare's D1 over its binding. */
export function openD1(binding: Parameters<typeof drizzleD1>[0]): Database {
  return drizzleD1(binding);
}

/** Opens libSQL (Turso, sqld) over HTTP; `url` as `https://…`, `libsql://…` or `http://127.0.0.1:…`. */
export function openLibsql(settings: { url: string; authToken?: string }): Database {
  return drizzleLibsql(createClient(settings));
}

/** Runs any number of statements, all or none; none is nothing. */
export async function runAll(db: Database, statements: readonly Statement[]): Promise<void> {
  const [first, ...rest] = statements;
  if (first) await db.batch([first, ...rest]);
}
