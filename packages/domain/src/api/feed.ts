import { z } from 'zod';
import { momentSchema } from './lists.ts';

export const feedImportSchema = z.object({
  id: z.string(),
  startedAt: momentSchema,
  endedAt: momentSchema.nullable(),
  state: z.enum(['running', 'done', 'unchanged', 'failed']),
  /** Offers read, and what became of them. */
  offers: z.number().int(),
  added: z.number().int(),
  changed: z.number().int(),
  gone: z.number().int(),
  problems: z.number().int(),
  bytes: z.number().int(),
  /** `feed`: the shop's file was read. `api`: the shop's system sent products, an hour's calls together. */
  origin: z.enum(['feed', 'api']),
  /** For a failed import: what was wrong and where; the last good catalogue stays. */
  message: z.string().nullable(),
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

/** `GET /api/shops/:shop/feed`. `POST /api/shops/:shop/feed/import` starts one now. */
export const feedSchema = z.object({
  url: z.string().nullable(),
  everyMs: z.number().int(),
  nextAt: momentSchema.nullable(),
  /** One sentence: "imported 62 of 64 offers, 2 problems" or "not imported: …". */
  notice: z.string(),
  imports: z.array(feedImportSchema),
  problems: z.array(feedProblemSchema),
});
export type Feed = z.infer<typeof feedSchema>;
export const feedPatchSchema = z.object({
  url: z.url({ protocol: /^https?$/, error: 'the feed address starts with https://' }),
});
