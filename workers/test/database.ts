// The Worker's D1 with every table and no row.
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { Database } from '@winback/db';
import { openD1 } from '@winback/db';

export async function emptyD1(): Promise<Database> {
  await applyD1Migrations(env.DB, env.MIGRATIONS);
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%' AND name NOT LIKE 'product_words%' AND name <> 'd1_migrations'`,
  ).all<{ name: string }>();
  const emptying = results.map(({ name }) => env.DB.prepare(`DELETE FROM "${name}"`));
  await env.DB.batch([env.DB.prepare('PRAGMA defer_foreign_keys = ON'), ...emptying]);
  return openD1(env.DB);
}
