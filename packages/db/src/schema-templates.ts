// What letters look like: every edition that was ever sent, and what is being written on.
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { user } from './schema-auth.ts';
import { moment, shop } from './schema-shops.ts';

/** Editions are never changed but for what is compiled from them. The newest of a use and language is sent. */
export const templateEditions = sqliteTable(
  'template_editions',
  {
    shop: shop(),
    /** A scenario's code, or `digest`. */
    use: text('use').notNull(),
    language: text('language').notNull(),
    version: integer('version').notNull(),
    /** `TemplateDocument` as JSON. */
    document: text('document').notNull(),
    subject: text('subject'),
    preheader: text('preheader'),
    /** Liquid, compiled from the document by the compiler and for the brand that `compiledFor` names. */
    html: text('html').notNull(),
    text: text('text').notNull(),
    compiledFor: text('compiled_for').notNull(),
    at: moment('at'),
    by: text('by').references(() => user.id, { onDelete: 'set null' }),
    /** The version that it brought back. */
    restores: integer('restores'),
  },
  (table) => [
    primaryKey({ columns: [table.shop, table.use, table.language, table.version] }),
    index('template_editions_by').on(table.by),
  ],
);

/** One draft for each use and language. Its row stays when it is published or thrown away, so that `revision` only grows. */
export const templateDrafts = sqliteTable(
  'template_drafts',
  {
    shop: shop(),
    use: text('use').notNull(),
    language: text('language').notNull(),
    revision: integer('revision').notNull(),
    /** Null: there is no draft now. */
    document: text('document'),
    subject: text('subject'),
    preheader: text('preheader'),
    changedAt: moment('changed_at'),
  },
  (table) => [primaryKey({ columns: [table.shop, table.use, table.language] })],
);
