import { z } from 'zod';
import { lawSettingsSchema } from '../law.ts';
import { scenarioCodeSchema } from '../scenario.ts';
import { scenarioWorthSchema, voiceSettingsSchema } from '../voice.ts';

/** `GET /api/shops/:shop/rules`: how often, when and under which law anybody hears from the shop, and what goes first. */
export const rulesSchema = z.object({
  voice: voiceSettingsSchema.required({ precedence: true }),
  law: lawSettingsSchema,
  /** The merchant's table, or the usual one; the most important first. Scenarios that wait for no other are not in it. */
  table: z.array(
    z.object({
      code: scenarioCodeSchema,
      name: z.string(),
      on: z.boolean(),
      delayMs: z.number().int(),
      windowMs: z.number().int(),
      /** What its letters brought in ninety days; null: it was not weighed yet. */
      worth: scenarioWorthSchema.nullable(),
      /** Where it stands as letters are decided now, from 1 on. */
      place: z.number().int(),
    }),
  ),
  /** People for whom a letter is planned and has not left. */
  waiting: z.number().int(),
});
export type Rules = z.infer<typeof rulesSchema>;

/** `PATCH /api/shops/:shop/rules`: fields that are not named stay. */
export const rulesPatchSchema = z
  .strictObject(voiceSettingsSchema.shape)
  .partial()
  .extend({ law: z.strictObject(lawSettingsSchema.shape).partial().optional() });
export type RulesPatch = z.infer<typeof rulesPatchSchema>;

/** `POST /api/shops/:shop/rules/apply`: what waits is asked about again at once. Answers for how many people. */
export const rulesAppliedSchema = z.object({ people: z.number().int() });
