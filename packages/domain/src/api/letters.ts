import { z } from 'zod';
import { letterReasonSchema, letterStateSchema } from '../letter.ts';
import { bounceKindSchema, returnKindSchema } from '../letter-return.ts';
import { scenarioCodeSchema } from '../scenario.ts';
import { momentSchema, pageOf, pageQuerySchema } from './lists.ts';

/** One letter, sent or not, with the sentence that says why. */
export const letterRowSchema = z.object({
  id: z.string(),
  scenario: z.string(),
  scenarioName: z.string(),
  state: letterStateSchema,
  reason: letterReasonSchema.nullable(),
  sentence: z.string(),
  person: z.object({ id: z.string(), email: z.string() }).nullable(),
  plannedAt: momentSchema,
  at: momentSchema,
  /** What a mail system told of it last and worst: `complained` before `bounced` before `delivered`; null: nothing. */
  arrival: z
    .object({ what: returnKindSchema, kind: bounceKindSchema.nullable(), sentence: z.string(), at: momentSchema })
    .nullable()
    .default(null),
});
export type LetterRow = z.infer<typeof letterRowSchema>;

/** `GET /api/shops/:shop/letters`. `counts` are for all letters of the shop and add up to their number. */
export const letterQuerySchema = pageQuerySchema.extend({
  state: letterStateSchema.optional(),
  scenario: scenarioCodeSchema.optional(),
  reason: letterReasonSchema.optional(),
  /** Planned at or after this moment. */
  since: z.coerce.number().int().positive().optional(),
});
export type LetterQuery = z.infer<typeof letterQuerySchema>;
export const letterPageSchema = pageOf(letterRowSchema).extend({
  counts: z.record(letterStateSchema, z.number().int()),
});

/** `GET /api/shops/:shop/letters/:id`: the verdict, each earlier step, and the person's timeline around it. */
export const letterSchema = letterRowSchema.extend({
  subject: z.string().nullable(),
  steps: z.array(
    z.object({
      at: momentSchema,
      state: letterStateSchema,
      reason: letterReasonSchema.nullable(),
      sentence: z.string(),
    }),
  ),
});
export type LetterDetail = z.infer<typeof letterSchema>;
