// The template store: designs, how each looks with the shop's own products, and installing one as a draft.

import { saveDraft } from '@winback/db';
import type { ErrorBody } from '@winback/domain';
import {
  designQuerySchema,
  installDesignSchema,
  templateDesignsSchema,
  templatePreviewSchema,
  templateSavedSchema,
} from '@winback/domain';
import { bytesOf } from '@winback/mail';
import { designDocument, templateDesigns } from '@winback/mail/template';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';
import { checkedTemplate } from './checked-template.ts';

const noDesign: ErrorBody = { code: 'no-such-design', message: 'the template store has no such design' };
const changed: ErrorBody = {
  code: 'changed',
  message: 'revision: somebody saved this template since: read it again before a design takes its place',
};

export const templateStore = new Hono<ShopEnv>()
  .get('/template-store', answers('Designs that can be installed.', templateDesignsSchema), (c) =>
    c.json({ designs: templateDesigns() }),
  )
  .get(
    '/template-store/:design/preview',
    answers('A design with the shop’s own products.', templatePreviewSchema),
    takes('query', designQuerySchema),
    async (c) => {
      const key = c.req.valid('query');
      const document = designDocument(c.req.param('design'), key.use, key.language);
      if (!document) return refused(c, 404, noDesign);
      const words = { document, subject: null, preheader: null };
      const asked = { key, words, settings: c.var.record.settings, person: null };
      const checked = await checkedTemplate(c.env, c.var.shop, asked);
      const { subject, preheader, html, text } = checked?.letter ?? { subject: '', preheader: '', html: '', text: '' };
      const { ownProducts = false, problems = [] } = checked ?? {};
      return c.json({ subject, preheader, html, text, bytes: bytesOf(html), ownProducts, problems });
    },
  )
  .post(
    '/template-store/:design/install',
    answers('The design becomes the draft of a template.', templateSavedSchema),
    takes('json', installDesignSchema),
    async (c) => {
      const { revision, ...key } = c.req.valid('json');
      const document = designDocument(c.req.param('design'), key.use, key.language);
      if (!document) return refused(c, 404, noDesign);
      const words = { document: JSON.stringify(document), subject: null, preheader: null };
      const now = Date.now();
      const saved = await saveDraft(databaseOf(c.env), c.var.shop, key, { words, revision, now });
      return saved === null ? refused(c, 409, changed) : c.json({ revision: saved, savedAt: now, problems: [] });
    },
  );
