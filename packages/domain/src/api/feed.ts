import { z } from 'zod';
import { moneySchema } from '../money.ts';
import { momentSchema } from './lists.ts';

/** What an import is doing; it goes through them in this order. */
export const importSteps = ['fetching', 'reading', 'comparing', 'switching'] as const;

export const feedImportSchema = z.object({
  id: z.string(),
  startedAt: momentSchema,
  endedAt: momentSchema.nullable(),
  /**
   * `queued`: another one runs, this one is next. `waiting`: a guard wants the merchant's word before the catalogue changes.
   * `stopped`: the merchant said no, or a newer one took its place.
   */
  state: z.enum(['queued', 'running', 'waiting', 'done', 'unchanged', 'failed', 'stopped']),
  /** Offers read, and what became of them. */
  offers: z.number().int(),
  added: z.number().int(),
  changed: z.number().int(),
  /** Of the changed ones, those with another price. */
  repriced: z.number().int(),
  gone: z.number().int(),
  problems: z.number().int(),
  bytes: z.number().int(),
  /**
   * `feed`: we read the shop's file. `upload`: the merchant gave it. `push`: the shop's system gave it. `api`: that system sent
   * products, an hour's calls together.
   */
  origin: z.enum(['feed', 'upload', 'push', 'api']),
  /** For a failed or waiting import: what is wrong and where; the last good catalogue stays. */
  message: z.string().nullable(),
  /** Null: it is not running. `of` is null while the whole is not known; bytes while fetching, offers later. */
  progress: z.object({ step: z.enum(importSteps), done: z.number().int(), of: z.number().int().nullable() }).nullable(),
  /** How the file was read: `yml`, `google-rss`…; null: not found out. */
  format: z.string().nullable(),
});
export type FeedImport = z.infer<typeof feedImportSchema>;

export const feedProblemSchema = z.object({
  kind: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  offer: z.string().nullable(),
  message: z.string(),
  sample: z.string(),
});
export type FeedProblem = z.infer<typeof feedProblemSchema>;

/** Problems of one kind: how many there are, and the first few. */
export const problemGroupSchema = z.object({
  kind: z.string(),
  count: z.number().int(),
  samples: z.array(feedProblemSchema),
});
export type ProblemGroup = z.infer<typeof problemGroupSchema>;

/** `GET /api/shops/:shop/feed`. `POST /api/shops/:shop/feed/import` starts one now. */
export const feedSchema = z.object({
  url: z.string().nullable(),
  everyMs: z.number().int(),
  /** The name for basic authentication; the password is never told. */
  userName: z.string().nullable(),
  hasPassword: z.boolean(),
  /** Guards: an import that takes more than this share out of stock, or reprices more than this share, waits. Percent. */
  guards: z.object({ gonePercent: z.number().int(), repricedPercent: z.number().int() }),
  nextAt: momentSchema.nullable(),
  /** Imports that failed one after another. */
  failures: z.number().int(),
  /** Since when the schedule rests after too many failures. */
  pausedAt: momentSchema.nullable(),
  /** One sentence: "imported 62 of 64 offers, 2 problems" or "not imported: …". */
  notice: z.string(),
  imports: z.array(feedImportSchema),
  /** Of the last import that told something new, the most frequent kind first. */
  problems: z.array(problemGroupSchema),
});
export type Feed = z.infer<typeof feedSchema>;

/** What everybody who gives or tests a feed keeps to. */
export const feedLimits = {
  /** Of a file that is given, packed or not: Cloudflare takes 100 MB on its smaller plans. */
  uploadBytes: 200_000_000,
  /** Read for a test. */
  testBytes: 20_000_000,
  testMs: 20_000,
  /** Files that the shop's system may give. */
  pushesAnHour: 12,
  /** Imports in a row that may fail before the schedule rests. */
  failures: 5,
} as const;

