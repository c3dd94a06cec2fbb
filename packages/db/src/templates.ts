import type { ShopId, TemplateLanguage, TemplateUse } from '@winback/domain';
import { and, desc, eq, isNotNull, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { insertRows } from './rows.ts';
import { templateDrafts, templateEditions, templates, user } from './schema.ts';

/** Which template: its use and language. */
export interface TemplateKey {
  use: TemplateUse;
  language: TemplateLanguage;
}

/** What a merchant wrote: the document as JSON; subject and preheader null where the scenario's count. */
export interface StoredWords {
  document: string;
  subject: string | null;
  preheader: string | null;
}

/** What was compiled, and by which compiler for which brand. */
export interface Compiled {
  html: string;
  text: string;
  compiledFor: string;
}

/** Something that was published, and is sent while it is the newest. */
export interface Edition extends StoredWords, Compiled {
  language: string;
  version: number;
  at: number;
}

const ofKey = (table: typeof templateEditions | typeof templateDrafts, shop: ShopId, { use, language }: TemplateKey) =>
  and(eq(table.shop, shop), eq(table.use, use), eq(table.language, language));
const newest = sql`${templateEditions.version} = (select max(e.version) from template_editions e
  where e.shop = ${templateEditions.shop} and e.use = ${templateEditions.use} and e.language = ${templateEditions.language})`;
const { document, subject, preheader, html, text, compiledFor, language, version, at } = templateEditions;
const editionColumns = { document, subject, preheader, html, text, compiledFor, language, version, at };

/** What is sent for a use, one for each language that has any. */
export async function editionsSent(db: Database, shop: ShopId, use: TemplateUse): Promise<Edition[]> {
  return db
    .select(editionColumns)
    .from(templateEditions)
    .where(and(eq(templateEditions.shop, shop), eq(templateEditions.use, use), newest));
}

/** One edition; null: there is none of that version. */
export async function editionAt(db: Database, shop: ShopId, key: TemplateKey, of: number): Promise<Edition | null> {
  const [row] = await db
    .select(editionColumns)
    .from(templateEditions)
    .where(and(ofKey(templateEditions, shop, key), eq(version, of)))
    .limit(1);
  return row ?? null;
}

/** What every template of the shop is at: its newest edition, and its draft. Templates that nobody touched are in neither. */
export async function templateStates(db: Database, shop: ShopId) {
  const { use } = templateEditions;
  const [editions, drafts] = await db.batch([
    db
      .select({ use, language, version, at, document })
      .from(templateEditions)
      .where(and(eq(templateEditions.shop, shop), newest)),
    db
      .select({
        use: templateDrafts.use,
        language: templateDrafts.language,
        document: templateDrafts.document,
        changedAt: templateDrafts.changedAt,
      })
      .from(templateDrafts)
      .where(and(eq(templateDrafts.shop, shop), isNotNull(templateDrafts.document))),
  ]);
  return { editions, drafts };
}

/** Everything that was published of a template, newest first, with the name of who did it. */
export async function listEditions(db: Database, shop: ShopId, key: TemplateKey) {
  return db
    .select({ version, at, document, by: user.name, restores: templateEditions.restores })
    .from(templateEditions)
    .leftJoin(user, eq(user.id, templateEditions.by))
    .where(ofKey(templateEditions, shop, key))
    .orderBy(desc(version))
    .limit(200);
}

/** The draft's row: `revision` counts saves, also where there is no draft now; null: nothing was ever saved. */
export async function draftOf(db: Database, shop: ShopId, key: TemplateKey) {
  const [row] = await db
    .select({
      revision: templateDrafts.revision,
      document: templateDrafts.document,
      subject: templateDrafts.subject,
      preheader: templateDrafts.preheader,
      changedAt: templateDrafts.changedAt,
    })
    .from(templateDrafts)
    .where(ofKey(templateDrafts, shop, key))
    .limit(1);
  return row ?? null;
}

/**
 * Keeps a draft (null: throws it away) that was made from `revision`. Answers the new revision; null: somebody saved since, and
 * nothing was written.
 */
export async function saveDraft(
  db: Database,
  shop: ShopId,
  key: TemplateKey,
  { words, revision, now }: { words: StoredWords | null; revision: number; now: number },
): Promise<number | null> {
  const values = { ...(words ?? { document: null, subject: null, preheader: null }), changedAt: now };
  const saved =
    revision === 0
      ? await db
          .insert(templateDrafts)
          .values({ shop, ...key, revision: 1, ...values })
          .onConflictDoNothing()
          .returning({ revision: templateDrafts.revision })
      : await db
          .update(templateDrafts)
          .set({ ...values, revision: revision + 1 })
          .where(and(ofKey(templateDrafts, shop, key), eq(templateDrafts.revision, revision)))
          .returning({ revision: templateDrafts.revision });
  return saved[0]?.revision ?? null;
}

export interface NewEdition {
  words: StoredWords;
  compiled: Compiled;
  version: number;
  by: string | null;
  restores: number | null;
  now: number;
}

/**
 * Publishes the draft of this revision, which is over then. Answers whether it did: not where the draft was saved, or another
 * edition published, in the meantime.
 */
export async function publishDraft(
  db: Database,
  shop: ShopId,
  key: TemplateKey,
  { edition, revision }: { edition: NewEdition; revision: number },
): Promise<boolean> {
  const draft = ofKey(templateDrafts, shop, key);
  const isTaken = sql`exists (select 1 from ${templateEditions} where ${ofKey(templateEditions, shop, key)} and ${version} = ${edition.version})`;
  const isOver = sql`exists (select 1 from ${templateDrafts} where ${draft}
    and ${templateDrafts.revision} = ${revision + 1} and ${templateDrafts.document} is null and ${templateDrafts.changedAt} = ${edition.now})`;
  const [, written] = await db.batch([
    db
      .update(templateDrafts)
      .set({ document: null, subject: null, preheader: null, revision: revision + 1, changedAt: edition.now })
      .where(and(draft, eq(templateDrafts.revision, revision), sql`not ${isTaken}`)),
    insertRows(db, templateEditions, [rowOf(shop, key, edition)], isOver)
      .onConflictDoNothing()
      .returning({ version }),
  ]);
  return written.length > 0;
}

/** Publishes something beside the draft. Answers whether it did: not where the version is there already. */
export async function publishEdition(
  db: Database,
  shop: ShopId,
  key: TemplateKey,
  edition: NewEdition,
): Promise<boolean> {
  const written = await insertRows(db, templateEditions, [rowOf(shop, key, edition)])
    .onConflictDoNothing()
    .returning({ version });
  return written.length > 0;
}

function rowOf(shop: ShopId, key: TemplateKey, { words, compiled, now, ...rest }: NewEdition) {
  return { shop, ...key, ...words, ...compiled, ...rest, at: now };
}

/** Keeps what another compiler, or the same for another brand, made of an edition. */
export async function keepCompiled(
  db: Database,
  shop: ShopId,
  key: TemplateKey & { version: number },
  compiled: Compiled,
): Promise<void> {
  await db
    .update(templateEditions)
    .set(compiled)
    .where(and(ofKey(templateEditions, shop, key), eq(version, key.version)));
}

/** Blocks as they were stored before there were editions, in the shop's language, with when; null: there are none. */
export async function firstBlocksOf(
  db: Database,
  shop: ShopId,
  use: TemplateUse,
): Promise<{ blocks: string; changedAt: number } | null> {
  const [row] = await db
    .select({ blocks: templates.blocks, changedAt: templates.changedAt })
    .from(templates)
    .where(and(eq(templates.shop, shop), eq(templates.scenario, use)))
    .limit(1);
  return row ?? null;
}
