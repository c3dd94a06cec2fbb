// Templates as the dashboard edits them. All addresses lie below `/api/shops/:shop`.
import { z } from 'zod';
import { emailAddressSchema } from '../email-address.ts';
import { templateDocumentSchema, templateLanguageSchema, templateUseSchema } from '../template.ts';
import { momentSchema } from './lists.ts';

/** What the check before saving and sending can find. */
export const templateProblemCodes = [
  'document',
  'liquid',
  'mjml',
  'unknown-variable',
  'no-data',
  'limit',
  'size',
  'no-unsubscribe',
  'no-address',
  'no-confirm',
  'alt',
  'link',
  'picture',
  'contrast',
  'dark-contrast',
  'subject-long',
  'subject-empty',
  'spam',
  'active-content',
  'no-text',
] as const;
export type TemplateProblemCode = (typeof templateProblemCodes)[number];

/** Where a problem is. `source`: in what was typed in advanced mode; lines and columns count from 1. */
export const templatePlaceSchema = z.discriminatedUnion('in', [
  z.object({ in: z.literal('block'), block: z.string(), field: z.string().nullable() }),
  z.object({ in: z.literal('source'), line: z.number().int(), column: z.number().int() }),
  z.object({ in: z.literal('subject') }),
  z.object({ in: z.literal('preheader') }),
  z.object({ in: z.literal('letter') }),
]);

/** `stop`: it can be saved as a draft, but neither published nor sent. `words` say what is wrong and how to mend it. */
export const templateProblemSchema = z.object({
  code: z.enum(templateProblemCodes),
  level: z.enum(['warn', 'stop']),
  words: z.string(),
  at: templatePlaceSchema,
});
export type TemplateProblem = z.infer<typeof templateProblemSchema>;

const subjectSchema = z.string().trim().max(200, 'the subject has at most 200 characters').nullable();
const preheaderSchema = z.string().trim().max(200, 'the preheader has at most 200 characters').nullable();

/** What a template says. Subject and preheader null: as the scenario's settings have them. */
export const templateWordsSchema = z.object({
  document: templateDocumentSchema,
  subject: subjectSchema,
  preheader: preheaderSchema,
});
export type TemplateWords = z.infer<typeof templateWordsSchema>;

/** `GET /templates`: one row for each use and language. */
export const templateRowSchema = z.object({
  use: templateUseSchema,
  /** `Abandoned Cart`. */
  name: z.string(),
  language: templateLanguageSchema,
  mode: z.enum(['standard', 'advanced']),
  /** Nobody has changed it: it is ours. */
  builtIn: z.boolean(),
  /** The edition that is sent; 0: the built-in one. */
  version: z.number().int(),
  hasDraft: z.boolean(),
  changedAt: momentSchema.nullable(),
});
export type TemplateRow = z.infer<typeof templateRowSchema>;
export const templateListSchema = z.object({ templates: z.array(templateRowSchema) });

/** `GET /templates/:use/:language`: the draft where there is one, else what is sent. */
export const templateSchema = templateRowSchema.extend({
  ...templateWordsSchema.shape,
  /** What a subject or preheader of null stands for. */
  usual: z.object({ subject: z.string(), preheader: z.string() }),
  /** Grows with each save: it is sent back with the next one. 0: nothing was saved yet. */
  revision: z.number().int(),
  problems: z.array(templateProblemSchema),
});
export type Template = z.infer<typeof templateSchema>;

/**
 * `PUT /templates/:use/:language` keeps a draft. `revision`: the one it was made from; 409 `changed` where somebody saved since.
 * Problems do not stop it.
 */
export const saveTemplateSchema = templateWordsSchema.extend({ revision: z.number().int().min(0) });
export type SaveTemplate = z.infer<typeof saveTemplateSchema>;
export const templateSavedSchema = z.object({
  revision: z.number().int(),
  savedAt: momentSchema,
  problems: z.array(templateProblemSchema),
});
export type TemplateSaved = z.infer<typeof templateSavedSchema>;

/** `POST …/publish` makes the draft what is sent; `DELETE …/draft` throws it away. 400 `preflight` where a problem stops it. */
export const publishTemplateSchema = z.object({ revision: z.number().int().min(0) });
export const templatePublishedSchema = z.object({
  version: z.number().int(),
  revision: z.number().int(),
  problems: z.array(templateProblemSchema),
});
export type TemplatePublished = z.infer<typeof templatePublishedSchema>;

