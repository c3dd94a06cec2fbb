// Saving, publishing and bringing back: each answers with what the check found, and never writes over what somebody else saved.
import type { TemplateKey } from '@winback/db';
import { draftOf, editionsSent, publishDraft, publishEdition, saveDraft } from '@winback/db';
import type { ErrorBody, ShopId, TemplatePublished, TemplateSaved, TemplateWords } from '@winback/domain';
import { readStoredTemplate } from '@winback/mail/template';
import type { Context } from 'hono';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { compiledFor } from '../templates.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';
import type { Checked } from './checked-template.ts';
import { checkedTemplate, stops } from './checked-template.ts';
import { keyOf, noTemplate, wordsAt } from './template-of.ts';

type ShopContext = Context<ShopEnv>;

const changed: ErrorBody = {
  code: 'changed',
  message: 'revision: somebody saved this template since: read it again, and bring your changes into it',
};
const noDraft: ErrorBody = { code: 'no-draft', message: 'there is no draft to publish: save one first' };
const noVersion: ErrorBody = { code: 'no-such-version', message: 'version: this template has no such version' };

/** Keeps a draft, whatever the check finds. */
export async function saveTemplate(c: ShopContext, { words, revision }: { words: TemplateWords; revision: number }) {
  const key = keyOf(c);
  if (!key) return refused(c, 404, noTemplate);
  const { shop, record } = c.var;
  const now = Date.now();
  const stored = { ...words, document: JSON.stringify(words.document) };
  const saved = await saveDraft(databaseOf(c.env), shop, key, { words: stored, revision, now });
  if (saved === null) return refused(c, 409, changed);
  const checked = await checkedTemplate(c.env, shop, { key, words, settings: record.settings, person: null });
  return c.json<TemplateSaved>({ revision: saved, savedAt: now, problems: checked?.problems ?? [] });
}

/** Makes the draft what is sent, unless the check stops it. */
export async function publishTemplate(c: ShopContext, revision: number) {
  const key = keyOf(c);
  if (!key) return refused(c, 404, noTemplate);
  const { shop, record, userId } = c.var;
  const db = databaseOf(c.env);
  const draft = await draftOf(db, shop, key);
  if (!draft || draft.document === null) return refused(c, 409, noDraft);
  if (draft.revision !== revision) return refused(c, 409, changed);
  const stored = { document: draft.document, subject: draft.subject, preheader: draft.preheader };
  const words = { ...stored, document: readStoredTemplate(draft.document) };
  const checked = await checkedTemplate(c.env, shop, { key, words, settings: record.settings, person: null });
  const refusal = checked ? stopped(c, checked) : null;
  if (refusal) return refusal;
  const version = await nextVersion(c.env, shop, key);
  const compiled = await compiledFor(words.document, record.settings.brand);
  const edition = { words: stored, compiled, version, by: userId, restores: null, now: Date.now() };
  if (!(await publishDraft(db, shop, key, { edition, revision }))) return refused(c, 409, changed);
  return c.json<TemplatePublished>({ version, revision: revision + 1, problems: checked?.problems ?? [] });
}

/** Publishes an older version again. A draft stays as it is. */
export async function rollbackTemplate(c: ShopContext, restores: number) {
  const key = keyOf(c);
  if (!key) return refused(c, 404, noTemplate);
  const { shop, record, userId } = c.var;
  const db = databaseOf(c.env);
  const words = await wordsAt(c.env, shop, key, restores);
  if (!words) return refused(c, 404, noVersion);
  const checked = await checkedTemplate(c.env, shop, { key, words, settings: record.settings, person: null });
  const refusal = checked ? stopped(c, checked) : null;
  if (refusal) return refusal;
  const version = await nextVersion(c.env, shop, key);
  const compiled = await compiledFor(words.document, record.settings.brand);
  const stored = { ...words, document: JSON.stringify(words.document) };
  const edition = { words: stored, compiled, version, by: userId, restores, now: Date.now() };
  if (!(await publishEdition(db, shop, key, edition))) return refused(c, 409, changed);
  const revision = (await draftOf(db, shop, key))?.revision ?? 0;
  return c.json<TemplatePublished>({ version, revision, problems: checked?.problems ?? [] });
}

function stopped(c: ShopContext, { problems }: Checked): Response | null {
  const stop = stops(problems);
  if (!stop) return null;
  const found = problems.map(({ at, code, words }) => ({ path: placeWords(at), code, message: words }));
  return refused(c, 400, { code: 'preflight', message: stop.words, problems: found });
}

function placeWords(at: Checked['problems'][number]['at']): string {
  switch (at.in) {
    case 'block':
      return at.field === null ? at.block : `${at.block}.${at.field}`;
    case 'source':
      return `${at.line}:${at.column}`;
    default:
      return at.in;
  }
}

async function nextVersion(env: Env, shop: ShopId, { use, language }: TemplateKey): Promise<number> {
  const sent = await editionsSent(databaseOf(env), shop, use);
  return (sent.find((edition) => edition.language === language)?.version ?? 0) + 1;
}
