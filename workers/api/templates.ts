// Templates: drafts, what is sent, earlier editions; how one looks; as a file.
import { draftOf, listEditions, memberAddressesOf, saveDraft, senderOf } from '@winback/db';
import type { ErrorBody, PersonId, TemplateFile } from '@winback/domain';
import {
  importTemplateSchema,
  previewTemplateSchema,
  publishTemplateSchema,
  rollbackTemplateSchema,
  saveTemplateSchema,
  templateFileSchema,
  templateListSchema,
  templatePreviewSchema,
  templatePublishedSchema,
  templateSavedSchema,
  templateSchema,
  templateUseSchema,
  templateVariablesSchema,
  templateVersionsSchema,
  templateVersionWordsSchema,
  testSentSchema,
  testTemplateSchema,
} from '@winback/domain';
import { bytesOf, variablesFor } from '@winback/mail';
import { readStoredTemplate } from '@winback/mail/template';
import { Hono } from 'hono';
import { z } from 'zod';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import { isVerified, unverified } from '../sender-verified.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';
import { checkedTemplate, stops } from './checked-template.ts';
import { publishTemplate, rollbackTemplate, saveTemplate } from './template-changes.ts';
import { keyOf, noTemplate, templateName, templateNow, templateRows, wordsAt } from './template-of.ts';
import { queueTest } from './test-letter.ts';

const noPerson: ErrorBody = { code: 'no-such-person', message: 'person: there is no such subscriber in this shop' };
const noVersion: ErrorBody = { code: 'no-such-version', message: 'version: this template has no such version' };