/** `GET …/versions`, newest first: what was ever published. `GET …/versions/:version` has its words. */
export const templateVersionSchema = z.object({
  version: z.number().int(),
  at: momentSchema,
  /** Who published it, by name; null: they left. */
  by: z.string().nullable(),
  mode: z.enum(['standard', 'advanced']),
  /** The version that it brought back; null: none. */
  restores: z.number().int().nullable(),
});
export type TemplateVersion = z.infer<typeof templateVersionSchema>;
export const templateVersionsSchema = z.object({ versions: z.array(templateVersionSchema) });
export const templateVersionWordsSchema = templateVersionSchema.extend(templateWordsSchema.shape);
export type TemplateVersionWords = z.infer<typeof templateVersionWordsSchema>;

/** `POST …/rollback`: publishes an older version again, as a new one. Version 0 is the built-in template. A draft stays. */
export const rollbackTemplateSchema = z.object({ version: z.number().int().min(0) });

/** `POST /templates/preview`: a letter of words that need not be saved, with a real person's data or a sample's. */
export const previewTemplateSchema = templateWordsSchema.extend({
  use: templateUseSchema,
  language: templateLanguageSchema,
  /** A subscriber; null: a sample from the catalogue. */
  person: z.string().max(100).nullable(),
});
export type PreviewTemplate = z.infer<typeof previewTemplateSchema>;
export const templatePreviewSchema = z.object({
  subject: z.string(),
  preheader: z.string(),
  html: z.string(),
  text: z.string(),
  /** Of the HTML: Gmail cuts at about 100 KB. */
  bytes: z.number().int(),
  /** The products are the shop's own; otherwise it has none that can be shown, and these are drawn. */
  ownProducts: z.boolean(),
  problems: z.array(templateProblemSchema),
});
export type TemplatePreview = z.infer<typeof templatePreviewSchema>;

/** `POST /templates/test`: sends that letter to somebody who works for the shop. */
export const testTemplateSchema = previewTemplateSchema.extend({ to: emailAddressSchema });
export type TestTemplate = z.infer<typeof testTemplateSchema>;
export const testSentSchema = z.object({ to: z.string(), queued: z.literal(true) });

/** `GET …/export` and `POST …/import`: a template as a file. An import becomes a draft. */
export const templateFileSchema = templateWordsSchema.extend({
  format: z.literal('winback-template'),
  name: z.string().max(200),
  use: templateUseSchema,
  language: templateLanguageSchema,
});
export type TemplateFile = z.infer<typeof templateFileSchema>;
export const importTemplateSchema = z.object({ file: templateFileSchema, revision: z.number().int().min(0) });

/** `GET /template-variables?use=`: what Liquid knows in such a letter, for completion. */
export const templateVariableSchema = z.object({
  /** `item.name`; a list's fields are named `items[].name`. */
  name: z.string(),
  means: z.string(),
  example: z.string(),
  /** `text`, `number`, `address` (a URL), `list`, or `truth`. */
  type: z.enum(['text', 'number', 'address', 'list', 'truth']),
  /** PersonaClick's name of it: it works, ours is preferred. */
  original: z.boolean(),
});
export type TemplateVariable = z.infer<typeof templateVariableSchema>;
export const templateVariablesSchema = z.object({ variables: z.array(templateVariableSchema) });

/** `GET /template-store`: designs for any use. `GET /template-store/:design/preview?use=&language=` shows one with own products. */
export const templateDesignSchema = z.object({
  id: z.string(),
  name: z.string(),
  words: z.string(),
  /** Uses that it has no letter for are not there. */
  uses: z.array(templateUseSchema),
});
export type TemplateDesign = z.infer<typeof templateDesignSchema>;
export const templateDesignsSchema = z.object({ designs: z.array(templateDesignSchema) });
export const designQuerySchema = z.object({ use: templateUseSchema, language: templateLanguageSchema });
/** `POST /template-store/:design/install`: it becomes the draft of that use and language. */
export const installDesignSchema = designQuerySchema.extend({ revision: z.number().int().min(0) });