const percent = z.number().int().min(1, 'a guard is at least 1 %').max(100, 'a guard is at most 100 %');
export const feedUrlSchema = z
  .url({ protocol: /^https?$/, error: 'the feed address starts with https://' })
  .max(2_000, 'the feed address is longer than 2,000 characters')
  .refine(
    (url) => !URL.canParse(url) || `${new URL(url).username}${new URL(url).password}` === '',
    'take the password out of the address: it has a field of its own',
  );
const credentials = {
  /** Null takes it away; absent: as it was. */
  userName: z
    .string()
    .trim()
    .min(1, 'the user name is empty')
    .max(200)
    .regex(/^[^:\p{Cc}]*$/u, 'a user name has no colon and no line break')
    .nullable()
    .optional(),
  password: z
    .string()
    .min(1, 'the password is empty')
    .max(500)
    .regex(/^\P{Cc}*$/u, 'a password has no line break')
    .nullable()
    .optional(),
};

/** `PATCH /api/shops/:shop/feed`: what is absent stays as it is. Another address or another password is imported at once. */
export const feedPatchSchema = z.object({
  url: feedUrlSchema.nullable().optional(),
  everyMs: z
    .number()
    .int()
    .min(15 * 60_000, 'a feed is read every 15 minutes at most')
    .max(7 * 86_400_000, 'a feed is read at least once a week')
    .optional(),
  guards: z.object({ gonePercent: percent, repricedPercent: percent }).optional(),
  ...credentials,
});
export type FeedPatch = z.infer<typeof feedPatchSchema>;

/** `POST /api/shops/:shop/feed/test`: reads a feed and changes nothing. Without a password the stored one is used. */
export const feedTestAskSchema = z.object({ url: feedUrlSchema, ...credentials });
export type FeedTestAsk = z.infer<typeof feedTestAskSchema>;

/** What a test, or a dry run of an import by the API, says. */
export const feedTestSchema = z.object({
  ok: z.boolean(),
  /** Why it would not be imported, or null. */
  message: z.string().nullable(),
  format: z.string().nullable(),
  encoding: z.string().nullable(),
  bytes: z.number().int(),
  /** The feed was longer than a test reads: the counts are of its beginning. */
  cut: z.boolean(),
  /** Why it would wait for the merchant's word, or null. */
  waits: z.string().nullable(),
  offers: z.number().int(),
  categories: z.number().int(),
  problems: z.array(problemGroupSchema),
  /** The first ten. */
  preview: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      url: z.string().nullable(),
      picture: z.string().nullable(),
      price: moneySchema.nullable(),
      oldPrice: moneySchema.nullable(),
      category: z.string().nullable(),
      inStock: z.boolean(),
      /** Why it could not stand in a letter; null: it could. */
      notForLetters: z.string().nullable(),
    }),
  ),
});
export type FeedTest = z.infer<typeof feedTestSchema>;

/** What an import that was asked for is called; null: there is nothing to import. */
export const importStartedSchema = z.object({ import: z.string().nullable() });

/** `POST /v1/feed` of the shop's system: 202 once the file is kept; `GET /v1/feed/:import` tells what became of it. */
export const feedPushedSchema = z.object({ import: z.string() });

/** `POST /api/shops/:shop/feed/imports/:import/confirm` and `/stop`. */
export const importDecidedSchema = z.object({ decided: z.boolean() });

/** One product that an import added, changed or took out of stock, as its report has it: one JSON object a line. */
export const productChangeSchema = z.object({
  product: z.string(),
  name: z.string(),
  change: z.enum(['added', 'changed', 'gone']),
  /** What is another, by field: before and after, in words. Empty for `added` and `gone`. */
  fields: z.array(z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
});
export type ProductChange = z.infer<typeof productChangeSchema>;

/** `GET /api/shops/:shop/feed/imports/:import`. Its `problems.csv`, `changes.jsonl` and `raw` lie below that address. */
export const importReportSchema = z.object({
  import: feedImportSchema,
  problems: z.array(problemGroupSchema),
  /** The first hundred. */
  changes: z.array(productChangeSchema),
  /** The file as it came is still kept. */
  hasRaw: z.boolean(),
});
export type ImportReport = z.infer<typeof importReportSchema>;