export const templates = new Hono<ShopEnv>()
  .get(
    '/templates',
    answers('Every template: what is sent, and whether there is a draft.', templateListSchema),
    async (c) => c.json({ templates: await templateRows(c.env, c.var.shop) }),
  )
  .get(
    '/template-variables',
    answers('What Liquid knows in such a letter.', templateVariablesSchema),
    takes('query', z.object({ use: templateUseSchema })),
    (c) => c.json({ variables: variablesFor(c.req.valid('query').use) }),
  )
  .post(
    '/templates/preview',
    answers('A letter of these words, with a real person’s data or a sample’s.', templatePreviewSchema),
    takes('json', previewTemplateSchema),
    async (c) => {
      const { use, language, person, ...words } = c.req.valid('json');
      const { settings } = c.var.record;
      const asked = { key: { use, language }, words, settings, person: person as PersonId | null };
      const checked = await checkedTemplate(c.env, c.var.shop, asked);
      if (!checked) return refused(c, 404, noPerson);
      const { letter, problems, ownProducts } = checked;
      const { subject, preheader, html, text } = letter ?? { subject: '', preheader: '', html: '', text: '' };
      return c.json({ subject, preheader, html, text, bytes: bytesOf(html), ownProducts, problems });
    },
  )
  .post(
    '/templates/test',
    answers('Sends that letter to somebody who works for the shop.', testSentSchema),
    takes('json', testTemplateSchema),
    async (c) => {
      const { use, language, person, to, ...words } = c.req.valid('json');
      const { shop, record } = c.var;
      if (!isVerified(record.settings, await senderOf(databaseOf(c.env), shop)))
        return refused(c, 409, { code: 'sender-unverified', message: unverified });
      const known = await memberAddressesOf(databaseOf(c.env), shop);
      if (!known.some((address) => address.toLowerCase() === to.toLowerCase()))
        return refused(c, 400, {
          code: 'not-a-member',
          message: `to: a test goes to somebody who works for the shop: ${known.join(', ')}`,
        });
      const asked = { key: { use, language }, words, settings: record.settings, person: person as PersonId | null };
      const checked = await checkedTemplate(c.env, shop, asked);
      if (!checked) return refused(c, 404, noPerson);
      const stop = stops(checked.problems);
      if (stop || !checked.letter)
        return refused(c, 400, { code: 'preflight', message: stop?.words ?? 'the letter cannot be written' });
      await queueTest(c.env, shop, { settings: record.settings, letter: checked.letter, use, to });
      return c.json({ to, queued: true as const });
    },
  )
  .get('/templates/:use/:language', answers('A template: its draft, else what is sent.', templateSchema), async (c) => {
    const key = keyOf(c);
    if (!key) return refused(c, 404, noTemplate);
    const { settings } = c.var.record;
    const now = await templateNow(c.env, c.var.shop, { key, settings });
    const checked = await checkedTemplate(c.env, c.var.shop, { key, words: now, settings, person: null });
    return c.json({ ...now, problems: checked?.problems ?? [] });
  })
  .put(
    '/templates/:use/:language',
    answers('Keeps a draft; 409 where somebody saved since.', templateSavedSchema),
    takes('json', saveTemplateSchema),
    async (c) => {
      const { revision, ...words } = c.req.valid('json');
      return saveTemplate(c, { words, revision });
    },
  )
  .delete('/templates/:use/:language/draft', answers('Throws the draft away.', templateSavedSchema), async (c) => {
    const key = keyOf(c);
    if (!key) return refused(c, 404, noTemplate);
    const db = databaseOf(c.env);
    const draft = await draftOf(db, c.var.shop, key);
    const now = Date.now();
    if (draft?.document) await saveDraft(db, c.var.shop, key, { words: null, revision: draft.revision, now });
    const revision = (await draftOf(db, c.var.shop, key))?.revision ?? 0;
    return c.json({ revision, savedAt: now, problems: [] });
  })
  .post(
    '/templates/:use/:language/publish',
    answers('The draft becomes what is sent.', templatePublishedSchema),
    takes('json', publishTemplateSchema),
    async (c) => publishTemplate(c, c.req.valid('json').revision),
  )
  .post(
    '/templates/:use/:language/rollback',
    answers('Publishes an older version again, as a new one.', templatePublishedSchema),
    takes('json', rollbackTemplateSchema),
    async (c) => rollbackTemplate(c, c.req.valid('json').version),
  )
  .get(
    '/templates/:use/:language/versions',
    answers('What was ever published, newest first.', templateVersionsSchema),
    async (c) => {
      const key = keyOf(c);
      if (!key) return refused(c, 404, noTemplate);
      const rows = await listEditions(databaseOf(c.env), c.var.shop, key);
      return c.json({
        versions: rows.map(({ document, ...row }) => ({ ...row, mode: readStoredTemplate(document).mode })),
      });
    },
  )
  .get(
    '/templates/:use/:language/versions/:version',
    answers('A version with its words; 0 is the built-in template.', templateVersionWordsSchema),
    async (c) => {
      const key = keyOf(c);
      if (!key) return refused(c, 404, noTemplate);
      const version = Number(c.req.param('version'));
      const words = await wordsAt(c.env, c.var.shop, key, version);
      if (!words) return refused(c, 404, noVersion);
      const rows = await listEditions(databaseOf(c.env), c.var.shop, key);
      const { at = 0, by = null, restores = null } = rows.find((row) => row.version === version) ?? {};
      return c.json({ version, at, by, restores, mode: words.document.mode, ...words });
    },
  )
  .get('/templates/:use/:language/export', answers('The template as a file.', templateFileSchema), async (c) => {
    const key = keyOf(c);
    if (!key) return refused(c, 404, noTemplate);
    const { document, subject, preheader } = await templateNow(c.env, c.var.shop, {
      key,
      settings: c.var.record.settings,
    });
    const file: TemplateFile = {
      format: 'winback-template',
      name: templateName(key),
      ...key,
      document,
      subject,
      preheader,
    };
    c.header('content-disposition', `attachment; filename="${key.use}-${key.language}.json"`);
    return c.json(file);
  })
  .post(
    '/templates/:use/:language/import',
    answers('A template from a file becomes the draft.', templateSavedSchema),
    takes('json', importTemplateSchema),
    async (c) => {
      const { file, revision } = c.req.valid('json');
      const { document, subject, preheader } = file;
      return saveTemplate(c, { words: { document, subject, preheader }, revision });
    },
  );
