// Which template a request is about, and what it says now.
import type { TemplateKey } from '@winback/db';
import { draftOf, editionAt, templateStates } from '@winback/db';
import type {
  ErrorBody,
  ShopId,
  ShopSettings,
  Template,
  TemplateDocument,
  TemplateRow,
  TemplateWords,
} from '@winback/domain';
import {
  coverIn,
  scenarioNames,
  templateLanguageSchema,
  templateLanguages,
  templateUseSchema,
  templateUses,
} from '@winback/domain';
import { builtInDocument, readStoredTemplate } from '@winback/mail/template';
import type { Context } from 'hono';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { publishedOf } from '../templates.ts';
import type { ShopEnv } from './access.ts';

export const noTemplate: ErrorBody = {
  code: 'no-such-template',
  message: `a template is one of ${templateUses.join(', ')}, in one of ${templateLanguages.join(', ')}`,
};

/** The template that the path names; null: there is none of that name. */
export function keyOf(c: Context<ShopEnv>): TemplateKey | null {
  const use = templateUseSchema.safeParse(c.req.param('use'));
  const language = templateLanguageSchema.safeParse(c.req.param('language'));
  return use.success && language.success ? { use: use.data, language: language.data } : null;
}

export function templateName({ use }: Pick<TemplateKey, 'use'>): string {
  return use === 'digest' ? 'Digest' : scenarioNames[use];
}

/** One row for each use and language, untouched ones too. */
export async function templateRows(env: Env, shop: ShopId): Promise<TemplateRow[]> {
  const { editions, drafts } = await templateStates(databaseOf(env), shop);
  return templateUses.flatMap((use) =>
    templateLanguages.map((language): TemplateRow => {
      const is = (row: { use: string; language: string }) => row.use === use && row.language === language;
      const edition = editions.find(is);
      const draft = drafts.find(is);
      const document = draft?.document ?? edition?.document;
      return {
        ...{ use, language, name: templateName({ use }) },
        mode: document === undefined ? 'standard' : readStoredTemplate(document).mode,
        builtIn: edition === undefined,
        version: edition?.version ?? 0,
        hasDraft: draft !== undefined,
        changedAt: draft?.changedAt ?? edition?.at ?? null,
      };
    }),
  );
}

/** The template without its problems: the draft where there is one, else what is sent. */
export async function templateNow(
  env: Env,
  shop: ShopId,
  { key, settings }: { key: TemplateKey; settings: ShopSettings },
): Promise<Omit<Template, 'problems'>> {
  const [editions, draft] = await Promise.all([
    publishedOf(env, shop, { use: key.use, settings, now: Date.now() }),
    draftOf(databaseOf(env), shop, key),
  ]);
  const edition = editions.find(({ language }) => language === key.language);
  const hasDraft = draft !== null && draft.document !== null;
  const words = hasDraft
    ? wordsOf({ ...draft, document: draft.document })
    : edition
      ? wordsOf(edition)
      : builtInWords(key);
  return {
    ...key,
    ...words,
    name: templateName(key),
    mode: words.document.mode,
    builtIn: edition === undefined,
    version: edition?.version ?? 0,
    hasDraft,
    changedAt: hasDraft ? draft.changedAt : (edition?.at ?? null),
    usual: coverIn(settings, key.use, key.language),
    revision: draft?.revision ?? 0,
  };
}

/** The words of a version, 0 for the built-in template; null: there is no such version. */
export async function wordsAt(
  env: Env,
  shop: ShopId,
  key: TemplateKey,
  version: number,
): Promise<TemplateWords | null> {
  if (version === 0) return builtInWords(key);
  const edition = await editionAt(databaseOf(env), shop, key, version);
  return edition ? wordsOf(edition) : null;
}

function builtInWords({ use, language }: TemplateKey): TemplateWords {
  return { document: builtInDocument(use, language), subject: null, preheader: null };
}

function wordsOf(stored: { document: string | null; subject: string | null; preheader: string | null }): TemplateWords {
  const document: TemplateDocument = readStoredTemplate(stored.document ?? 'null');
  return { document, subject: stored.subject, preheader: stored.preheader };
}
