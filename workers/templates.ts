// The template of a letter: what the merchant published in the reader's language or in the shop's, or ours. What an older compiler made
// of it, or for an older brand, is made again when it is first needed.
import type { Compiled, Edition, TemplateKey } from '@winback/db';
import { editionsSent, firstBlocksOf, keepCompiled, publishEdition } from '@winback/db';
import type { ShopId, ShopSettings, TemplateDocument, TemplateLanguage, TemplateUse } from '@winback/domain';
import { coverFor, coverIn, templateLanguageSchema } from '@winback/domain';
import type { Brand } from '@winback/mail/template';
import {
  builtInDocument,
  compilerMark,
  compileTemplate,
  isFirstDefault,
  readStoredTemplate,
} from '@winback/mail/template';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';

/** A template as it is sent. `version` 0 is the built-in one. */
export interface SentTemplate {
  language: TemplateLanguage;
  version: number;
  html: string;
  text: string;
  subject: string;
  preheader: string;
}

interface Wanted {
  use: TemplateUse;
  settings: ShopSettings;
  /** The reader's; null: nobody knows it. */
  language: TemplateLanguage | null;
}

/** What is sent to somebody who reads this language: where nothing was published in it, the shop's language counts. */
export async function templateOf(env: Env, shop: ShopId, wanted: Wanted, now: number): Promise<SentTemplate> {
  const { use, settings } = wanted;
  const editions = await publishedOf(env, shop, { use, settings, now });
  const of = (language: string | null) => editions.find((edition) => edition.language === language);
  const theirs = of(wanted.language);
  const cover = coverFor(settings, use, wanted.language);
  const edition = theirs ?? of(settings.language);
  if (!edition) return builtIn({ use, language: cover.language }, settings);
  const key = { use, language: templateLanguageSchema.parse(edition.language) };
  const { html, text } = await upToDate(env, shop, { key, edition, brand: settings.brand });
  const usual = theirs ? coverIn(settings, use, key.language) : cover;
  return {
    language: key.language,
    version: edition.version,
    ...{ html, text },
    subject: edition.subject ?? usual.subject,
    preheader: edition.preheader ?? usual.preheader,
  };
}

/** Compiles a document for a brand. Throws a `TemplateError` where it cannot be. */
export async function compiledFor(document: TemplateDocument, brand: Brand): Promise<Compiled> {
  return { ...(await compileTemplate(document, brand)), compiledFor: markOf(brand) };
}

function markOf({ color, font, logoUrl }: Brand): string {
  return [compilerMark, color, font ?? '', logoUrl ?? ''].join(' ');
}

const adopted = new WeakMap<Env, Set<string>>();

/** The newest edition in each language. Blocks that were stored before there were editions become the first one. */
export async function publishedOf(
  env: Env,
  shop: ShopId,
  { use, settings, now }: { use: TemplateUse; settings: ShopSettings; now: number },
): Promise<Edition[]> {
  const db = databaseOf(env);
  const editions = await editionsSent(db, shop, use);
  if (editions.some((edition) => edition.language === settings.language)) return editions;
  const looked = adopted.get(env) ?? new Set<string>();
  adopted.set(env, looked);
  if (looked.has(`${shop} ${use}`)) return editions;
  if (looked.size >= 20_000) looked.clear();
  looked.add(`${shop} ${use}`);
  const first = await firstBlocksOf(db, shop, use);
  if (!first || isFirstDefault(first.blocks, use, settings.language)) return editions;
  const document = readStoredTemplate(first.blocks);
  const key = { use, language: settings.language };
  await publishEdition(db, shop, key, {
    words: { document: JSON.stringify(document), subject: null, preheader: null },
    compiled: await compiledFor(document, settings.brand),
    ...{ version: 1, by: null, restores: null, now: Math.min(first.changedAt, now) },
  });
  return editionsSent(db, shop, use);
}

async function upToDate(
  env: Env,
  shop: ShopId,
  { key, edition, brand }: { key: TemplateKey; edition: Edition; brand: Brand },
): Promise<Compiled> {
  if (edition.compiledFor === markOf(brand)) return edition;
  const compiled = await compiledFor(readStoredTemplate(edition.document), brand);
  await keepCompiled(databaseOf(env), shop, { ...key, version: edition.version }, compiled);
  return compiled;
}

const built = new Map<string, Promise<Compiled>>();

/** Ours, compiled once in an isolate for each brand. */
export async function builtIn(key: TemplateKey, settings: ShopSettings): Promise<SentTemplate> {
  const name = `${key.use} ${key.language} ${markOf(settings.brand)}`;
  const made = built.get(name) ?? compiledFor(builtInDocument(key.use, key.language), settings.brand);
  if (built.size >= 500) built.clear();
  built.set(name, made);
  const { html, text } = await made;
  return { language: key.language, version: 0, html, text, ...coverIn(settings, key.use, key.language) };
}
