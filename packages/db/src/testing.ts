// For tests: libSQL in a file of Node, with the migrations applied.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import type { Database } from './database.ts';

const folder = join(import.meta.dirname, '../../../migrations');

/** The migrations' statements, oldest first. */
export function migrationStatements(): string[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  return files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('--> statement-breakpoint'));
}

/** A database of its own in a file (or in `:memory:`). */
export async function openFile(path: string): Promise<{ db: Database; close: () => void }> {
  const client = createClient({ url: path === ':memory:' ? path : `file:${path}` });
  await client.executeMultiple(migrationStatements().join(';\n'));
  return { db: drizzle(client), close: () => client.close() };
}
